"""One column in memory: compact, quick to append to, free of pandas and numpy.

Numbers and times lie in 64-bit arrays with a marker for missing; everything else is dictionary-coded (a code per row,
each of the last distinct values held once), since names, addresses and lists repeat, and do so soon.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

from analyzer.tables.kinds import FLOAT, INT, TIME
from analyzer.tables.placed import Placed

MISSING: Final = -(2**63)  # also what numpy calls NaT
_LARGEST: Final = 2**63 - 1
_REMEMBERED: Final = 1 << 15  # distinct values of a column: a dictionary of millions takes more room than they do

Packed = tuple["array[Any]", "list[Any] | None"]  # a column: its cells, and the distinct values they stand for


def _constant(values: Sequence[Any]) -> bool:
    """Whether all are the same object; a look at three of them spares most columns the count."""
    first = values[0]
    return first is values[-1] and first is values[len(values) // 2] and values.count(first) == len(values)


def _fit(value: int | None) -> int:
    return MISSING if value is None else max(-_LARGEST, min(value, _LARGEST))


class Numbers:
    """An integer or time column. Wire values beyond 63 bits (lifetimes of 8 bytes that lie) become the largest one."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells = array("q")

    def extend(self, values: Sequence[Any]) -> None:
        """Append values, None for missing."""
        self.cells.extend(self.packed(values))

    def packed(self, values: Sequence[Any]) -> "array[int]":
        """The cells of values, not appended; one at least."""
        if _constant(values):
            return array("q", [_fit(values[0])]) * len(values)
        try:
            return array("q", values)
        except TypeError:
            known = [MISSING if v is None else v for v in values]
        except OverflowError:
            known = [_fit(v) for v in values]
        try:
            return array("q", known)
        except OverflowError:
            return array("q", [_fit(v) for v in values])

    def values(self, start: int, stop: int) -> Iterable[Any]:
        """The cells of these rows."""
        return [None if v == MISSING else v for v in self.cells[start:stop]]

    def picked(self, rows: Iterable[int]) -> Iterable[Any]:
        """The cells of the rows at these places."""
        return [None if v == MISSING else v for v in map(self.cells.__getitem__, rows)]

    def shift(self, by: int, start: int = 0) -> None:
        """Make the values from row `start` on larger by this."""
        self.cells[start:] = array("q", [v if v == MISSING else v + by for v in self.cells[start:]])


class Floats:
    """A column of floating point numbers; NaN is missing."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells = array("d")

    def extend(self, values: Sequence[Any]) -> None:
        """Append values, None for missing."""
        self.cells.extend(self.packed(values))

    def packed(self, values: Sequence[Any]) -> "array[float]":
        """The cells of values, not appended."""
        return array("d", [float("nan") if v is None else v for v in values])

    def values(self, start: int, stop: int) -> Iterable[Any]:
        """The cells of these rows."""
        return [None if v != v else v for v in self.cells[start:stop]]  # noqa: PLR0124 (only NaN differs from itself)

    def picked(self, rows: Iterable[int]) -> Iterable[Any]:
        """The cells of the rows at these places."""
        return [None if v != v else v for v in map(self.cells.__getitem__, rows)]  # noqa: PLR0124


class _Codes(dict[Any, int]):
    """Value to code; a value not met, or forgotten since, gets the next code."""

    def __init__(self, distinct: list[Any]) -> None:
        super().__init__({None: 0})
        self.distinct = distinct  # None is the first

    def __missing__(self, value: Any) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        code = self[value] = len(self.distinct)
        self.distinct.append(value)
        return code


class Coded:
    """A dictionary-coded column: `cells` index into `distinct`, its first value None, missing. Lists become tuples.

    A value that comes again after very many others may be among them twice.
    """

    __slots__ = ("_code", "cells", "distinct")

    def __init__(self) -> None:
        self.cells = array("i")
        self.distinct: list[Any] = [None]
        self._code = _Codes(self.distinct).__getitem__

    def extend(self, values: Sequence[Any]) -> None:
        """Append values, None for missing."""
        self.cells.extend(self.packed(values))

    def packed(self, values: Sequence[Any]) -> "array[int]":
        """The cells of values, which are known from then on, not appended; one at least."""
        code = self._code
        try:
            if _constant(values):
                return array("i", [code(values[0])]) * len(values)
            return array("i", [code(v) for v in values])
        except TypeError:  # a list: cannot be a dictionary's key
            return array("i", [code(tuple(v) if isinstance(v, list) else v) for v in values])

    def values(self, start: int, stop: int) -> Iterable[Any]:
        """The cells of these rows."""
        return map(self.distinct.__getitem__, self.cells[start:stop])

    def picked(self, rows: Iterable[int]) -> Iterable[Any]:
        """The cells of the rows at these places."""
        return map(self.distinct.__getitem__, map(self.cells.__getitem__, rows))


class _OfSets:
    """A column of frames, some of them of sets of captures."""

    __slots__ = ()
    placed: Placed

    def values(self, start: int, stop: int) -> Iterable[Any]:
        """The cells of these rows."""
        return self.placed.frames(super().values(start, stop), self.placed.between(start, stop))  # type: ignore[misc]

    def picked(self, rows: Iterable[int]) -> Iterable[Any]:
        """The cells of the rows at these places."""
        rows = list(rows)
        return self.placed.frames(super().picked(rows), self.placed.picked(rows))  # type: ignore[misc]


class PlacedNumbers(_OfSets, Numbers):
    """One frame of each row."""

    __slots__ = ("placed",)

    def __init__(self, column: Numbers, placed: Placed) -> None:
        self.cells, self.placed = column.cells, placed


class PlacedLists(_OfSets, Coded):
    """A list of frames of each row."""

    __slots__ = ("placed",)

    def __init__(self, column: Coded, placed: Placed) -> None:
        self.cells, self.distinct, self._code, self.placed = column.cells, column.distinct, column._code, placed


AnyColumn = Numbers | Floats | Coded


def column_for(dtype: str) -> AnyColumn:
    """An empty column of a pandas dtype."""
    if dtype in {INT, TIME}:
        return Numbers()
    return Floats() if dtype == FLOAT else Coded()
