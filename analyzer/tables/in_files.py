"""A table as it leaves the program: each frame with the number that it has in its file, no time without a date.

Of a set of captures a row's `capture` is then the file of its first frame, and columns such as `last_capture` name the
files of its other frames. What is not about a set stays what it is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from analyzer.capture.dates import FIRST_DATED, is_dated
from analyzer.capture.placed_frame import PlacedFrame
from analyzer.capture.places import Places
from analyzer.tables.placed import Placed, file_column, of_frames
from analyzer.tables.storage import MISSING, AnyColumn, Coded, Numbers
from analyzer.tables.store import Table, Tables


def place(tables: Tables, starts: Mapping[str, int], places: Places) -> None:
    """A set of captures is read: the rows of each table from these on are about it."""
    for name, table in tables.made():
        start = starts.get(name, 0)
        if len(table) > start:
            placed = table.placed or Placed()
            placed.add(start, len(table), places)
            table.place(placed)


def in_files(table: Table) -> Table:
    """The table as it leaves the program; itself, where no row is about a set, and all times have dates."""
    dated = _dated(table)
    if table.placed is None:
        return table.with_columns(dated) if dated else table
    stored, size = dict(table.columns()), len(table)
    made: dict[str, AnyColumn] = dict(dated)
    files: dict[str, list[Any]] = {}  # of the frame, or of those of a list, in each row
    for column in table.schema.columns:
        if of_frames(column.name):
            split = [_split(value) for value in stored[column.name].values(0, size)]
            kind = Coded if isinstance(stored[column.name], Coded) else Numbers
            made[column.name] = _stored(kind(), [own for own, _ in split])
            files[column.name] = [file for _, file in split]
    for name, cells in files.items():
        if file_column(name) in stored:
            made[file_column(name)] = _stored(Coded(), cells)
    if "capture" in stored and files:
        first = map(_first, zip(*files.values(), strict=True))
        names = zip(first, stored["capture"].values(0, size), strict=True)
        made["capture"] = _stored(Coded(), [of_set if file is None else file for file, of_set in names])
    if "missing" in stored and isinstance(stored["missing"], Coded):
        made["missing"] = _stored(Coded(), _said(table.placed, stored["missing"].values(0, size), size))
    return table.with_columns(made)


def all_in_files(tables: Tables) -> Tables:
    """All of them."""
    if all(table.placed is None and not _undated(table) for table in dict(tables.made()).values()):
        return tables
    return Tables.of({name: in_files(table) for name, table in tables.items()})


def _undated(table: Table) -> list[str]:
    """The columns in which times of logs stand that do not write the date."""
    if not len(table):
        return []
    return [name for name in table.schema.times if _has_undated(table.stored(name))]


def _has_undated(column: AnyColumn) -> bool:
    if not isinstance(column, Numbers):
        return False
    first = min(filter(MISSING.__ne__, column.cells), default=FIRST_DATED)
    return first < FIRST_DATED and not all(map(is_dated, column.cells))  # as what is missing is


def _dated(table: Table) -> dict[str, AnyColumn]:
    """The same columns where such times are missing."""
    return {
        name: _stored(Numbers(), [None if v is None or not is_dated(v) else v for v in table.column(name)])
        for name in _undated(table)
    }


def _split(value: Any) -> tuple[Any, Any]:
    """Numbers as their files count, and the files; missing for what is of no set."""
    if isinstance(value, PlacedFrame):
        return value.place.frame_number, value.place.capture
    if isinstance(value, tuple) and value and isinstance(value[0], PlacedFrame):
        return tuple(frame.place.frame_number for frame in value), tuple(frame.place.capture for frame in value)
    return value, None


def _first(files: Iterable[Any]) -> str | None:
    """The file of the first frame of a row that has any."""
    first = next((one for one in files if one is not None), None)
    return str(first[0]) if isinstance(first, tuple) else first


def _said(placed: Placed, values: Iterable[Any], size: int) -> list[Any]:
    """Texts of the column `missing` of exchanges, each of which begins with a frame."""
    return [
        tuple(
            f"{placed.frame(int(frame), one)}{colon}{rest}" for frame, colon, rest in (t.partition(":") for t in texts)
        )
        if one and texts
        else texts
        for texts, one in zip(values, placed.between(0, size), strict=True)
    ]


def _stored(column: AnyColumn, values: list[Any]) -> AnyColumn:
    if values:
        column.extend(values)
    return column
