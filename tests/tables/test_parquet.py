import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzer.errors import CaptureError
from analyzer.tables import parquet
from analyzer.tables.arrow import arrow_schema
from analyzer.tables.parquet import add_parts, said_of
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.united import United


def part_of(folder: Path, table: str, rows: pa.Table, **metadata: str) -> Path:
    place = folder / table / "capture=x"
    place.mkdir(parents=True, exist_ok=True)
    said = {"schema_version": "1", "capture": "x"} | metadata
    pq.write_table(rows.replace_schema_metadata(said), place / "part-0.parquet")
    return place / "part-0.parquet"


def read(parts: list[Path], *columns: str) -> Tables:
    """Columns of negotiations, and which capture they are of."""
    found = United({"negotiations": (*columns, "capture")})
    add_parts(
        found, "negotiations", parts, arrow_schema(SCHEMA["negotiations"].select(columns)).remove_metadata(), "report"
    )
    return found.tables


def test_a_column_of_another_type_is_refused_and_one_that_is_not_there_missing(tmp_path: Path) -> None:
    part = part_of(tmp_path, "negotiations", pa.table({"negotiation": [5, 7], "outcome": ["failed", None]}))
    tables = read([part], "negotiation", "outcome", "encryption")
    assert list(tables["negotiations"].rows()) == [(1, "failed", None, "x"), (2, None, None, "x")]
    part_of(tmp_path, "negotiations", pa.table({"negotiation": ["five"], "outcome": ["failed"]}))
    with pytest.raises(CaptureError, match="its column negotiation is of type string, not int64"):
        read([part], "negotiation")
    assert len(read([part], "outcome")["negotiations"]) == 1
    assert len(read([], "outcome")["negotiations"]) == 0


def test_bytes_that_are_no_text_and_files_that_are_no_parquet(tmp_path: Path) -> None:
    no_text = [None, pa.py_buffer(bytes([0, 0, 0, 0, 1, 0, 0, 0])), pa.py_buffer(b"\xff")]
    text = pa.Array.from_buffers(pa.string(), 1, no_text)
    part = part_of(tmp_path, "negotiations", pa.table({"outcome": text}))
    with pytest.raises(CaptureError, match="cannot be read as part of a dataset"):
        read([part], "outcome")
    for data in (b"", b"PAR1", part.read_bytes()[:-9]):
        part.write_bytes(data)
        with pytest.raises(CaptureError, match="cannot be read as part of a dataset"):
            read([part], "outcome")
    part.unlink()
    with pytest.raises(CaptureError, match="cannot be read as part of a dataset"):
        read([part], "outcome")
    os.mkfifo(part)
    with pytest.raises(CaptureError, match="not a regular file"):
        read([part], "outcome")


@pytest.mark.parametrize(("version", "advice"), [("0", "Write it anew"), ("2", "Update"), ("x", "Give the folder")])
def test_a_part_of_another_schema_is_refused(tmp_path: Path, version: str, advice: str) -> None:
    part = part_of(tmp_path, "negotiations", pa.table({"outcome": ["failed"]}), schema_version=version)
    with pytest.raises(CaptureError, match=advice) as refused:
        read([part], "outcome")
    assert refused.value.path == str(part)


def test_parts_of_many_rows_are_taken_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_AT_ONCE", 3)
    parts, wanted = list[Path](), list[int]()
    for report, size in (("a", 2), ("b", 7), ("c", 0), ("d", 1)):
        rows = {
            "negotiation": pa.array([*range(1, size + 1)], pa.int64()),
            "report": pa.array([report] * size, pa.string()),
        }
        parts.append(part_of(tmp_path / report, "negotiations", pa.table(rows), capture=report))
        wanted += [ord(report)] * size
    found = United({"negotiations": ("negotiation", "capture")})
    kinds = pa.schema([("negotiation", pa.int64()), ("report", pa.string())])
    add_parts(found, "negotiations", parts, kinds, "report")
    rows = list(found.tables["negotiations"].rows())
    assert [number for number, _ in rows] == list(range(1, 11))
    assert [ord(capture) for _, capture in rows] == wanted


def test_what_a_part_says_of_itself(tmp_path: Path) -> None:
    said = {b"schema_version": b"1", b"capture": b""}
    assert said_of(tmp_path, said) == said
    for odd in (None, {}, {b"capture": b"x"}, {b"schema_version": b"1"}, {b"schema_version": b"-1", b"capture": b"x"}):
        with pytest.raises(CaptureError, match="not a part of a dataset"):
            said_of(tmp_path, odd)
