"""Tables with the types of Arrow: as Parquet files, and as one DuckDB database."""

from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any

from analyzer.errors import AnalyzerError
from analyzer.tables.in_files import in_files
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column, TableSchema
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.store import Table
from analyzer.tables.text import utf8

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(table: Table, file: IO[bytes] | str) -> None:
    """Parquet with the schema's types; table name and schema version in its metadata. AnalyzerError: no pyarrow."""
    write_arrow(arrow_table(table), file)


def write_arrow(table: "pa.Table", file: IO[bytes] | str) -> None:
    """The same of a table that has the types of Arrow, with its own metadata."""
    import pyarrow.parquet as pq  # noqa: PLC0415  (an extra of 170 MB)

    pq.write_table(table, file)


def arrow_table(table: Table) -> "pa.Table":
    """All rows with the schema's types, times in UTC; name and schema version in the metadata.

    AnalyzerError: pyarrow is not installed.
    """
    table = in_files(table)
    schema = arrow_schema(table.schema)
    import pyarrow as pa  # noqa: PLC0415

    columns = [pa.array(_clean(table, column), type=schema.field(column.name).type) for column in table.schema.columns]
    return pa.Table.from_arrays(columns, schema=schema)


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


def _clean(table: Table, column: Column[Any]) -> list[Any]:
    """Cells without lone surrogates, which are no UTF-8 and which Arrow refuses."""
    cells = table.column(column.name)
    if column.dtype == STR:
        return [None if cell is None else utf8(cell) for cell in cells]
    if column.items == STR:
        return [None if cell is None else [utf8(item) for item in cell] for cell in cells]
    return cells
