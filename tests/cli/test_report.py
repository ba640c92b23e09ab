import csv
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.dataset as ds
import pytest

import analyzer
from analyzer.batch.limits import TimeUpError
from analyzer.report import bulk, dataset, folder
from analyzer.report.outputs import OutputFolder
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.capture.joining.made import checks, negotiation, noise, write
from tests.cli.running import FAILED, HEALTHY, WEAK, run
from tests.conftest import ROOT


def reported(out: Path) -> set[str]:
    """The captures of which there are reports; the dataset is of these, and there is none of none."""
    parts = {path.stem.rpartition("-of-")[2] for path in (out / "dataset").rglob("*.parquet")}
    assert {path.name for path in out.iterdir() if path.is_dir()} == parts | ({"dataset"} if parts else set())
    return parts


def test_one_capture(tmp_path: Path) -> None:
    done = run("report", FAILED, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert f"{FAILED}: IKEv2 from 192.0.2.10 to 192.0.2.20 failed in IKE_AUTH" in done.stderr
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "failed in IKE_AUTH" in page
    assert (tmp_path / "out" / "failures.csv").read_text().count("IKE_AUTH") >= 1


def test_several_with_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.pcap").write_text("no capture")
    done = run("report", FAILED, tmp_path / "bad.pcap", HEALTHY, "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert f"error: {tmp_path / 'bad.pcap'}" in done.stderr
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert f"{FAILED.parent.name}/report.html" in index
    assert f"{HEALTHY.parent.name}/report.html" in index
    assert "1 input could not be read" in index


def test_the_bytes_of_the_evidence_are_in_the_page_where_the_file_can_be_read_again(tmp_path: Path) -> None:
    run("report", FAILED, "-o", tmp_path / "file")
    run("report", FAILED, HEALTHY, "-o", tmp_path / "both")
    pages = [tmp_path / "file" / "report.html", tmp_path / "both" / FAILED.parent.name / "report.html"]
    for page in pages:
        assert '<span class="anchor" id="n1-f' in page.read_text("utf-8")
    run("report", "-", "-o", tmp_path / "pipe", stdin=FAILED.read_bytes())
    piped = (tmp_path / "pipe" / "report.html").read_text("utf-8")
    assert '<details class="frame"' not in piped
    assert "standard input cannot be read again" in piped


def test_tables_left_out_for_their_length_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", 10)
    for captures in ((FAILED,), (FAILED, HEALTHY)):
        done = run("report", *captures, "-o", tmp_path / "out")
        assert done.stderr.count("not written as CSV, because they are long: ") == len(captures)
        assert "payloads (" in done.stderr
        assert "--tables all" in done.stderr
        assert not list((tmp_path / "out").rglob("tables/payloads.csv"))
        done = run("report", *captures, "-o", tmp_path / "out", "--tables", "all")
        assert "not written" not in done.stderr
        assert len(list((tmp_path / "out").rglob("tables/payloads.csv"))) == len(captures)


def test_several_captures_have_a_dataset_of_all_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_ROWS", 10)  # of the CSV files
    out = tmp_path / "out"
    assert run("report", FAILED, HEALTHY, "-o", out).exit_code == 0
    found = analyzer.open_dataset(out)
    for name in SCHEMA:
        frames = [getattr(analyzer.read_pcap(capture), name) for capture in (FAILED, HEALTHY)]
        for capture, want in zip((FAILED, HEALTHY), frames, strict=True):
            now = found.read(name, [*want], ds.field("capture") == str(capture))
            pd.testing.assert_frame_equal(now, want)
    assert {*found.negotiations["report"]} == {FAILED.parent.name, HEALTHY.parent.name}
    assert reported(out) == {FAILED.parent.name, HEALTHY.parent.name}
    assert files(out) <= set(folder.planned([str(FAILED), str(HEALTHY)]))
    assert "<code>dataset/</code>" in (out / "index.html").read_text("utf-8")
    assert run("report", FAILED, "-o", out).exit_code == 0
    assert not (out / "dataset").exists(), "of one capture alone there is none, nor one of an earlier run"


def test_without_pyarrow_there_is_no_dataset_which_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    assert run("report", FAILED, HEALTHY, "-o", out).exit_code == 0
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "pyarrow.parquet", None)
        done = run("report", FAILED, HEALTHY, "-o", out)
    assert done.exit_code == 0
    assert done.stderr.count("no dataset is written: it needs pyarrow") == 1
    assert "taken over" not in done.stderr, "reports with a dataset are not those without"
    assert not (out / "dataset").exists()
    assert "dataset" not in (out / "index.html").read_text("utf-8").partition("<h2>")[0]
    assert (out / HEALTHY.parent.name / "report.html").exists()
    done = run("report", FAILED, HEALTHY, "-o", out)
    assert "taken over" not in done.stderr
    assert "no dataset" not in done.stderr
    assert reported(out) == {FAILED.parent.name, HEALTHY.parent.name}


def test_a_capture_called_like_a_table_hides_no_dataset(tmp_path: Path) -> None:
    for name in ("messages", "dataset", "part-0-of-messages"):
        shutil.copy(HEALTHY, tmp_path / f"{name}.pcap")
    out = tmp_path / "out"
    assert run("report", *tmp_path.glob("*.pcap"), "-o", out, "--separate").exit_code == 0
    assert set(analyzer.open_dataset(out).negotiations["report"]) == {"messages", "dataset-2", "part-0-of-messages"}


@pytest.mark.parametrize("fault", [ValueError, MemoryError, TimeUpError])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_of_a_capture_whose_rows_were_not_all_written_nothing_stays(
    fault: type[BaseException], jobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, out = dataset.write_columns, tmp_path / "out"

    def write(columns: Any, schema: Any, file: Any) -> None:
        real(columns, schema, file)
        if FAILED.parent.name in schema.metadata[b"capture"].decode() and schema.metadata[b"table"] == b"messages":
            if fault is TimeUpError and jobs == "2":
                os.kill(os.getpid(), signal.SIGALRM)  # so a worker ends
            raise fault

    monkeypatch.setattr(dataset, "write_columns", write)
    done = run("report", HEALTHY, FAILED, WEAK, "-o", out, "--jobs", jobs)
    assert done.exit_code == 4
    assert f"{FAILED}: " in done.stderr
    assert reported(out) == {HEALTHY.parent.name, WEAK.parent.name}
    assert not [path for path in files(out) if path.endswith(".part")]
    saved = json.loads((out / "manifest.json").read_text())
    assert set(saved["outputs"]) == files(out) - {"manifest.json"}
    monkeypatch.setattr(dataset, "write_columns", real)
    assert "2 of 3 reports taken over" in run("report", HEALTHY, FAILED, WEAK, "-o", out).stderr
    assert reported(out) == {HEALTHY.parent.name, FAILED.parent.name, WEAK.parent.name}


def test_rows_of_captures_read_as_one_are_in_the_part_of_their_file(tmp_path: Path) -> None:
    captures, out = tmp_path / "captures", tmp_path / "out"
    times = negotiation(0), checks([9, 10]), noise([11])
    parts = [str(write(captures / f"gw.pcap{n or ''}", part)) for n, part in enumerate(times)]
    shutil.copy(FAILED, captures / "other.pcap")
    assert run("report", captures, "-o", out).exit_code == 0
    found = analyzer.open_dataset(out)
    for name in ("messages", "captures"):
        with (out / "gw-and-2-more" / "tables" / f"{name}.csv").open(newline="") as file:
            rows = [row["capture"] for row in csv.DictReader(file)]
        of_set = found.read(name, ["capture", "report"], ds.field("report") == "gw-and-2-more")
        assert of_set["capture"].tolist() == rows
    assert set(rows) == set(parts)
    both = found.messages.merge(found.negotiations, on=["report", "negotiation"])
    assert len(both) == len(found.messages), "a message need not be in the file that its negotiation begins in"
    assert len(both) > len(found.messages.merge(found.negotiations, on=["capture", "negotiation"]))


def test_files_compressed_for_their_length_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_PLAIN", 0)
    monkeypatch.setattr(bulk, "MOST_PLAIN", 5)
    for captures in ((FAILED,), (FAILED, HEALTHY)):
        out = tmp_path / "out"
        done = run("report", *captures, "-o", out)
        lines = [line for line in done.stderr.splitlines() if "compressed, because they are long: " in line]
        assert len(lines) == len(captures)
        named = {
            name for line in lines for name in line.partition(": compressed, because they are long: ")[2].split(", ")
        }
        named = {name.partition(". --tables")[0] for name in named}
        written = {path.relative_to(out).as_posix() for path in out.rglob("*.gz")}
        assert {name for name in written if "/" in name or len(captures) == 1} == named
        assert any(name.endswith("tables/payloads.csv.gz") for name in named)
        done = run("report", *captures, "-o", out, "--tables", "all")
        assert ": compressed, " not in done.stderr
        assert not list(out.rglob("*.gz"))


def test_only_an_unreadable_one(tmp_path: Path) -> None:
    done = run("report", tmp_path / "gone.pcap", "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert "gone.pcap: there is no such file" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert len((tmp_path / "out" / "failures.csv").read_text().splitlines()) == 1


def test_the_output_cannot_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run("report", FAILED, "-o", tmp_path / "file").exit_code == 2


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("report", FAILED, "-o", tmp_path / name)
    for path in (tmp_path / "a").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path.name


def test_a_file_of_peers_is_in_the_provenance_and_must_be_readable(tmp_path: Path) -> None:
    config = tmp_path / "peers.toml"
    config.write_text('[peer."192.0.2.20"]\nike = ["aes256-sha256-modp2048"]\n')
    done = run("report", HEALTHY, "-o", tmp_path / "out", "--peer-config", config)
    assert done.exit_code == 0
    assert str(config) in (tmp_path / "out" / "report.html").read_text("utf-8")
    config.write_text("[peer")
    done = run("report", HEALTHY, "-o", tmp_path / "out", "--peer-config", config)
    assert done.exit_code == 3
    assert "not TOML" in done.stderr


def test_policy_and_keys_are_in_the_provenance(tmp_path: Path) -> None:
    keys = HEALTHY.with_name("capture.keys")
    done = run("report", HEALTHY, "-o", tmp_path, "--policy", "nist", "--keys", keys, "--port", "5500")
    assert done.exit_code == 0
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<code>nist</code>" in page
    assert str(keys) in page
    assert "500, 4500, 5500" in page
    assert run("report", HEALTHY, "-o", tmp_path, "--policy", "nonsense").exit_code == 2
    assert run("report", HEALTHY, "-o", tmp_path, "--keys", "nowhere").exit_code == 3


def test_file_names_that_want_to_be_more_stay_text(tmp_path: Path) -> None:
    names = [
        'a"><img src=x onerror=alert(1)>.pcap',
        "\x1b]0;owned\x07.pcap",
        "\u202egpj.pcap",
        "=1+1.pcap",
        "x\ny.pcap",
    ]
    for name in names:
        (tmp_path / name).write_bytes(FAILED.read_bytes())
    out = tmp_path / "out"
    done = run("report", tmp_path, "-o", out, "--separate")
    assert done.exit_code == 0
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()) == len(names) + 1
    for page in out.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<img" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert len((out / "failures.csv").read_text("utf-8").splitlines()) == len(names) + 1


OVER_ALL = {"index.html", "manifest.json", "failures.csv", "proposals.csv", "weak_algorithms.csv", "peers.csv"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_rerun_on_what_cannot_be_read_any_more_keeps_nothing_of_the_run_before(tmp_path: Path) -> None:
    captures, out = tmp_path / "captures", tmp_path / "out"
    captures.mkdir()
    for name in ("a.pcap", "b.pcap"):
        shutil.copy(FAILED, captures / name)
    assert run("report", captures, "-o", out, "--separate").exit_code == 0
    for name in ("a.pcap", "b.pcap"):
        (captures / name).write_text("damaged")
    assert run("report", captures, "-o", out).exit_code == 3
    assert files(out) == {"seen-files.json", *OVER_ALL}
    assert len((out / "failures.csv").read_text().splitlines()) == 1


def test_wrong_options_leave_an_earlier_report_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("report", FAILED, "-o", out)
    before = {name: (out / name).read_bytes() for name in files(out)}
    (tmp_path / "bad.toml").write_text("[peer")
    assert run("report", FAILED, HEALTHY, "-o", out, "--policy", "nonsense").exit_code == 2
    assert run("report", FAILED, HEALTHY, "-o", out, "--keys", tmp_path / "gone").exit_code == 3
    assert run("report", FAILED, "-o", out, "--peer-config", tmp_path / "bad.toml").exit_code == 3
    assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_one_capture_beside_what_cannot_be_read_has_an_index(tmp_path: Path) -> None:
    shutil.copy(FAILED, tmp_path / "gw.pcap")
    (tmp_path / "lost.pcap").symlink_to("nowhere")
    done = run("report", tmp_path, "-o", tmp_path / "out")
    assert done.exit_code == 3
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "gw/report.html" in index
    assert "lost.pcap: cannot be opened (No such file or directory)" in index


@pytest.mark.parametrize("link", ["the same", "symbolic", "hard"])
@pytest.mark.parametrize(
    "name", ["report.html", "tables/messages.csv", "manifest.json", "gw/report.json", "index.html", "failures.csv"]
)
def test_a_report_that_would_overwrite_an_input_is_refused(tmp_path: Path, name: str, link: str) -> None:
    out = tmp_path / "out"
    taken, other = out / name, tmp_path / "evidence" / "gw.pcap"
    taken.parent.mkdir(parents=True)
    other.parent.mkdir()
    shutil.copy(FAILED, other)
    if link == "the same":
        other.rename(taken)
        other = taken
    elif link == "hard":
        os.link(other, taken)
    else:
        taken.symlink_to(other)
    more = [HEALTHY.parent / "capture.pcap"] if name == "failures.csv" else []
    if name == "gw/report.json":
        shutil.copy(FAILED, tmp_path / "gw.pcap")
        more = [tmp_path / "gw.pcap" if link == "the same" else HEALTHY]
    done = run("report", other, *more, "-o", out, "--separate")
    assert done.exit_code == 2
    assert "is the input" in done.stderr
    assert other.read_bytes() == FAILED.read_bytes()
    assert files(out) == {name}


def test_key_and_peer_files_are_inputs_too(tmp_path: Path) -> None:
    keys, config = tmp_path / "report.html", tmp_path / "index.html"
    shutil.copy(HEALTHY.with_name("capture.keys"), keys)
    config.write_text('[peer."192.0.2.20"]\nike = ["aes256-sha256-modp2048"]\n')
    for option, path in (("--keys", keys), ("--peer-config", config)):
        before = path.read_bytes()
        done = run("report", HEALTHY, "-o", tmp_path, option, path)
        assert done.exit_code == 2
        assert f"is the input {path}" in done.stderr
        assert path.read_bytes() == before


def test_an_input_beside_the_outputs_and_one_of_the_same_name_elsewhere_are_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for path in (out / "gw.pcap", tmp_path / "report.html"):
        path.parent.mkdir(exist_ok=True)
        shutil.copy(FAILED, path)
    for _ in range(2):  # the second finds what the first wrote, and reads none of it
        done = run("report", out, tmp_path / "report.html", "-o", out, "--separate")
        assert done.exit_code == 0
        assert (out / "gw.pcap").read_bytes() == FAILED.read_bytes()
        assert {"gw/report.html", "report.html-2/report.html"} < files(out)


def test_a_link_of_an_output_name_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out" / "report.html").symlink_to(tmp_path / "precious")
    assert run("report", FAILED, "-o", tmp_path / "out").exit_code == 0
    assert (tmp_path / "precious").read_text() == "precious"
    assert "<html" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_two_runs_into_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with OutputFolder(tmp_path):
        for captures in ([FAILED], [FAILED, HEALTHY]):
            done = run("report", *captures, "-o", tmp_path)
            assert done.exit_code == 4
            assert "another run is writing into this folder" in done.stderr
    assert run("report", FAILED, "-o", tmp_path).exit_code == 0


def test_reports_with_keys_are_for_their_owner(tmp_path: Path) -> None:
    for words, expected in (([], 0o644), (["--keys", HEALTHY.with_name("capture.keys")], 0o600)):
        umask, out = os.umask(0o022), tmp_path / str(len(words))
        try:
            assert run("report", HEALTHY, FAILED, "-o", out, *words).exit_code == 0
        finally:
            os.umask(umask)
        assert {(out / name).stat().st_mode & 0o777 for name in files(out)} == {expected}
        folders = [out, *(path for path in out.rglob("*") if path.is_dir())]
        assert len(folders) > 4
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o700 if words else 0o755}


def test_an_empty_name_is_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["report", FAILED], ["export", FAILED, "--table", "flows"]):
        done = run(*words, "-o", "")
        assert done.exit_code == 2
        assert "an empty name. Is a variable of the shell not set?" in done.stderr
    assert not list(tmp_path.iterdir())
    assert run("report", FAILED, "-o", ".").exit_code == 0


def _as_in_the_foreground() -> None:
    """Take SIGINT: what a shell starts in the background, the test run too, ignores it and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_is_whole_as_far_as_it_goes(tmp_path: Path, name: signal.Signals) -> None:
    """The second capture is a FIFO that nobody fills: the run has reported the first and waits for the signal."""
    fifo, out = tmp_path / "second.pcap", tmp_path / "out"
    os.mkfifo(fifo)
    shutil.copy(FAILED, tmp_path / "first.pcap")
    words = ["report", tmp_path / "first.pcap", fifo, HEALTHY, "-o", out]
    started = subprocess.Popen(
        [sys.executable, "-m", "analyzer", *map(str, words)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_as_in_the_foreground,  # noqa: PLW1509  (the workers of the test run start no threads)
    )
    assert started.stderr is not None
    assert "first.pcap: IKEv2" in started.stderr.readline()
    with fifo.open("wb"):  # returns when the run has opened its end
        started.send_signal(name)
        rest = started.stderr.read()
    assert started.wait() == 130
    assert rest.endswith("interrupted\n")
    index = (out / "index.html").read_text("utf-8")
    assert "2 captures not reported, because the run was interrupted" in index
    assert f"<li>{fifo}</li>" in index
    assert f"<li>{HEALTHY}</li>" in index
    with (out / "failures.csv").open(newline="") as file:
        assert {row["capture"] for row in csv.DictReader(file, strict=True)} == {str(tmp_path / "first.pcap")}
    assert reported(out) == {"first"}
    assert not [path for path in files(out) if path.endswith(".part")]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["finished"] is False
    assert set(manifest["outputs"]) == files(out) - {"manifest.json"}


def test_a_capture_on_which_the_analyzer_fails_is_in_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = folder.json_pieces

    def pieces(tables: Tables, *more: Any) -> Iterator[str]:
        yield from real(tables, *more)
        if "failed" in tables["negotiations"].column("outcome"):
            raise ValueError

    monkeypatch.setattr(folder, "json_pieces", pieces)
    for captures, whole in (([FAILED], set()), ([FAILED, HEALTHY], {HEALTHY.parent.name})):
        done = run("report", *captures, "-o", tmp_path)
        assert done.exit_code == 4
        assert f"{FAILED}: the analyzer failed" in (tmp_path / "index.html").read_text("utf-8")
        assert {name for name in files(tmp_path) if "/" not in name} == {"seen-files.json", *OVER_ALL}
        assert reported(tmp_path) == whole
        assert len((tmp_path / "failures.csv").read_text().splitlines()) == 1


def inputs_of_many(folder: Path) -> list[str | Path]:
    """A folder of captures, with what cannot be read among them, and one that reading stops in."""
    for number, capture in enumerate([FAILED, HEALTHY, WEAK, FAILED, HEALTHY]):
        shutil.copy(capture, folder / f"{number}.pcap")
    (folder / "1-bad.pcap").write_text("no capture")
    (folder / "3-lost.pcap").symlink_to("nowhere")
    bomb = gzip.compress(FAILED.read_bytes() + bytes(4 << 20))
    (folder / "2-bomb.pcap.gz").write_bytes(bomb)
    return [folder, "--separate", "--max-expansion", "2"]


COMMANDS = [
    ["summary"], ["summary", "--keys", HEALTHY.with_name("capture.keys")], ["check", "--fail-on", "high"],
    *(["export", "--table", name] for name in ("messages", "flows", "findings", "captures")),
    ["export", "--table", "diagnoses", "--format", "jsonl", "--columns", "detail,negotiation"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_output_is_the_same_with_any_number_of_processes(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    words = [*command, *inputs_of_many(tmp_path)]
    alone = run(*words, "--jobs", "1")
    assert alone.exit_code == 3
    assert "not read to its end" in alone.stderr
    for jobs in ("2", "3", "8"):
        done = run(*words, "--jobs", jobs)
        assert (done.exit_code, done.stdout, done.stderr) == (alone.exit_code, alone.stdout, alone.stderr)
    assert run(*words).stdout == alone.stdout


@pytest.mark.parametrize("more", [(), ("--keys", HEALTHY.with_name("capture.keys"), "--csv-raw", "--tables", "all")])
def test_a_report_is_the_same_with_any_number_of_processes(
    more: tuple[str | Path, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", 1 << 16)
    monkeypatch.setattr(bulk, "MOST_ROWS", 10)
    captures, out = tmp_path / "captures", tmp_path / "out"
    captures.mkdir()
    words = ["report", *inputs_of_many(captures), "-o", out, *more]
    written = []
    for jobs in ("1", "2", "3", "8"):
        shutil.rmtree(out, ignore_errors=True)
        done = run(*words, "--jobs", jobs)
        found = {name: ((out / name).read_bytes(), (out / name).stat().st_mode) for name in files(out)}
        written.append((done.exit_code, done.stdout, done.stderr, found))
    assert written[0][0] == 3
    assert len(written[0][3]) > 50
    assert all(one == written[0] for one in written[1:])


def test_a_process_that_is_ended_costs_its_capture_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the system does where memory is short."""
    words = inputs_of_many(tmp_path)
    real, parent = folder.json_pieces, os.getpid()

    def pieces(tables: Tables, *more: Any) -> Iterator[str]:
        yield from real(tables, *more)
        if tables["captures"].column("capture")[0].endswith("/2.pcap") and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(folder, "json_pieces", pieces)
    out = tmp_path / "out"
    done = run("report", *words, "-o", out, "--jobs", "2")
    assert done.exit_code == 4
    named = f"{tmp_path / '2.pcap'}: the process that worked on it was ended by signal 9"
    assert f"error: {named}" in done.stderr
    assert named in (out / "index.html").read_text("utf-8")
    assert not (out / "2").exists()
    assert not [name for name in files(out) if name.endswith(".part")]
    saved = json.loads((out / "manifest.json").read_text())
    assert set(saved["outputs"]) == files(out) - {"manifest.json"}
    assert [row["path"] for row in saved["inputs"] if row["report"]] == [
        str(tmp_path / name) for name in ("0.pcap", "1.pcap", "2-bomb.pcap.gz", "3.pcap", "4.pcap")
    ]


INTERRUPTED = """
import os, signal, time, sys
from pathlib import Path
from analyzer.report import folder
real = folder.json_pieces
def pieces(tables, *more):
    yield from real(tables, *more)
    if tables["captures"].column("capture")[0].endswith("third.pcap"):
        while not Path({done!r}).exists():
            time.sleep(0.01)
        Path({mark!r}).write_text(str(os.getpid()))
        signal.pause()
folder.json_pieces = pieces
from analyzer.__main__ import run
run()
"""


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_batch_of_several_processes_is_whole_as_far_as_it_goes(
    tmp_path: Path, name: signal.Signals
) -> None:
    """At the third capture a process waits until the fourth is done with, which comes behind it and is reported."""
    captures = [tmp_path / f"{number}.pcap" for number in ("first", "second", "third", "fourth")]
    for path in captures:
        shutil.copy(FAILED, path)
    out, mark = tmp_path / "out", tmp_path / "mark"
    os.mkfifo(mark)
    words = ["report", *captures, "--separate", "-o", out, "--jobs", "3"]
    started = subprocess.Popen(
        [
            sys.executable,
            "-c",
            INTERRUPTED.format(mark=str(mark), done=str(out / "fourth" / "part.json")),
            *map(str, words),
        ],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_as_in_the_foreground,  # noqa: PLW1509  (the workers of the test run start no threads)
        cwd=ROOT,
    )
    assert started.stderr is not None
    worker = int(mark.read_text())
    assert "second.pcap: IKEv2" in [started.stderr.readline() for _ in range(2)][1]
    os.killpg(started.pid, name) if name == signal.SIGINT else started.send_signal(name)
    rest = started.stderr.read()
    assert started.wait() == 130
    assert rest == "the same command again goes on where this run ends\ninterrupted\n"
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    index = (out / "index.html").read_text("utf-8")
    assert "1 capture not reported, because the run was interrupted" in index
    assert reported(out) == {"first", "second", "fourth"}
    assert not [path for path in files(out) if path.endswith(".part")]
    saved = json.loads((out / "manifest.json").read_text())
    assert saved["finished"] is False
    assert set(saved["outputs"]) == files(out) - {"manifest.json"}
    with (out / "failures.csv").open(newline="") as file:
        assert {row["capture"] for row in csv.DictReader(file, strict=True)} == {
            str(path) for path in captures if path.stem != "third"
        }


def test_a_fault_in_a_process_is_reported_like_one_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError

    inputs_of_many(tmp_path)
    monkeypatch.setattr("analyzer.reading.single.decode", fails)
    alone, done = (run("summary", tmp_path, "--jobs", jobs) for jobs in ("1", "3"))
    assert (done.exit_code, done.stdout, done.stderr) == (4, alone.stdout, alone.stderr)
    assert "the analyzer failed on messages" in done.stderr


def test_a_zone_changes_the_pages_and_no_data(tmp_path: Path) -> None:
    for name, words in (("utc", ()), ("there", ("--tz", "+05:30"))):
        assert run("report", FAILED, HEALTHY, "-o", tmp_path / name, *words).exit_code == 0
    utc, there = (
        {Path(path): (tmp_path / name / path).read_bytes() for path in files(tmp_path / name)}
        for name in ("utc", "there")
    )
    assert utc.keys() == there.keys()
    differing = {path.name for path in utc if utc[path] != there[path]}
    assert differing == {"report.html", "index.html", "manifest.json", "part.json"}
    for path in there:
        if path.suffix == ".html":
            assert b"+05:30" in there[path]
            assert b" UTC<" not in there[path]


def test_pages_and_manifest_say_what_was_joined_and_what_is_a_copy(tmp_path: Path) -> None:
    captures, out = tmp_path / "captures", tmp_path / "out"
    times = negotiation(0), checks([9, 10]), noise([11])
    parts = [write(captures / f"gw.pcap{n or ''}", part) for n, part in enumerate(times)]
    copied = shutil.copy(parts[1], captures / "z.pcap")
    shutil.copy(FAILED, captures / "other.pcap")
    assert run("report", captures, "-o", out).exit_code == 0
    index = (out / "index.html").read_text("utf-8")
    page = (out / "gw-and-2-more" / "report.html").read_text("utf-8")
    for text in (index, page):
        assert "IKE SA a500000000000001 of gw.pcap goes on in gw.pcap1" in text
        assert f"{copied} has the same bytes as {parts[1]}: read once" in text
    assert "same bytes" not in (out / "other" / "report.html").read_text("utf-8")
    inputs = {Path(one["report"]).parent.name: one for one in json.loads((out / "manifest.json").read_text())["inputs"]}
    assert [member["path"] for member in inputs["gw-and-2-more"]["members"]] == parts
    assert inputs["gw-and-2-more"]["copies"] == [{"path": str(copied), "copy_of": parts[1]}]
    assert "members" not in inputs["other"]
    notes = json.loads((out / "gw-and-2-more" / "report.json").read_text())["provenance"]["captures"]
    assert len(notes) == 2


def test_a_set_alone_has_no_index(tmp_path: Path) -> None:
    parts = [write(tmp_path / f"gw.pcap{n or ''}", part) for n, part in enumerate((negotiation(0), checks([9, 10])))]
    assert run("report", *parts, "-o", tmp_path / "out").exit_code == 0
    assert not (tmp_path / "out" / "index.html").exists()
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Captures that belong together" in page
    assert run("report", *parts, "-o", tmp_path / "out", "--separate").exit_code == 0
    assert (tmp_path / "out" / "index.html").exists()
