"""Tables with the types of Arrow: as Parquet files, and as one DuckDB database."""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, Final

from analyzer.errors import AnalyzerError
from analyzer.tables.in_files import in_files
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column, TableSchema
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.storage import AnyColumn
from analyzer.tables.store import Table

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE: Final = 1 << 16  # rows that are arrays of Arrow, and a group of rows in a file
_SMALL: Final = 1024  # rows of a file in which compression, dictionaries and statistics cost more than they spare


def write_parquet(table: Table, file: IO[bytes]) -> None:
    """Parquet with the schema's types; table name and schema version in its metadata. AnalyzerError: no pyarrow."""
    table = in_files(table)
    write_columns(dict(table.columns()), arrow_schema(table.schema), file)


def write_columns(columns: Mapping[str, AnyColumn], schema: "pa.Schema", file: IO[bytes]) -> None:
    """The same of columns as they are stored; of which, and under which metadata, the schema says."""
    import pyarrow as pa  # noqa: PLC0415  (an extra of 170 MB)
    import pyarrow.parquet as pq  # noqa: PLC0415

    if len(columns[schema.names[0]].cells) >= _SMALL:
        with pq.ParquetWriter(file, schema) as writer:
            for batch in _batches(columns, schema):
                writer.write_batch(batch)
        return
    buffer = pa.BufferOutputStream()  # written in pieces of some bytes, which cost more than the rest in a file
    with pq.ParquetWriter(buffer, schema, compression="none", use_dictionary=False, write_statistics=False) as writer:
        for batch in _batches(columns, schema):
            writer.write_batch(batch)
    file.write(buffer.getvalue())


def arrow_table(table: Table) -> "pa.Table":
    """All rows with the schema's types, times in UTC; name and schema version in the metadata.

    AnalyzerError: pyarrow is not installed.
    """
    table = in_files(table)
    schema = arrow_schema(table.schema)
    import pyarrow as pa  # noqa: PLC0415

    return pa.Table.from_batches(_batches(dict(table.columns()), schema), schema)


def _batches(columns: Mapping[str, AnyColumn], schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
    """Some rows after the other; one batch without rows if there are none."""
    count = len(columns[schema.names[0]].cells)
    for start in range(0, count or 1, _AT_ONCE):
        yield from _batch(columns, schema, start, min(count, start + _AT_ONCE))


def _batch(columns: Mapping[str, AnyColumn], schema: "pa.Schema", start: int, stop: int) -> "Iterator[pa.RecordBatch]":
    """These rows; in two halves where their text is too much for one array."""
    import pyarrow as pa  # noqa: PLC0415

    from analyzer.tables.arrow_arrays import arrow_array  # noqa: PLC0415

    rows, kinds = slice(start, stop), zip(schema.names, schema.types, strict=True)
    try:
        arrays = [arrow_array(columns[name], kind, rows) for name, kind in kinds]
    except OverflowError:
        if stop - start < 2:
            raise
        middle = (start + stop) // 2
        yield from _batch(columns, schema, start, middle)
        yield from _batch(columns, schema, middle, stop)
    else:
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def arrow_schema(table: TableSchema[Any]) -> "pa.Schema":
    """The types of a table's columns, its name and the schema version. AnalyzerError: pyarrow is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415
    except ImportError:
        raise AnalyzerError("Parquet needs pyarrow, which is not installed; do: pip install pyarrow") from None
    scalars = {
        STR: pa.string(),
        INT: pa.int64(),
        BOOL: pa.bool_(),
        FLOAT: pa.float64(),
        TIME: pa.timestamp("ns", tz="UTC"),
    }

    def arrow_type(column: Column[Any]) -> Any:
        return pa.list_(scalars[column.items or STR]) if column.dtype == LIST else scalars[column.dtype]

    metadata = {"table": table.name, "schema_version": str(SCHEMA_VERSION)}
    return pa.schema([(column.name, arrow_type(column)) for column in table.columns], metadata=metadata)


def write_database(tables: "Iterable[tuple[TableSchema[Any], pa.Table]]", path: str) -> None:
    """A new DuckDB database at `path`: a table for each of the contract, also an empty one, whose words are comments.

    Times are to the nanosecond, and to the microsecond where DuckDB has no such type, before 2.0. AnalyzerError: duckdb
    or pyarrow is not installed. OSError: the database cannot be written.
    """
    try:
        import duckdb  # noqa: PLC0415  (an extra)
    except ImportError:
        raise AnalyzerError("A database needs duckdb, which is not installed; do: pip install duckdb pyarrow") from None
    try:
        with duckdb.connect(path) as database:
            database.execute(f"CREATE TABLE schema_version AS SELECT {SCHEMA_VERSION} AS schema_version")
            for schema, rows in tables:
                name = schema.name
                database.from_arrow(rows).create(name)
                database.execute(f'COMMENT ON TABLE "{name}" IS {_quoted(schema.doc)}')
                for column in schema.select(rows.column_names).columns:
                    database.execute(f'COMMENT ON COLUMN "{name}"."{column.name}" IS {_quoted(column.doc)}')
    except duckdb.IOException as error:
        raise OSError(str(error)) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
