"""The tables of a run as files that other tools ask: a folder of Parquet files, one DuckDB database."""

from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from analyzer.report.files import make_folder, new_file, writing
from analyzer.tables.arrow import write_database, write_parquet
from analyzer.tables.schema import SCHEMA

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

PARQUET_FILES: Final = tuple(f"{name}.parquet" for name in SCHEMA)


def write_parquet_folder(analysis: "Analysis", folder: Path) -> None:
    """Write every table as NAME.parquet into a folder, also an empty one: a query need not ask what is there."""
    make_folder(folder, private=analysis.decrypts)
    for name, table in analysis.tables.items():
        with new_file(folder / f"{name}.parquet", private=analysis.decrypts) as file:
            write_parquet(table, file)


def write_duckdb(analysis: "Analysis", path: Path) -> None:
    """Write all tables into a new database, in place of what stands there."""
    with TemporaryDirectory(prefix="isakmp-analyzer-") as folder, writing(path):
        made = Path(folder, "tables.duckdb")
        write_database(analysis.tables, str(made))
        with made.open("rb") as database, new_file(path, private=analysis.decrypts) as file:
            copyfileobj(database, file)
