"""Columns in memory: compact, quick to append to, free of pandas and numpy.

A row costs an append; every few thousand rows the buffer is turned on its side and goes into the columns at C speed.
Numbers and times lie in 64-bit arrays with a marker for missing; everything else is dictionary-coded (a code per row,
each of the last distinct values held once), since names, addresses and lists repeat, and do so soon.
"""

from array import array
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Self

from analyzer.tables.kinds import FLOAT, INT, TIME, TableSchema
from analyzer.tables.placed import Placed, of_frames
from analyzer.tables.schema import SCHEMA

MISSING: Final = -(2**63)  # also what numpy calls NaT
_LARGEST: Final = 2**63 - 1
_CHUNK: Final = 4096
_AT_ONCE: Final = 1024  # rows that are objects at one time
_REMEMBERED: Final = 1 << 16  # distinct values of a column: a dictionary of millions takes more room than they do

Row = tuple[Any, ...]
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
        except (TypeError, OverflowError):
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


def _column(dtype: str) -> AnyColumn:
    if dtype in {INT, TIME}:
        return Numbers()
    return Floats() if dtype == FLOAT else Coded()


class Table:
    """One table: rows in, columns kept, rows out. Missing is None, times are integer nanoseconds, lists are tuples.

    keep: names of the columns to keep; `schema` then has only these. Rows come in with all of them.
    """

    __slots__ = ("_buffer", "_made", "_places", "_width", "placed", "schema")

    def __init__(self, schema: TableSchema[Any], keep: Sequence[str] | None = None) -> None:
        self.schema = schema if keep is None else schema.select(keep)
        usual = schema.usual
        evidence = usual is not None and (keep is None or not set(keep).issubset(usual))
        self._width = len(schema.columns if evidence or usual is None else usual)
        self._places = range(self._width) if keep is None else [schema.names.index(name) for name in keep]
        self._buffer: list[Row] = []
        self._made: list[AnyColumn] | None = None
        self.placed: Placed | None = None  # where some rows are about a set of captures

    @property
    def _columns(self) -> list[AnyColumn]:
        """Made when the first row comes, or somebody asks: most tables of a small capture stay empty."""
        if self._made is None:
            self._made = [_column(column.dtype) for column in self.schema.columns]
        return self._made

    def append(self, row: Row) -> None:
        """Add one row, its values in the schema's order."""
        self._buffer.append(row)
        if len(self._buffer) >= _CHUNK:
            self._flush()

    def extend(self, rows: Iterable[Row]) -> None:
        """Add a few rows, or as many as fit in memory twice."""
        self._buffer.extend(rows)
        if len(self._buffer) >= _CHUNK:
            self._flush()

    def fill(self, things: Iterable[Any]) -> None:
        """Add a row for each of them: of each column that is kept, the value that it takes from the thing."""
        self._flush()
        values = [column.value for column in self.schema.columns if column.value is not None]
        made = ([value(thing) for value in values] for thing in things)
        while some := list(islice(made, _AT_ONCE)):
            for column, cells in zip(self._columns, zip(*some, strict=True), strict=True):
                column.extend(cells)

    def _flush(self) -> None:
        if not self._buffer:
            return
        rows, self._buffer = self._buffer, []
        for start in range(0, len(rows), _CHUNK):
            turned = list(zip(*rows[start : start + _CHUNK], strict=True))
            if len(turned) != self._width:
                raise ValueError(f"{self.schema.name} has {self._width} columns, a row has {len(turned)} values")
            for column, place in zip(self._columns, self._places, strict=True):
                column.extend(turned[place])

    def only(self, rows: Sequence[int], names: Sequence[str] | None = None) -> "Table":
        """A table of the rows at these places, with all columns or those of these names in their order."""
        self._flush()
        kept = Table(self.schema, names)
        sources = self._columns if names is None else [self._columns[self.schema.names.index(name)] for name in names]
        for start in range(0, len(rows), _CHUNK):
            for column, source in zip(kept._columns, sources, strict=True):
                column.extend(list(source.picked(rows[start : start + _CHUNK])))
        if self.placed is not None:
            kept.place(self.placed.at(rows))
        return kept

    def place(self, placed: Placed) -> None:
        """Some rows are about sets of captures: their frames are read as such from now on."""
        self._flush()
        self.placed, columns = placed, self._columns
        for at, name in enumerate(self.schema.names):
            column = columns[at]
            if isinstance(column, Numbers) and of_frames(name):
                columns[at] = PlacedNumbers(column, placed)
            elif isinstance(column, Coded) and of_frames(name):
                columns[at] = PlacedLists(column, placed)

    def with_columns(self, columns: Mapping[str, AnyColumn]) -> "Table":
        """A table with these columns in place of those of the same names, and about no set."""
        made = Table(self.schema)
        made._made = [columns.get(name, column) for name, column in self.columns()]
        return made

    def cut(self, length: int) -> None:
        """Forget the rows behind the first `length`."""
        del self._buffer[max(0, length - len(self._columns[0].cells)) :]
        for column in self._columns:
            del column.cells[length:]

    def __len__(self) -> int:
        return len(self._buffer) if self._made is None else len(self._made[0].cells) + len(self._buffer)

    def shift(self, name: str, by: int, start: int = 0) -> None:
        """Make the numbers of a column larger by this, from row `start` on; nothing, if the column is not kept."""
        self._flush()
        column = dict(self.columns()).get(name)
        if by and isinstance(column, Numbers):
            column.shift(by, start)

    def packed(self) -> list[Packed]:
        """The columns as what can be sent to another process, for `take`."""
        return [(c.cells, c.distinct if isinstance(c, Coded) else None) for _, c in self.columns()]

    def take(self, columns: Sequence[Packed]) -> None:
        """Add the rows of a table that keeps the same columns, `packed` there."""
        self._flush()
        for column, (cells, distinct) in zip(self._columns, columns, strict=True):
            if isinstance(column, Coded) and distinct is not None:
                codes = column.packed(distinct)
                column.cells.extend(map(codes.__getitem__, cells))
            else:
                column.cells.extend(cells)

    def columns(self) -> Iterator[tuple[str, AnyColumn]]:
        """Names and storage of the columns, for writers that work column by column."""
        self._flush()
        yield from zip(self.schema.names, self._columns, strict=True)

    def rows(self) -> Iterator[Row]:
        """The rows in order of arrival."""
        self._flush()
        for start in range(0, len(self), _CHUNK):
            yield from zip(*(column.values(start, start + _CHUNK) for column in self._columns), strict=True)

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries by column name."""
        names = self.schema.names
        for row in self.rows():
            yield dict(zip(names, row, strict=True))

    def cells(self, *names: str) -> Iterator[Row]:
        """All values of some columns, row by row, some thousand rows decoded at a time."""
        if not len(self):
            return
        self._flush()
        columns = [self._columns[self.schema.names.index(name)] for name in names]
        for start in range(0, len(self), _CHUNK):
            yield from zip(*(column.values(start, start + _CHUNK) for column in columns), strict=True)

    def at(self, rows: Sequence[int], *names: str) -> Iterator[Row]:
        """The values of some columns in the rows at these places."""
        if not rows:
            return iter(())
        self._flush()
        return zip(*[self._columns[self.schema.names.index(name)].picked(rows) for name in names], strict=True)

    def picked(self, rows: Sequence[int]) -> Iterator[dict[str, Any]]:
        """The rows at these places in order of arrival, as dictionaries by column name."""
        self._flush()
        names = self.schema.names
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            for cells in zip(*[column.picked(some) for column in self._columns], strict=True):
                yield dict(zip(names, cells, strict=True))

    def places(self, name: str, wanted: Container[Any]) -> list[int]:
        """The places of the rows whose column `name` holds one of `wanted`, in order; no row is decoded for it."""
        if not len(self):
            return []
        self._flush()
        column = self._columns[self.schema.names.index(name)]
        if isinstance(column, Coded):
            codes = frozenset(code for code, value in enumerate(column.distinct) if value in wanted)
            return [row for row, code in enumerate(column.cells) if code in codes] if codes else []
        if isinstance(column, Numbers) and None not in wanted:  # MISSING is no number that anybody asks for
            return [row for row, value in enumerate(column.cells) if value in wanted]
        return [row for row, value in enumerate(column.values(0, len(self))) if value in wanted]

    def select(self, name: str, wanted: Container[Any]) -> Iterator[dict[str, Any]]:
        """The rows whose column `name` holds one of `wanted`, as dictionaries; the others are not even decoded."""
        return self.picked(self.places(name, wanted))

    def column(self, name: str) -> list[Any]:
        """All values of one column."""
        if not len(self):
            return []
        self._flush()
        return list(self._columns[self.schema.names.index(name)].values(0, len(self)))


class Tables(Mapping[str, Table]):
    """All tables of the schema by name, empty to begin with. keep: of some tables only these columns."""

    def __init__(self, keep: Mapping[str, Sequence[str]] | None = None) -> None:
        kept = keep or {}
        self._tables = {name: Table(schema, kept.get(name, schema.usual)) for name, schema in SCHEMA.items()}

    @classmethod
    def of(cls, tables: Mapping[str, Table]) -> Self:
        """All tables of the schema, filled already."""
        found = cls.__new__(cls)
        found._tables = {name: tables[name] for name in SCHEMA}
        return found

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def renumber(self, shift: int, starts: Mapping[str, int]) -> None:
        """Make the numbers of negotiations larger by this, in the rows of each table from this one on."""
        for name, table in self.items():
            table.shift("negotiation", shift, starts[name])
