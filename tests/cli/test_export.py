import csv
import errno
import io
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer import reading
from analyzer.reading import single
from analyzer.tables.schema import SCHEMA
from tests.cli.running import FAILED, HEALTHY, WEAK, run


@pytest.mark.parametrize("table", SCHEMA)
def test_every_table_as_csv(table: str) -> None:
    done = run("export", FAILED, "--table", table)
    assert done.exit_code == 0
    header, *_ = csv.reader(io.StringIO(done.stdout))
    assert header == list(SCHEMA[table].usual or SCHEMA[table].names)


def test_json_lines_of_two_captures_together() -> None:
    done = run("export", FAILED, HEALTHY, "--table", "negotiations", "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["negotiation"], row["outcome"]) for row in rows] == [(1, "failed"), (2, "established")]


def test_parquet_to_a_file(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "m.parquet"
    assert run("export", FAILED, "--table", "messages", "--format", "parquet", "-o", path).exit_code == 0
    assert pq.read_table(path).num_rows == 4


def test_parquet_to_standard_output() -> None:
    pytest.importorskip("pyarrow")
    done = run("export", FAILED, "--table", "messages", "--format", "parquet")
    assert done.stdout_bytes.startswith(b"PAR1")


def test_a_file_instead_of_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    done = run("export", FAILED, "--table", "negotiations", "-o", path)
    assert done.stdout == ""
    assert path.read_text().startswith("negotiation,")


@pytest.mark.parametrize("columns", ["exchange,frame_number", "retransmission_of, frame_number,negotiation"])
def test_columns_in_the_order_asked_for(columns: str) -> None:
    """With columns that take placing each message in its negotiation, and without: the cells are the same."""
    done = run("export", FAILED, "--table", "messages", "--columns", columns)
    assert done.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    whole = csv.DictReader(io.StringIO(run("export", FAILED, "--table", "messages").stdout))
    names = [name.strip() for name in columns.split(",")]
    assert list(rows[0]) == names
    assert rows == [{name: row[name] for name in names} for row in whole]


def test_a_column_that_does_not_exist() -> None:
    done = run("export", FAILED, "--table", "messages", "--columns", "frame_number,nonsense")
    assert done.exit_code == 2
    assert "no column 'nonsense'" in done.stderr


def test_mistakes(tmp_path: Path) -> None:
    assert run("export", FAILED, "--table", "nonsense").exit_code == 2
    assert run("export", FAILED).exit_code == 2
    done = run("export", FAILED, tmp_path / "gone.pcap", "--table", "negotiations")
    assert done.exit_code == 3
    assert "failed" in done.stdout


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("link", ["the same", "symbolic", "hard"])
def test_an_output_that_is_the_capture_is_refused(tmp_path: Path, form: str, link: str) -> None:
    capture = tmp_path / "x.pcap"
    shutil.copy(FAILED, capture)
    output = capture if link == "the same" else tmp_path / "out.csv"
    if link == "hard":
        os.link(capture, output)
    elif link == "symbolic":
        output.symlink_to(capture)
    done = run("export", capture, "--table", "messages", "--format", form, "-o", output)
    assert done.exit_code == 2
    assert "is the input" in done.stderr
    assert capture.read_bytes() == FAILED.read_bytes()


def test_an_output_that_lies_in_the_folder_that_is_read(tmp_path: Path) -> None:
    shutil.copy(FAILED, tmp_path / "x.pcap")
    assert run("export", tmp_path, "--table", "messages", "-o", tmp_path / "x.pcap").exit_code == 2
    assert run("export", tmp_path, "--table", "messages", "-o", tmp_path / "x.csv").exit_code == 0
    assert (tmp_path / "x.pcap").read_bytes() == FAILED.read_bytes()


def test_a_file_of_the_same_name_in_another_folder_is_fine(tmp_path: Path) -> None:
    output = tmp_path / FAILED.name
    assert run("export", FAILED, "--table", "messages", "-o", output).exit_code == 0
    assert output.read_text().startswith("capture,")


def test_the_key_file_is_no_output(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    shutil.copy(HEALTHY.with_name("capture.keys"), keys)
    done = run("export", HEALTHY, "--keys", keys, "--table", "messages", "-o", keys)
    assert done.exit_code == 2
    assert keys.read_bytes() == HEALTHY.with_name("capture.keys").read_bytes()


def test_of_an_export_that_fails_nothing_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(table: object, file: io.TextIOBase) -> None:
        file.write("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys.modules["analyzer.cli.export"], "write_jsonl", fails)
    path = tmp_path / "x.jsonl"
    path.write_text("before")
    done = run("export", FAILED, "--table", "messages", "--format", "jsonl", "-o", path)
    assert done.exit_code == 4
    assert f"{path}: cannot be written (No space left on device)" in done.stderr
    assert path.read_text() == "before"
    assert [found.name for found in tmp_path.iterdir()] == ["x.jsonl"]


def test_of_a_capture_on_which_the_analyzer_fails_no_row_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [run("export", path, "--table", "messages").stdout for path in (FAILED, HEALTHY)]
    right = single.next_batch
    calls = 0

    def fail_at_the_second(reader: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ValueError
        return right(reader)

    monkeypatch.setattr(single, "TOGETHER", 3)
    monkeypatch.setattr(reading, "next_batch", fail_at_the_second)
    done = run("export", FAILED, HEALTHY, "--table", "messages")
    assert done.exit_code == 4
    assert f"{FAILED}: the analyzer failed" in done.stderr
    assert done.stdout == whole[1] != whole[0]


def test_all_tables_become_a_dataset(tmp_path: Path) -> None:
    done = run("export", HEALTHY, WEAK, "--table", "all", "--format", "parquet", "-o", tmp_path / "out")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"wrote {tmp_path / 'out'}" in done.stderr
    assert len(analyzer.open_dataset(tmp_path / "out").negotiations) == 2
    again = run("export", HEALTHY, "--table", "all", "--format", "parquet", "-o", tmp_path / "out")
    assert "of an earlier run gave way to this one" in again.stderr
    assert len(analyzer.open_dataset(tmp_path / "out").negotiations) == 1


def test_all_tables_become_a_csv_file_each_over_all_captures(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        done = run("export", HEALTHY, WEAK, "--table", "all", "-o", out)
        assert (done.exit_code, done.stdout) == (0, "")
    assert "of an earlier run gave way to this one" in done.stderr
    saved = json.loads((out / "manifest.json").read_text())
    written = {name.removesuffix(".csv") for name in saved["outputs"]}
    assert written | {*saved["empty_tables"]} == {*SCHEMA}
    assert written & {*saved["empty_tables"]} == set()
    assert {path.stem for path in out.glob("*.csv")} == written >= {"captures", "messages", "negotiations"}
    for name in SCHEMA:
        alone = run("export", HEALTHY, WEAK, "--table", name).stdout_bytes
        assert (out / f"{name}.csv").read_bytes() == alone if name in written else alone.count(b"\n") == 1
    with (out / "messages.csv").open(newline="") as file:
        assert {row["capture"] for row in csv.DictReader(file)} == {str(HEALTHY), str(WEAK)}
    assert run("export", HEALTHY, "--table", "all", "--format", "parquet", "-o", out).exit_code == 0
    assert list(out.glob("*.csv")) == []


def test_all_tables_as_csv_are_made_inert_unless_raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(HEALTHY, "=1+1.pcap")
    for more, cell in (([], "'=1+1.pcap"), (["--csv-raw"], "=1+1.pcap")):
        done = run("export", "=1+1.pcap", "--table", "all", "-o", "out", *more)
        assert done.exit_code == 0
        with Path("out/captures.csv").open(newline="") as file:
            assert [row["capture"] for row in csv.DictReader(file)] == [cell]


@pytest.mark.parametrize(
    ("more", "folder"),
    [
        ([], False),
        (["--format", "parquet"], False),
        (["--format", "jsonl"], True),
        (["--format", "parquet", "--where", "outcome == failed"], True),
        (["--where", "outcome == failed"], True),
        (["--columns", "time"], True),
    ],
)
def test_all_tables_are_a_folder_and_whole(more: list[str], folder: bool, tmp_path: Path) -> None:
    given = ["-o", tmp_path / "out"] if folder else []
    done = run("export", HEALTHY, "--table", "all", *more, *given)
    assert done.exit_code == 2
    assert "--table all writes" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_takes_the_place_of_no_file_and_a_file_of_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("export", HEALTHY, "--table", "all", "--format", "parquet", "-o", tmp_path / "file")
    assert (done.exit_code, (tmp_path / "file").read_text()) == (2, "mine")
    assert run("export", HEALTHY, "--table", "messages", "-o", tmp_path).exit_code == 2


def test_a_cbom_of_two_captures_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cbom.json"
    done = run("export", WEAK, HEALTHY, "--format", "cbom", "-o", path)
    assert (done.exit_code, done.stdout) == (0, "")
    made = json.loads(path.read_text())
    assert made["specVersion"] == "1.6"
    assert [c["name"] for c in made["components"] if c["type"] == "file"] == sorted(map(str, (WEAK, HEALTHY)))
    assert "DES-CBC" in path.read_text()
    for jobs in ("1", "2"):
        part = run("export", WEAK, HEALTHY, "--format", "cbom", "--where", "key_bits == 256", "--jobs", jobs).stdout
        assert ("algorithm/DES-CBC" in part, "algorithm/AES-CBC-256" in part) == (False, True)


def test_a_cbom_of_what_could_not_be_read_says_so() -> None:
    done = run("export", "gone.pcap", HEALTHY, "--format", "cbom")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["components"]


@pytest.mark.parametrize("words", [("--table", "all"), ("--columns", "a")])
def test_a_cbom_is_no_table(words: tuple[str, ...]) -> None:
    assert run("export", HEALTHY, "--format", "cbom", *words).exit_code == 2


def test_a_table_has_to_be_named() -> None:
    done = run("export", HEALTHY)
    assert done.exit_code == 2
    assert "--table" in done.stderr
