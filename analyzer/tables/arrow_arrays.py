"""Stored columns as arrays of Arrow, made of buffers.

`pyarrow.array` would do for lists of values, but loads pandas, 50 MB, to ask whether a list is one of its own. Most
tables of a dataset have few rows and many columns, so that little is asked of each column. Who loads this has pyarrow,
170 MB, which is an extra.
"""

from array import array
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np
import pyarrow as pa

from analyzer.tables.storage import MISSING, AnyColumn, Coded, Numbers


def arrow_array(column: AnyColumn, kind: pa.DataType, rows: slice = slice(None)) -> pa.Array:
    """The cells of some rows as an array of this type, which is one of `arrow_schema`'s.

    OverflowError: a whole number in a list has more than 64 bits, or all text together more than 2 GiB.
    """
    if isinstance(column, Coded):
        return _coded(column.cells[rows], column.distinct, kind)
    if isinstance(column, Numbers):
        numbers = column.cells[rows]
        return _array(kind, len(numbers), _known(numbers, [MISSING]), numbers)
    values = column.cells[rows]
    return _array(kind, len(values), _bits(~np.isnan(np.array(values))), values)


def _coded(cells: "array[int]", distinct: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Cells that stand for values: text, truth, or lists of text or numbers. A value that is None is missing."""
    size = len(cells)
    if cells.count(0) == size:  # most columns of a short table are empty
        return pa.nulls(size, kind)
    known = _known(cells, [code for code, value in enumerate(distinct) if value is None])
    if pa.types.is_boolean(kind):
        return _array(kind, size, known, _bits([distinct[code] is True for code in cells]))
    values: Sequence[Any] = distinct
    if len(distinct) > size:  # most of them are of other rows
        values, cells = [distinct[code] for code in cells], array("i", range(size))
    if pa.types.is_string(kind):
        texts = [b"" if value is None else value.encode(errors="backslashreplace") for value in values]
        rows = list(map(texts.__getitem__, cells))
        return _array(kind, size, known, _offsets(rows), b"".join(rows))
    items = [() if value is None else value for value in values]
    lists = list(map(items.__getitem__, cells))
    return _array(kind, size, known, _offsets(lists), inside=[_items(list(chain(*lists)), kind.value_type)])


def _items(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The items of all lists of a column: whole numbers, none of them missing, or text."""
    if pa.types.is_integer(kind):
        return _array(kind, len(values), None, array("q", values))
    coded = Coded()
    if values:
        coded.extend(values)
    return _coded(coded.cells, coded.distinct, kind)


def _offsets(values: Sequence[Any]) -> "array[int]":
    """Where each begins in all of them, one behind the other, and where the last one ends."""
    return array("i", accumulate(map(len, values), initial=0))


def _known(cells: "array[int]", none: Sequence[int]) -> Any:
    """A bit for each cell, 0 where it is one of these; None if no cell is."""
    if not any(map(cells.count, none)):
        return None
    numbers = np.array(cells)
    return _bits(numbers != none[0] if len(none) == 1 else ~np.isin(numbers, none))


def _bits(known: Any) -> Any:
    return np.packbits(known, bitorder="little")


def _array(kind: pa.DataType, size: int, known: Any, *buffers: Any, inside: list[pa.Array] | None = None) -> pa.Array:
    """An array of buffers. known: a bit for each row, 0 where it is missing; None: no row is."""
    parts = [None if known is None else pa.py_buffer(known), *map(pa.py_buffer, buffers)]
    return pa.Array.from_buffers(kind, size, parts, 0 if known is None else -1, children=inside)
