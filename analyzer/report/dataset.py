"""The tables of a run as a dataset: `TABLE/capture=NAME/part-N.parquet` for each table that has rows of a capture.

The files are outputs of the folder like others: its manifest lists them, and a later run removes what it lists.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import BinaryIO, Final
from urllib.parse import quote

from analyzer import __version__
from analyzer.tables.arrow import arrow_table, write_arrow
from analyzer.tables.in_files import in_files
from analyzer.tables.store import Table
from analyzer.tables.text import utf8

_LONGEST: Final = 200  # bytes of a folder's name; file systems take 255
_KEPT: Final = 64  # hexadecimal digits of SHA-256 that stand for the rest of a longer one


def partition(capture: str) -> str:
    """The name of a capture's folder: as pyarrow and Hive encode it, and cut with a checksum where it is long."""
    name = f"capture={quote(capture, safe='') or '__HIVE_DEFAULT_PARTITION__'}"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - _KEPT - 1]}~{hashlib.sha256(capture.encode()).hexdigest()}"


def write_dataset(
    tables: Mapping[str, Table], opened: Callable[[str], AbstractContextManager[BinaryIO]], first: int = 0
) -> None:
    """Write the rows of each capture into files of their own, by paths that `opened` takes.

    Files are numbered by capture, from `first`: names that a file system does not keep apart stand side by side.
    AnalyzerError: pyarrow is not installed.
    """
    numbers: dict[str, int] = {}
    for name, table in tables.items():
        for capture, rows in _by_capture(table).items():
            number = numbers.setdefault(capture, first + len(numbers))
            arrow = arrow_table(table.only(rows))
            metadata = {**arrow.schema.metadata, b"version": __version__.encode(), b"capture": capture.encode()}
            place = arrow.column_names.index("capture")  # the folder has it, and a file with it too is ambiguous
            with opened(f"{name}/{partition(capture)}/part-{number}.parquet") as file:
                write_arrow(arrow.remove_column(place).replace_schema_metadata(metadata), file)


def _by_capture(table: Table) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, capture in enumerate(in_files(table).column("capture")):
        found.setdefault(utf8(capture or ""), []).append(row)
    return found
