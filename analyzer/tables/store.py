"""Tables in memory.

A row costs an append; every few thousand rows the buffer is turned on its side and goes into the columns at C speed.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, Final, Self

from analyzer.tables.kinds import Need, TableSchema
from analyzer.tables.placed import Placed, of_frames
from analyzer.tables.schema import SCHEMA
from analyzer.tables.storage import AnyColumn, Coded, Numbers, Packed, PlacedLists, PlacedNumbers, column_for

_CHUNK: Final = 4096
_AT_ONCE: Final = 1024  # rows that are objects at one time

Row = tuple[Any, ...]


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
            self._made = [column_for(column.dtype) for column in self.schema.columns]
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
        sources = self._columns if names is None else [self.stored(name) for name in names]
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
        column = self.stored(name) if by and name in self.schema.names else None
        if isinstance(column, Numbers):
            column.shift(by, start)

    def packed(self) -> list[Packed]:
        """The columns as what can be sent to another process, for `take`."""
        return [(c.cells, c.distinct if isinstance(c, Coded) else None) for _, c in self.columns()]

    def take(self, columns: Sequence[Packed]) -> None:
        """Add the rows of a table that keeps the same columns, `packed` there."""
        import numpy as np  # noqa: PLC0415  (several processes work on large captures only)

        self._flush()
        for column, (cells, distinct) in zip(self._columns, columns, strict=True):
            if isinstance(column, Coded) and distinct is not None:
                codes = np.array(column.packed(distinct))
                column.cells.frombytes(codes[np.frombuffer(cells, codes.dtype)].tobytes())
            else:
                column.cells.extend(cells)

    def columns(self) -> Iterator[tuple[str, AnyColumn]]:
        """Names and storage of the columns, for writers that work column by column."""
        self._flush()
        yield from zip(self.schema.names, self._columns, strict=True)

    def stored(self, name: str) -> AnyColumn:
        """The storage of one column."""
        self._flush()
        return self._columns[self.schema.names.index(name)]

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
        columns = [self.stored(name) for name in names]
        for start in range(0, len(self), _CHUNK):
            yield from zip(*(column.values(start, start + _CHUNK) for column in columns), strict=True)

    def at(self, rows: Sequence[int], *names: str) -> Iterator[Row]:
        """The values of some columns in the rows at these places."""
        if not rows:
            return iter(())
        return zip(*[self.stored(name).picked(rows) for name in names], strict=True)

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
        column = self.stored(name)
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
        return list(self.stored(name).values(0, len(self)))


class Tables(Mapping[str, Table]):
    """All tables of the schema by name, empty to begin with. keep: of some tables only these columns.

    A table is made when it is first asked for: most commands ask for a few.
    """

    def __init__(self, keep: Mapping[str, Sequence[str]] | None = None) -> None:
        self._keep = keep or {}
        self._tables: dict[str, Table] = {}

    @classmethod
    def of(cls, tables: Mapping[str, Table]) -> Self:
        """All tables of the schema, filled already."""
        found = cls()
        found._tables = {name: tables[name] for name in SCHEMA}
        return found

    def __getitem__(self, name: str) -> Table:
        found = self._tables.get(name)
        if found is None:
            schema = SCHEMA[name]
            found = self._tables[name] = Table(schema, self._keep.get(name, schema.usual))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(SCHEMA)

    def __len__(self) -> int:
        return len(SCHEMA)

    def needs(self, wanted: Iterable[str]) -> Need:
        """What the kept columns of these tables need to be worked out."""
        return reduce(or_, (self[name].schema.needs for name in wanted), Need.NOTHING)

    def made(self) -> Iterator[tuple[str, Table]]:
        """Tables that anybody asked for, by name, in the order of the schema."""
        return ((name, self._tables[name]) for name in SCHEMA if name in self._tables)

    def lengths(self) -> Counter[str]:
        """How many rows each table has."""
        return Counter({name: len(table) for name, table in self._tables.items()})

    def cut(self, lengths: Mapping[str, int]) -> None:
        """Keep only the first rows of each table, as many as `lengths` had."""
        for name, table in self._tables.items():
            table.cut(lengths[name])

    def renumber(self, shift: int, starts: Mapping[str, int]) -> None:
        """Make the numbers of negotiations larger by this, in the rows of each table from this one on."""
        for name, table in self._tables.items():
            table.shift("negotiation", shift, starts[name])
