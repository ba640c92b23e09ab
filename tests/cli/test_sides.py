"""What was saved of captures stands for them, whole or in parts; and what of them was not read is said."""

import json
import shutil
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.sides import Side, side_of
from analyzer.errors import AnalyzerError, CaptureError
from analyzer.report.snapshot import snapshot
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.conftest import FIXTURES
from tests.cut import cut

HOW = Reading(None, ("ietf",), (500, 4500))
NO_PCAP = b"\xd4\xc3\xb2\xa1" + bytes(9)
NAMES = (
    "ikescan-main",
    "ikev1-aggr-psk",
    "ikev1-main-cert",
    "ikev2-rekey",
    "ikev2-mobike",
    "ikev2-ipv6-cert-ipfrag",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captures, two of which are read as one; the report of them (OUT) and an export."""
    root = tmp_path_factory.mktemp("made")
    captures = root / "captures"
    captures.mkdir()
    for path in (FAILED, HEALTHY, WEAK, *(FIXTURES / name / "capture.pcap" for name in NAMES)):
        shutil.copy(path, captures / f"{path.parent.name}.pcap")
    cut(FIXTURES / "ikev2-psk-gcm" / "capture.pcap", captures, [3])
    assert run("report", captures, "-o", root / "out").exit_code == 0
    assert run("export", captures, "--table", "all", "--format", "parquet", "-o", root / "export").exit_code == 0
    return root


@pytest.fixture
def again(made: Path, tmp_path: Path) -> Path:
    """The same to be changed."""
    shutil.copytree(made, tmp_path / "made")
    return tmp_path / "made"


def edit(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def without_pyarrow(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(sys.modules, "pyarrow.parquet", None)


def test_captures_their_report_its_dataset_and_an_export_are_the_same(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = [side_of(str(made / name), HOW) for name in ("captures", "out", "out/dataset", "export")]
    without_pyarrow(monkeypatch)
    forms.append(side_of(str(made / "out"), HOW))  # of report.json
    first = snapshot(forms[0].tables)
    assert (len(first.responders) > 3, len(first.suites) > 1, "probe" in set.union(*first.outcomes.values())) == (
        (True,) * 3
    )
    for form in forms:
        assert snapshot(form.tables) == first
        assert snapshot(form.tables).shown == first.shown
        assert (form.unread, form.remark, list(form.partly())) == ((), "", [])
        assert (form.filters, form.redacted) == ({None}, {False})


def test_no_drift_between_any_two_of_them_and_the_same_drift_of_each(made: Path) -> None:
    names = [made / name for name in ("captures", "out", "out/dataset", "export")]
    for pair in product(names[1:], names[1:]):
        done = run("diff", *pair)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no drift\n")
    assert run("diff", names[0], names[1]).exit_code == 0
    for order in (1, -1):
        found = {run("diff", *[name, HEALTHY][::order]).stdout for name in names}
        assert len(found) == 1
        assert found != {""}


def test_only_the_columns_that_are_compared_are_read_of_a_dataset(made: Path) -> None:
    tables = side_of(str(made / "out"), HOW).tables
    assert len(tables["negotiations"]) > 5
    assert "failure" not in tables["negotiations"].schema.names
    assert len(tables["messages"]) == 0


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two captures, of which one cannot be read; of the other one nothing is missing."""
    root = tmp_path_factory.mktemp("partly")
    (root / "odd.pcap").write_bytes(NO_PCAP)
    assert run("report", HEALTHY, root / "odd.pcap", "-o", root / "out").exit_code == 3
    done = run("export", HEALTHY, root / "odd.pcap", "--table", "all", "--format", "parquet", "-o", root / "export")
    assert done.exit_code == 3
    return root


@pytest.mark.parametrize("name", ["out", "export", "out/dataset"])
def test_a_capture_that_was_not_read_is_named_and_nothing_said_to_be_lost_that_it_may_hold(
    partly: Path, name: str
) -> None:
    done = run("diff", WEAK, partly / name)
    assert done.exit_code == 3
    assert "\n+ " in f"\n{done.stdout}", "drift is shown all the same"
    assert done.stderr.count(f"{partly / name}: {partly / 'odd.pcap'}: ") == 1
    assert "in what could be read" in done.stderr
    done = run("diff", partly / name, HEALTHY)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.count(f"{partly / name}: {partly / 'odd.pcap'}: ") == 1
    done = run("diff", FIXTURES / "ikev2-psk-gcm", partly / name)
    assert "cannot be known: 1 capture was not read, or not to the end" in done.stdout
    assert "does not prove it closed" not in done.stdout
    done = run("diff", partly / name, FIXTURES / "ikev1-aggr-psk")  # all of the current side was read
    assert "cannot be known: 1 capture" not in done.stdout
    assert "whether it is new cannot be known: of the baseline 1 capture was not read" in done.stdout


def test_captures_that_are_read_now_go_on_behind_one_that_cannot_be(tmp_path: Path) -> None:
    folder = tmp_path / "today"
    folder.mkdir()
    (folder / "odd.pcap").write_bytes(NO_PCAP)
    shutil.copy(WEAK, folder / "weak.pcap")
    done = run("diff", HEALTHY, folder)
    assert done.exit_code == 3
    assert "+ suite-changed: " in done.stdout
    assert done.stderr.count(f"{folder / 'odd.pcap'}: ") == 1
    assert "2 changes in what could be read" in done.stderr
    changes = json.loads(run("diff", HEALTHY, folder, "--format", "json").stdout)
    (unread,) = (change for change in changes if change["kind"] == "not-read")
    assert (unread["subject"], unread["drift"]) == (str(folder), False)
    assert str(folder / "odd.pcap") in unread["text"]
    done = run("diff", folder, HEALTHY)
    assert done.exit_code == 3, "an input was not read"
    assert "whether it is new cannot be known: of the baseline 1 capture was not read" in done.stdout


def test_of_a_side_of_captures_nothing_of_which_can_be_read_nothing_is_compared(tmp_path: Path) -> None:
    for size in (9, 11):
        (tmp_path / f"{size}.pcap").write_bytes(NO_PCAP[:size])
    for words in ((HEALTHY, tmp_path), (tmp_path, HEALTHY)):
        done = run("diff", *words)
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.count("error: ") == 2


def test_where_nothing_was_read_nothing_is_compared(tmp_path: Path) -> None:
    (tmp_path / "odd.pcap").write_bytes(NO_PCAP)
    run("report", tmp_path / "odd.pcap", "-o", tmp_path / "out")
    done = run("diff", HEALTHY, tmp_path / "out")
    assert done.exit_code == 3
    assert f"{tmp_path / 'out'}: no negotiation in it" in done.stderr
    assert "no drift in what could be read; 2 not seen again" in done.stderr


def test_very_many_captures_that_were_not_read_are_counted() -> None:
    tables = side_of(str(HEALTHY), HOW).tables
    for count, last in ((20, "19"), (21, "2 more captures of which at least a part was not read; its manifest.json")):
        said = list(Side("a", tables, tuple(map(str, range(count)))).partly())
        assert len(said) == 20
        assert said[-1].startswith(last)
    said = list(Side("a", tables, tuple("b" * 30), code=Exit.UNREADABLE).partly())
    assert said[-1].endswith("standard error names them")


def test_files_of_a_set_that_were_not_read_are_named(again: Path) -> None:
    manifest = json.loads((again / "out" / "manifest.json").read_text())
    (joined,) = (entry for entry in manifest["inputs"] if "members" in entry)
    joined["members"].append({"path": "part3.pcap", "sha256": None})
    edit(again / "out" / "manifest.json", inputs=manifest["inputs"])
    said = ("part3.pcap: nothing of it was read, and what it was read with as one was",)
    assert side_of(str(again / "out"), HOW).unread == said


def test_what_was_read_in_part_is_said_of_a_saved_report(tmp_path: Path) -> None:
    run("report", HEALTHY, "-o", tmp_path)
    saved = tmp_path / "report.json"
    tables = json.loads(saved.read_text())["tables"]
    tables["defects"] = [{"capture": "a.pcap.gz", "kind": "limit-expansion"}] * 2
    tables["captures"].append({"capture": "b.pcap", "packets": 2, "packets_not_opened": 2, "not_opened": ["GTP-U"]})
    tables["captures"].append({"capture": "none.pcap", "packets": 0, "packets_not_opened": 0})
    edit(saved, tables=tables)
    for word in (tmp_path, saved):
        assert side_of(str(word), HOW).unread == (
            "a.pcap.gz: not read to its end: it became too large for its size",
            "b.pcap: no packet of it could be read: GTP-U",
        )


def test_a_dataset_that_is_not_what_its_manifest_lists_is_refused(again: Path) -> None:
    part = next((again / "export" / "responders").glob("*/*.parquet"))
    shutil.copy(part, part.with_name("part-99.parquet"))
    with pytest.raises(CaptureError, match="lists: 0 files missing, 1 not listed"):
        side_of(str(again / "export"), HOW)
    part.with_name("part-99.parquet").unlink()
    part.unlink()
    with pytest.raises(CaptureError, match="lists: 1 file missing, 0 not listed"):
        side_of(str(again / "export"), HOW)
    messages = next((again / "out" / "dataset" / "messages").glob("*/*.parquet"))
    messages.unlink()  # it is not asked for
    assert side_of(str(again / "out"), HOW).unread == ()
    shutil.rmtree(again / "out" / "dataset")  # there are the reports
    assert snapshot(side_of(str(again / "out"), HOW).tables) == snapshot(side_of(str(again / "captures"), HOW).tables)


def test_without_its_manifest_nobody_knows_what_could_not_be_read(again: Path) -> None:
    (again / "export" / "manifest.json").unlink()
    done = run("diff", again / "out", again / "export")
    assert done.exit_code == 0
    assert f"{again / 'export'}: its manifest.json is missing or damaged, so which captures" in done.stderr
    assert "no drift in what could be read" in done.stderr


def test_a_dataset_needs_pyarrow_and_tables_as_csv_are_not_compared(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", HEALTHY, "--table", "all", "-o", tmp_path)
    done = run("diff", tmp_path, HEALTHY)
    assert done.exit_code == 3
    assert "tables as CSV are not compared. Give captures, a report of them, or" in done.stderr
    without_pyarrow(monkeypatch)
    for name in ("export", "out/dataset"):
        with pytest.raises(AnalyzerError, match=r"pip install pyarrow$"):
            side_of(str(made / name), HOW)


def test_another_schema_is_refused_in_a_sentence(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = next((again / "out" / "dataset" / "responders").glob("*/*.parquet"))
    rows = pq.read_table(part, partitioning=None)
    pq.write_table(rows.replace_schema_metadata({**(rows.schema.metadata or {}), b"schema_version": b"0"}), part)
    done = run("diff", HEALTHY, again / "out")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.strip().endswith(
        "written with table schema 0, and this program's is 1. Write it anew from its captures"
    )
    without_pyarrow(monkeypatch)
    saved = next((again / "out").glob("*/report.json"))
    edit(saved, schema_version=2)
    done = run("diff", HEALTHY, again / "out")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.strip().endswith("written with table schema 2, and this program's is 1. Update this program")


def test_a_run_that_has_not_ended_is_no_baseline(again: Path) -> None:
    (again / "out" / "unfinished-run.txt").write_text("")
    done = run("diff", again / "out", HEALTHY)
    assert done.exit_code == 3
    assert done.stderr.count("error: ") == 1
    assert "a run is writing into it, or was ended before it was done" in done.stderr


def test_captures_beside_a_manifest_of_something_else_are_read(tmp_path: Path) -> None:
    shutil.copy(HEALTHY, tmp_path / "a.pcap")
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    done = run("diff", tmp_path, HEALTHY)
    assert (done.exit_code, done.stdout) == (0, "")


def test_what_is_redacted_is_compared_with_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(range(32)))
    given = ("--redact", "--secret", secret)
    run("report", HEALTHY, WEAK, *given, "-o", tmp_path / "out")
    for words in ((HEALTHY, tmp_path / "out"), (tmp_path / "out", HEALTHY)):
        done = run("diff", *words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Redacted captures cannot be compared with others" in done.stderr
    run("report", HEALTHY, *given, "-o", tmp_path / "one")
    done = run("diff", tmp_path / "out", tmp_path / "one")
    assert done.exit_code == 0
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["- finding-not-seen"]  # those of the weak one
    assert "redacted captures on both sides" in done.stderr
    assert "redacted" not in run("diff", HEALTHY, HEALTHY).stderr


def test_a_part_of_the_negotiations_is_not_compared_with_all(made: Path, tmp_path: Path) -> None:
    run("report", HEALTHY, WEAK, "--where", "outcome == established", "-o", tmp_path)
    done = run("diff", made / "out", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "different parts" in done.stderr
    assert run("diff", tmp_path, tmp_path).exit_code == 0
