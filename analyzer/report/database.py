"""The tables of a run as files that other tools ask: a folder of Parquet files, one DuckDB database."""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from analyzer.report.files import make_folder, new_file, writing
from analyzer.tables.arrow import arrow_table, write_database, write_parquet
from analyzer.tables.schema import SCHEMA

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.analysis import Analysis
    from analyzer.tables.kinds import TableSchema

PARQUET_FILES: Final = tuple(f"{name}.parquet" for name in SCHEMA)


def write_parquet_folder(analysis: "Analysis", folder: Path) -> None:
    """Write every table as NAME.parquet into a folder, also an empty one: a query need not ask what is there."""
    make_folder(folder, private=analysis.decrypts)
    for name, table in analysis.tables.items():
        with new_file(folder / f"{name}.parquet", private=analysis.decrypts) as file:
            write_parquet(table, file)


def write_duckdb(analysis: "Analysis", path: Path) -> None:
    """Write all tables into a new database, in place of what stands there."""
    tables = ((table.schema, arrow_table(table)) for table in analysis.tables.values())
    write_arrow_duckdb(tables, path, private=analysis.decrypts)


def write_arrow_duckdb(
    tables: "Iterable[tuple[TableSchema[Any], pa.Table]]", path: Path, *, private: bool = False
) -> None:
    """The same of tables that have the types of Arrow. private: only its owner may read it."""
    with TemporaryDirectory(prefix="isakmp-analyzer-") as folder, writing(path):
        made = Path(folder, "tables.duckdb")
        write_database(tables, str(made))
        with made.open("rb") as database, new_file(path, private=private) as file:
            copyfileobj(database, file)
