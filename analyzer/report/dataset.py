"""The tables of a run as a dataset: `TABLE/capture=NAME/part-*.parquet` for each table that has rows of a capture.

The files are outputs of the folder like others: its manifest lists them, and a later run removes what it lists. In a
report of several captures, whose negotiations count from 1 in each, rows have the column REPORT too.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import quote

from analyzer import __version__
from analyzer.capture.sets import files_of
from analyzer.tables.arrow import arrow_schema, write_columns
from analyzer.tables.in_files import in_files
from analyzer.tables.kinds import STR, Column, TableSchema
from analyzer.tables.schema import SCHEMA
from analyzer.tables.storage import Coded
from analyzer.tables.store import Table
from analyzer.tables.text import utf8

if TYPE_CHECKING:
    import pyarrow as pa

BELOW: Final = "dataset"  # where the dataset stands in the folder of a report
REPORT: Final = Column[Any](
    "report",
    STR,
    "Folder of the capture's report, below that of the run. Numbers, such as `negotiation`, count within it.",
)

Opened = Callable[[str], AbstractContextManager[BinaryIO]]

_LONGEST: Final = 200  # bytes of a folder's name; file systems take 255
_KEPT: Final = 64  # hexadecimal digits of SHA-256 that stand for the rest of a longer one


def partition(capture: str) -> str:
    """The name of a capture's folder: as pyarrow and Hive encode it, and cut with a checksum where it is long."""
    name = f"capture={quote(capture, safe='') or '__HIVE_DEFAULT_PARTITION__'}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - _KEPT - 1]}~{hashlib.sha256(capture.encode()).hexdigest()}"


def of_report(schema: TableSchema[Any]) -> TableSchema[Any]:
    """A table as the dataset of a report has it."""
    return replace(schema, columns=(*schema.columns, REPORT))


def write_dataset(tables: Mapping[str, Table], opened: Opened) -> None:
    """Write the rows of each capture into files of their own, by paths that `opened` takes.

    Files are numbered by capture: names that a file system does not keep apart stand side by side. AnalyzerError:
    pyarrow is not installed.
    """
    numbers: dict[str, int] = {}
    for name, table in tables.items():
        for capture, rows in _by_capture(table):
            number = numbers.setdefault(capture, len(numbers))
            with opened(f"{name}/{partition(capture)}/part-{number}.parquet") as file:
                _write(rows, capture, file)


def write_parts(tables: Mapping[str, Table], given: str, report: str, opened: Opened) -> None:
    """The same of a capture, or set of them, among those of a report. report: its folder there, which is its alone."""
    numbers = _numbers(given)
    for name, table in tables.items():
        for capture, rows in _by_capture(table):
            number = numbers.setdefault(capture, len(numbers))
            with opened(f"{name}/{_part(capture, number, report)}") as file:
                _write(rows, capture, file, report)


def planned_parts(given: str, report: str, tables: Iterable[str] = SCHEMA) -> Iterator[str]:
    """The files that `write_parts` may write of these tables."""
    parts = [_part(capture, number, report) for capture, number in _numbers(given).items()]
    yield from (f"{name}/{part}" for name in tables for part in parts)


def _numbers(given: str) -> dict[str, int]:
    """Which part has the rows of each file of a set, and which those about no frame."""
    names = dict.fromkeys(utf8(name) for name in (*files_of([given]), given))
    return {name: number for number, name in enumerate(names)}


def _part(capture: str, number: int, report: str) -> str:
    return f"{partition(capture)}/part-{number}-of-{report}.parquet"


def _write(table: Table, capture: str, file: BinaryIO, report: str | None = None) -> None:
    """Rows of one capture. The folder has its name: a file with a column of it too is ambiguous to readers."""
    schema = _schema(table.schema.name, table.schema.names, report is not None)
    metadata = {**schema.metadata, b"version": __version__.encode(), b"capture": capture.encode()}
    columns = dict(table.columns())
    if report is not None:
        columns[REPORT.name] = constant = Coded()
        constant.cells.extend(constant.packed([report]) * len(table))
    write_columns(columns, schema.with_metadata(metadata), file)


@lru_cache(maxsize=2 * len(SCHEMA))
def _schema(name: str, columns: Sequence[str], in_report: bool) -> "pa.Schema":
    """The types of a part of this table: small captures have few rows, for which it would be made anew each time."""
    schema = SCHEMA[name].select(columns)
    made = arrow_schema(of_report(schema) if in_report else schema)
    return made.remove(made.get_field_index("capture"))


def _by_capture(table: Table) -> Iterable[tuple[str, Table]]:
    """The rows of each capture, in files."""
    table = in_files(table)
    found: dict[str, array[int]] = {}
    for row, capture in enumerate(table.column("capture")):
        found.setdefault(utf8(capture or ""), array("q")).append(row)
    if len(found) == 1:
        return [(capture, table) for capture in found]
    return ((capture, table.only(rows)) for capture, rows in found.items())
