import csv
import errno
import gzip
import hashlib
import json
import os
import pickle
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import pytest

from analyzer.errors import OutputError
from analyzer.processes import START_METHOD
from analyzer.report import bulk
from analyzer.report import csv as csv_module
from analyzer.report import folder as folder_module
from analyzer.report import json as json_module
from analyzer.report import outputs as outputs_module
from analyzer.report.folder import Batch, planned, write_alone, write_report
from analyzer.report.outputs import OutputFolder
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.report.sample import PROVENANCE, sample

HEADLINES = {"proposals.csv", "failures.csv", "weak_algorithms.csv"}
OVER_ALL = {"index.html", "manifest.json", "peers.csv"}
FILLED = {name for name, table in sample().items() if len(table)}
REPORT = {"report.html", "report.json"} | HEADLINES | {f"tables/{name}.csv" for name in FILLED}


def files(folder: Path) -> set[str]:
    """Every file below, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def failures(folder: Path) -> list[dict[str, str]]:
    with (folder / "failures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def manifest(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())


def batch(folder: Path, *captures: str, unread: tuple[str, ...] = ()) -> None:
    with OutputFolder(folder) as out, Batch(out, [*captures, *unread], PROVENANCE) as run:
        for capture in captures:
            run.take(run.reporter.write(capture, sample()))
        for capture in unread:
            run.fail(capture, f"{capture}: there is no such file")


def test_one_report(tmp_path: Path) -> None:
    with OutputFolder(tmp_path / "deep" / "out") as out:
        verdict = write_report(sample(), PROVENANCE, out)
    assert verdict.total == 6
    assert files(tmp_path / "deep" / "out") == REPORT | {"manifest.json"}


def test_a_table_without_rows_has_no_file_and_stands_in_the_manifest(tmp_path: Path) -> None:
    empty = set(SCHEMA) - FILLED
    assert empty
    assert FILLED
    batch(tmp_path / "several", "a.pcap", unread=("gone.pcap",))
    with OutputFolder(tmp_path / "one") as out:
        write_alone(out, "a.pcap", sample(), PROVENANCE)
    for folder in (tmp_path / "several", tmp_path / "one"):
        assert {path.stem for path in folder.rglob("tables/*.csv")} == FILLED
        assert manifest(folder)["inputs"][0]["empty_tables"] == [name for name in SCHEMA if name in empty]
    assert "empty_tables" not in manifest(tmp_path / "several")["inputs"][1]


def test_long_tables_of_messages_are_left_out_unless_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", len(sample()["transforms"]) - 1)
    monkeypatch.setattr(folder_module, "MOST_ROWS", len(sample()["transforms"]) - 1)  # of report.json
    rows = {"transforms": len(sample()["transforms"])}
    for name in ("usual", "all"):
        with OutputFolder(tmp_path / name) as out:
            write_alone(out, "a.pcap", sample(), PROVENANCE, all_tables=name == "all")
    assert manifest(tmp_path / "usual")["inputs"][0]["left_out"] == rows
    assert files(tmp_path / "usual") == REPORT - {"tables/transforms.csv"} | {"manifest.json"}
    page = (tmp_path / "usual" / "report.html").read_text("utf-8")
    assert f"Without a file, because they are long: transforms ({rows['transforms']} rows)." in page
    assert "but for those named here" in page
    assert "tables/transforms.csv" not in page
    saved = json.loads((tmp_path / "usual" / "report.json").read_text())
    assert saved["left_out"] == {"transforms": {"rows": rows["transforms"], "file": None}}
    assert manifest(tmp_path / "all")["inputs"][0]["left_out"] == {}
    assert files(tmp_path / "all") == REPORT | {"manifest.json"}
    page = (tmp_path / "all" / "report.html").read_text("utf-8")
    assert "because they are long" not in page
    saved = json.loads((tmp_path / "all" / "report.json").read_text())
    assert saved["left_out"] == {"transforms": {"rows": rows["transforms"], "file": "tables/transforms.csv"}}


def plain(folder: Path) -> dict[str, bytes]:
    """The files of a report by the names they have where none is compressed, without the manifest and the pages."""
    found = {}
    for name in files(folder) - {"manifest.json"}:
        if not name.endswith(".html"):
            data = (folder / name).read_bytes()
            found[name.removesuffix(".gz")] = gzip.decompress(data) if name.endswith(".gz") else data
    return found


@pytest.mark.parametrize("most", [0, 1, 2, 5, 12])
def test_files_of_many_rows_are_compressed_and_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for module in (bulk, folder_module, json_module):
        monkeypatch.setattr(module, "MOST_PLAIN", most)
    for name, everything in (("usual", False), ("all", True)):
        with OutputFolder(tmp_path / name) as out:
            write_alone(out, "a.pcap", sample(), PROVENANCE, all_tables=everything)
        with (
            OutputFolder(tmp_path / f"{name}-several") as out,
            Batch(out, ["a.pcap", "b.pcap"], PROVENANCE, all_tables=everything) as run,
        ):
            for capture in ("a.pcap", "b.pcap"):
                run.take(run.reporter.write(capture, sample()))
    long = {name: len(table) for name, table in sample().items() if len(table) > most}
    found = manifest(tmp_path / "usual")
    assert found["inputs"][0]["compressed"] == long
    assert manifest(tmp_path / "all")["inputs"][0]["compressed"] == {}
    assert not [name for name in files(tmp_path / "all-several") if name.endswith(".gz")]
    for kind in ("", "-several"):
        usual, everything = (plain(tmp_path / f"{name}{kind}") for name in ("usual", "all"))
        several = {name: data for name, data in usual.items() if name.endswith("report.json")}
        for name, data in several.items():  # it says where tables are, if they are not in it: all of these are
            assert json.loads(data) == json.loads(everything[name])
        assert usual == everything
        written = {name for name in files(tmp_path / f"usual{kind}") if name.endswith(".csv")}
        compressed = {name for name in files(tmp_path / f"usual{kind}") if name.endswith(".csv.gz")}
        assert all(usual[name].count(b"\n") - 1 <= most for name in written)
        assert all(usual[name.removesuffix(".gz")].count(b"\n") - 1 > most for name in compressed)
        outputs = manifest(tmp_path / f"usual{kind}")["outputs"]
        assert outputs.keys() == files(tmp_path / f"usual{kind}") - {"manifest.json"}
        for name, digest in outputs.items():
            assert hashlib.sha256((tmp_path / f"usual{kind}" / name).read_bytes()).hexdigest() == digest, name
    page = (tmp_path / "usual" / "report.html").read_text("utf-8")
    for name, rows in long.items():
        assert f"{name} ({rows:,} rows)" in page
    index = (tmp_path / "usual-several" / "index.html").read_text("utf-8")
    for name in files(tmp_path / "usual-several"):
        assert "/" in name or not name.endswith((".csv", ".csv.gz")) or f'href="{name}"' in index
    assert files(tmp_path / "usual-several") <= set(planned(["a.pcap", "b.pcap"]))
    batch(tmp_path / "usual-several")  # the next run knows compressed files for its own
    assert not [name for name in files(tmp_path / "usual-several") if "/" in name]


def test_each_capture_is_judged_and_its_rows_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def counted(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def call(*args: Any, **named: Any) -> Any:
            calls[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(module, name, call)

    counted(csv_module, "headline_lines")
    counted(folder_module, "verdict_of")
    batch(tmp_path, "a.pcap", "b.pcap", "c.pcap")
    assert calls == {"headline_lines": 3, "verdict_of": 3}


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        batch(tmp_path / name, "x.pcap", "y.pcap", unread=("z.pcap",))
    assert files(tmp_path / "a") == files(tmp_path / "b")
    for name in files(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_batch_has_an_index_and_common_files(tmp_path: Path) -> None:
    batch(tmp_path, "a/gw.pcap", "b/gw.pcap", unread=("gone.pcap",))
    index = (tmp_path / "index.html").read_text("utf-8")
    assert index.index("a/report.html") < index.index("b/report.html")
    assert "gone.pcap: there is no such file" in index
    assert "not reported" not in index
    assert len(failures(tmp_path)) == 8
    assert files(tmp_path) == OVER_ALL | HEADLINES | {f"{name}/{file}" for name in "ab" for file in REPORT}


def test_what_is_planned_is_all_that_is_written(tmp_path: Path) -> None:
    batch(tmp_path / "several", "a/gw.pcap", "b/gw.pcap")
    assert files(tmp_path / "several") <= set(planned(["a/gw.pcap", "b/gw.pcap"]))
    with OutputFolder(tmp_path / "one") as out:
        write_alone(out, "gw.pcap", sample(), PROVENANCE)
    assert files(tmp_path / "one") <= set(planned(["gw.pcap"]))


def test_a_page_of_a_batch_leads_back_to_the_index_and_one_alone_nowhere(tmp_path: Path) -> None:
    batch(tmp_path / "several", "a.pcap")
    assert '<a href="../index.html">' in (tmp_path / "several" / "a" / "report.html").read_text("utf-8")
    with OutputFolder(tmp_path / "one") as out:
        write_alone(out, "a.pcap", sample(), PROVENANCE)
    assert "index.html" not in (tmp_path / "one" / "report.html").read_text("utf-8")


def test_the_manifest_names_inputs_and_outputs(tmp_path: Path) -> None:
    batch(tmp_path, "a.pcap", unread=("gone.pcap",))
    found = manifest(tmp_path)
    assert found["finished"] is True
    assert [(row["path"], row["report"], row.get("error")) for row in found["inputs"]] == [
        ("a.pcap", "a/report.html", None),
        ("gone.pcap", None, "gone.pcap: there is no such file"),
    ]
    assert found["inputs"][0]["sha256"] == sample()["captures"].column("sha256")[0]
    assert set(found["outputs"]) == files(tmp_path) - {"manifest.json"}


def test_files_that_captures_are_named_like_do_not_meet(tmp_path: Path) -> None:
    names = ["failures.csv.pcap", "proposals.csv.pcap", "weak_algorithms.csv.pcap", "report.html.pcap", "tables.pcap"]
    names += ["index.html.pcap", "manifest.json.pcap", "unfinished-run.txt.pcap", "report.json.pcap"]
    batch(tmp_path, *names)
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == len(names)
    assert len(failures(tmp_path)) == 4 * len(names)


def test_a_single_report_after_a_batch_and_a_batch_after_it(tmp_path: Path) -> None:
    batch(tmp_path, "a.pcap", "b.pcap")
    (tmp_path / "b" / "notes.txt").write_text("of the user")
    with OutputFolder(tmp_path) as out:
        write_alone(out, "a.pcap", sample(), PROVENANCE)
    assert files(tmp_path) == REPORT | {"manifest.json", "b/notes.txt"}
    batch(tmp_path, "c.pcap")
    expected = OVER_ALL | {"b/notes.txt"} | HEADLINES | {f"c/{file}" for file in REPORT}
    assert files(tmp_path) == expected


def test_headline_files_are_those_of_this_run_also_without_rows(tmp_path: Path) -> None:
    batch(tmp_path, "a.pcap")
    assert failures(tmp_path)
    batch(tmp_path, unread=("a.pcap",))
    assert failures(tmp_path) == []
    assert files(tmp_path) == OVER_ALL | HEADLINES


class StopError(Exception):
    """A fault in the middle of a report."""


def interrupted_pieces(fault: BaseException, after: int) -> Any:
    """json_pieces of a report whose writing ends in the middle, in the report of this number."""
    real, calls = folder_module.json_pieces, 0

    def pieces(*args: Any) -> Iterator[str]:
        nonlocal calls
        calls += 1
        for place, piece in enumerate(real(*args)):
            if calls > after and place == 5:
                raise fault
            yield piece

    return pieces


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (KeyboardInterrupt(), "2 captures not reported, because the run was interrupted"),
        (StopError(), "2 captures not reported, because the run ended early"),
        (OSError(28, "No space left on device"), "2 captures not reported, because the run ended early"),
    ],
)
def test_an_index_says_what_a_run_that_ended_did_not_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, why: str
) -> None:
    batch(tmp_path, "old.pcap", "c.pcap")
    monkeypatch.setattr(folder_module, "json_pieces", interrupted_pieces(fault, after=1))
    expected = OutputError if isinstance(fault, OSError) else type(fault)
    with pytest.raises(expected):
        batch(tmp_path, "a.pcap", "b.pcap", "c.pcap")
    index = (tmp_path / "index.html").read_text("utf-8")
    assert why in index
    assert "<li>b.pcap</li>" in index
    assert "<li>c.pcap</li>" in index
    assert "<li>a.pcap</li>" not in index
    assert len(failures(tmp_path)) == 4
    assert files(tmp_path) == OVER_ALL | HEADLINES | {f"a/{file}" for file in REPORT}
    assert manifest(tmp_path)["finished"] is False
    assert [row["report"] for row in manifest(tmp_path)["inputs"]] == ["a/report.html", None, None]


def test_rows_of_a_capture_that_failed_half_way_are_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of one file are written, those of the next are not; the captures after it go on."""
    real, calls = folder_module.entry_of, 0

    def entry_of(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StopError
        return real(*args)

    monkeypatch.setattr(folder_module, "entry_of", entry_of)
    with OutputFolder(tmp_path) as out, Batch(out, ["a", "b", "c"], PROVENANCE) as run:
        run.take(run.reporter.write("a", sample()))
        with pytest.raises(StopError):
            run.reporter.write("b", sample())
        run.fail("b", "b: the analyzer failed")
        run.take(run.reporter.write("c", sample()))
    assert len(failures(tmp_path)) == 8
    assert not (tmp_path / "b").exists()
    assert "b: the analyzer failed" in (tmp_path / "index.html").read_text("utf-8")


def test_rows_half_taken_over_are_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt comes when the rows of a report are in the common files, and the report is not yet the run's."""
    real = OutputFolder.take

    def take(folder: OutputFolder, written: dict[str, str]) -> None:
        if "b/report.html" in written:
            raise KeyboardInterrupt
        real(folder, written)

    monkeypatch.setattr(OutputFolder, "take", take)
    with pytest.raises(KeyboardInterrupt):
        batch(tmp_path, "a", "b")
    assert len(failures(tmp_path)) == 4
    assert not (tmp_path / "b").exists()


def test_reports_may_be_written_in_any_order_and_by_another_process(tmp_path: Path) -> None:
    batch(tmp_path / "here", "a", "b", "c")
    with OutputFolder(tmp_path / "there") as out, Batch(out, ["a", "b", "c"], PROVENANCE) as run:
        reporter = pickle.loads(pickle.dumps(run.reporter))
        reports = {name: pickle.loads(pickle.dumps(reporter.write(name, sample()))) for name in "cab"}
        for name in "abc":
            run.take(reports[name])
    assert files(tmp_path / "here") == files(tmp_path / "there")
    for name in files(tmp_path / "here"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name


def test_a_capture_without_ike_has_its_report_too(tmp_path: Path) -> None:
    with OutputFolder(tmp_path) as out, Batch(out, ["none.pcap"], PROVENANCE) as run:
        run.take(run.reporter.write("none.pcap", Tables()))
    known = {"path": "none.pcap", "sha256": None, "report": "none/report.html", "filter": None}
    known |= {"empty_tables": list(SCHEMA), "left_out": {}, "compressed": {}}
    assert manifest(tmp_path)["inputs"] == [known]
    assert not (tmp_path / "none" / "tables").exists()


def test_of_a_report_alone_that_is_not_finished_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> None:
        with OutputFolder(tmp_path) as out:
            write_alone(out, "a.pcap", sample(), PROVENANCE)

    run()
    (tmp_path / "own.csv").write_text("of the user")
    monkeypatch.setattr(folder_module, "json_pieces", interrupted_pieces(KeyboardInterrupt(), after=0))
    with pytest.raises(KeyboardInterrupt):
        run()
    assert files(tmp_path) == {"manifest.json", "own.csv"}
    assert (manifest(tmp_path)["finished"], manifest(tmp_path)["outputs"]) == (False, {})


HERE = os.getpid()
forks = pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")


@pytest.fixture
def beside_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Few rows are worth another process, and the page is written when that one has begun with report.json."""
    begun, begin = os.pipe()
    render, pieces = folder_module.render, folder_module.json_pieces

    def waiting(*args: Any) -> Iterator[str]:
        yield from render(*args)
        os.read(begun, 1)

    def saying(*args: Any) -> Iterator[str]:
        os.write(begin, b"x")
        yield from pieces(*args)

    monkeypatch.setattr(bulk, "_SHARED", 1)
    monkeypatch.setattr(folder_module, "render", waiting)
    monkeypatch.setattr(folder_module, "json_pieces", saying)
    yield
    os.close(begun)
    os.close(begin)


def alone_and_in_a_part(folder: Path, jobs: int) -> tuple[list[str], ...]:
    """Two reports below a folder; the names of their files as they were written."""
    with OutputFolder(folder / "alone") as out:
        write_alone(out, "a.pcap", sample(), PROVENANCE, jobs=jobs)
        written = list(out.written)
    with OutputFolder(folder / "several") as out, Batch(out, ["a.pcap"], PROVENANCE) as run:
        reported = run.reporter.write("a.pcap", sample(), jobs=jobs)
        run.take(reported)
    return written, list(reported.written)


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same."""
    assert files(one) == files(other)
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in files(one))


@forks
@pytest.mark.parametrize("most", [0, 10_000])
def test_two_processes_write_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, request: pytest.FixtureRequest
) -> None:
    for module in (bulk, folder_module, json_module):
        monkeypatch.setattr(module, "MOST_PLAIN", most)
    names = alone_and_in_a_part(tmp_path / "one", jobs=1)
    request.getfixturevalue("beside_it")
    assert alone_and_in_a_part(tmp_path / "two", jobs=2) == names
    assert same(tmp_path / "one", tmp_path / "two")


def elsewhere(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Have the other process do something in the midst of report.json."""
    real = folder_module.json_pieces

    def pieces(*args: Any) -> Iterator[str]:
        for place, piece in enumerate(real(*args)):
            if place == 5 and os.getpid() != HERE:
                act()
            yield piece

    monkeypatch.setattr(folder_module, "json_pieces", pieces)


def end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@forks
def test_what_a_process_that_was_ended_had_begun_is_written_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    names = alone_and_in_a_part(tmp_path / "one", jobs=1)
    request.getfixturevalue("beside_it")
    elsewhere(monkeypatch, end)
    assert alone_and_in_a_part(tmp_path / "two", jobs=2) == names
    assert same(tmp_path / "one", tmp_path / "two")


@forks
@pytest.mark.usefixtures("beside_it")
def test_no_room_for_what_another_process_writes_is_told_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = outputs_module.new_file

    @contextmanager
    def new_file(path: str, **how: Any) -> Iterator[BinaryIO]:
        with real(path, **how) as file:
            yield file
            if path.endswith("report.json"):
                raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(outputs_module, "new_file", new_file)
    with (
        pytest.raises(OutputError, match=re.escape(f"{tmp_path / 'report.json'}: cannot be written (No space left")),
        OutputFolder(tmp_path) as out,
    ):
        write_alone(out, "a.pcap", sample(), PROVENANCE, jobs=2)
    assert files(tmp_path) == {"manifest.json"}
    assert manifest(tmp_path)["outputs"] == {}


@forks
@pytest.mark.usefixtures("beside_it")
def test_of_an_interrupted_report_nothing_stays_that_another_process_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what was whole nor what was begun."""
    begun = tmp_path / "out" / "tables" / ".captures.csv.part"

    def write_csv(*_: Any, **__: Any) -> None:
        if os.getpid() == HERE:
            raise KeyboardInterrupt
        time.sleep(60)

    render = folder_module.render

    def waiting(*args: Any) -> Iterator[str]:
        yield from render(*args)
        for _ in range(6000):
            if begun.exists():
                break
            time.sleep(0.01)
        assert (tmp_path / "out" / "report.json").exists()

    monkeypatch.setattr(csv_module, "write_csv", write_csv)
    monkeypatch.setattr(folder_module, "render", waiting)
    with pytest.raises(KeyboardInterrupt), OutputFolder(tmp_path / "out") as out:
        write_alone(out, "a.pcap", sample(), PROVENANCE, jobs=2)
    assert files(tmp_path / "out") == {"manifest.json"}
    assert manifest(tmp_path / "out")["outputs"] == {}
