"""Parquet and DuckDB: types and values come back, and what is missing to write them is named."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import AnalyzerError
from analyzer.tables import arrow, arrow_arrays
from analyzer.tables.arrow import arrow_table, write_database, write_parquet
from analyzer.tables.storage import AnyColumn
from analyzer.tables.store import Row
from tests.tables.test_write import EMPTY, FULL, table_of

ROWS: tuple[Row, ...] = (FULL, EMPTY, ("\ud800", 0, False, 1.0, 0, ("\udc00",), ()))


def test_parquet_round_trip() -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    write_parquet(table_of(*ROWS), file)
    file.seek(0)
    read = pq.read_table(file)
    assert str(read.schema.field("when").type) == "timestamp[ns, tz=UTC]"
    assert str(read.schema.field("numbers").type) == "list<element: int64>"
    assert read.schema.metadata[b"schema_version"] == b"1"
    assert read.column("text").to_pylist() == ["a,b", None, "\\ud800"]
    assert read.column("names").to_pylist() == [["x;y", "z"], None, ["\\udc00"]]
    assert read.column("number").to_pylist() == [7, None, 0]


def test_many_rows_are_written_some_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(arrow, "_AT_ONCE", 4)
    for small, groups in ((0, 3), (100, 3)):
        monkeypatch.setattr(arrow, "_SMALL", small)
        table = table_of(*ROWS * 3)
        file = io.BytesIO()
        write_parquet(table, file)
        assert pq.ParquetFile(file).num_row_groups == groups
        assert pq.read_table(file).equals(arrow_table(table).combine_chunks())
    write_parquet(table_of(), file := io.BytesIO())
    assert pq.read_table(file).num_rows == 0


def test_rows_with_too_much_text_for_one_array_are_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    table, real = table_of(*ROWS), arrow_arrays.arrow_array
    want = arrow_table(table)

    def at_most_one(column: AnyColumn, kind: Any, rows: slice) -> Any:
        if rows.stop - rows.start > most:
            raise OverflowError
        return real(column, kind, rows)

    monkeypatch.setattr(arrow_arrays, "arrow_array", at_most_one)
    for most in (2, 1):  # noqa: B007  (at_most_one looks at it)
        assert arrow_table(table).equals(want)
    most = 0
    with pytest.raises(OverflowError):
        arrow_table(table)


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(AnalyzerError, match=r"pip install pyarrow$"):
        write_parquet(table_of(FULL), io.BytesIO())


def test_a_database_has_rows_types_and_words(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    table, path = table_of(*ROWS), tmp_path / "tables.duckdb"
    write_database([(table.schema, arrow_table(table))], str(path))
    with duckdb.connect(str(path), read_only=True) as database:
        assert database.execute("SELECT text, number, flag, seconds, names, numbers FROM small").fetchall() == [
            ("a,b", 7, True, 0.25, ["x;y", "z"], [3, 4]),
            (None,) * 6,
            ("\\ud800", 0, False, 1.0, ["\\udc00"], []),
        ]
        types = dict(
            database.execute(
                "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'small'"
            ).fetchall()
        )
        assert types["when"] in {"TIMESTAMPTZ_NS", "TIMESTAMP WITH TIME ZONE"}
        assert types["numbers"] == "BIGINT[]"
        words = dict(
            database.execute("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'small'").fetchall()
        )
        assert words == {column.name: column.doc for column in table.schema.columns}
        assert database.execute("SELECT schema_version FROM schema_version").fetchall() == [(1,)]


def test_a_database_that_cannot_be_written_or_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    with pytest.raises(OSError, match="nowhere"):
        write_database([], str(tmp_path / "nowhere" / "a.duckdb"))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(AnalyzerError, match=r"pip install duckdb pyarrow$"):
        write_database([], str(tmp_path / "a.duckdb"))
