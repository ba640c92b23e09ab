"""Rows that messages brought, made right once a capture is read: what was packed as a flood when they came.

Negotiations have their last numbers then, and rows of messages that became a negotiation late go to their places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.tables.storage import MISSING
from analyzer.tables.store import Table, Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

_NUMBER, _FRAME = "negotiation", "frame_number"


def settle(
    tables: Tables, before: Mapping[str, int], numbers: npt.NDArray[np.int64], first: int, *, late: bool
) -> None:
    """Put the rows in order and give them the last numbers. before: rows that each table had before this capture.

    numbers: of each number from `first` on what it is now, MISSING for that of a flood. late: rows are out of order.
    """
    for name, table in tables.made():
        start, names = before.get(name, 0), table.schema.names
        if len(table) == start:
            continue
        if late and _FRAME in names:
            _sort(table, start)
        if _NUMBER in names:
            cells = _cells(table, _NUMBER)[start:]
            known = cells != MISSING
            cells[known] = numbers[cells[known] - first]


def in_order(tables: Tables, before: Mapping[str, int]) -> None:
    """Put rows that processes brought one after the other in order of their frames; before: as of `settle`."""
    for name, table in tables.made():
        start = before.get(name, 0)
        if len(table) > start and _FRAME in table.schema.names:
            _sort(table, start)


def _cells(table: Table, name: str) -> npt.NDArray[Any]:
    """A column of numbers, to be changed in place."""
    column = table.stored(name)
    return np.frombuffer(column.cells, column.cells.typecode)


def _sort(table: Table, start: int) -> None:
    """Put the rows from `start` on in order of their frames; those of one frame stay in theirs."""
    order = np.argsort(_cells(table, _FRAME)[start:], kind="stable")
    for _, column in table.columns():
        cells = np.frombuffer(column.cells, column.cells.typecode)[start:]
        cells[:] = cells[order]
