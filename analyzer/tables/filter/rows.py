"""Which rows of a table match an expression: condition by condition, of each only the columns that it names.

The rows that match are a byte each, 1 or 0; a value that stands in many rows of a column is looked at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from analyzer.tables.filter import tree
from analyzer.tables.filter.fields import Source, field, linked, searched
from analyzer.tables.filter.tree import Compare, Leaf, Not, Present, Search, Tree, leaves
from analyzer.tables.filter.values import Test, test_of
from analyzer.tables.in_files import in_files
from analyzer.tables.storage import AnyColumn, Coded
from analyzer.tables.store import Table

Rows = bytes

_TURNED: Final = bytes([1, 0]) + bytes(254)


def matching(found: Tree, tables: Mapping[str, Table], name: str) -> Rows:
    """Of each row of the table `name` whether it matches."""
    return _Asked(tables, name).matching(found)


class _Asked:
    """The rows of a table, asked for the conditions of one expression: for equal ones once."""

    def __init__(self, tables: Mapping[str, Table], name: str) -> None:
        self._tables, self._name = tables, name
        self._known: dict[Leaf, Rows] = {}
        self._lower: dict[Source, list[Any]] = {}
        self._stored: dict[str, dict[str, AnyColumn]] = {}  # of each table that was asked: of a set as its files count

    def matching(self, found: Tree) -> Rows:
        """Of each row whether it matches."""
        match found:
            case tree.Any(parts):
                return _joined(or_, map(self.matching, parts))
            case tree.All(parts):
                return _joined(and_, map(self.matching, parts))
            case Not(part):
                return self.matching(part).translate(_TURNED)
            case Compare(field_name, "!=", values, at, sign_at):
                return self.matching(Compare(field_name, "==", values, at, sign_at)).translate(_TURNED)
        rows = self._known.get(found)
        if rows is None:
            rows = self._known[found] = self._condition(found)
        return rows

    def _condition(self, found: Leaf) -> Rows:
        match found:
            case Search(text):
                part = text.lower()
                return self._any_of(searched(self._name), lambda source: self._holding(source, part))
            case Present(field_name):
                return self._any_of(_sources(field_name, self._name), lambda source: self._fitting(source, _there))
            case Compare(field_name):
                known = field(field_name, self._name)
                assert known is not None  # noqa: S101  (looked at when it was parsed)
                test = test_of(found, known, "")
                return self._any_of(known.sources, lambda source: self._fitting(source, test))

    def _any_of(self, sources: Collection[Source], rows: Callable[[Source], Rows]) -> Rows:
        """The rows of which one of these columns, of their own or of their negotiation, is among its `rows`."""
        own = [rows(source) for source in sources if source.table == self._name]
        by_table: dict[str, list[Rows]] = {}
        for source in sources:
            if source.table != self._name:
                by_table.setdefault(source.table, []).append(rows(source))
        numbers: set[int] = set()
        for table, parts in by_table.items():
            numbers |= negotiations_of(self._tables, table, _joined(or_, parts))
        if by_table:
            own.append(rows_of(self._tables, self._name, numbers))
        return _joined(or_, own)

    def _holding(self, source: Source, part: str) -> Rows:
        """The rows of a column of text that hold this part of one, in lower case. A text becomes that once."""
        column = self._column(source)
        assert isinstance(column, Coded)  # noqa: S101  (text is)
        lower = self._lower.get(source)
        if lower is None:
            lower = self._lower[source] = list(map(_lower, column.distinct))
        hits = [part in text if type(text) is str else any(part in one for one in text) for text in lower]
        return _spread(column, bytes(hits))

    def _fitting(self, source: Source, test: Test) -> Rows:
        """The rows of a column whose value fits."""
        column = self._column(source)
        if isinstance(column, Coded):
            return _spread(column, bytes(value is not None and _fits(value, test) for value in column.distinct))
        return bytes(value is not None and test(value) for value in column.values(0, len(self._tables[source.table])))

    def _column(self, source: Source) -> AnyColumn:
        if source.table not in self._stored:
            self._stored[source.table] = dict(in_files(self._tables[source.table]).columns())
        return self._stored[source.table][source.column]


def _there(_: Any) -> bool:
    return True


def _lower(value: Any) -> Any:
    """A text, or those of a list, to be searched; what is missing holds none."""
    if value is None:
        return ()
    return tuple(one.lower() for one in value) if isinstance(value, tuple) else value.lower()


def _spread(column: Coded, hits: Rows) -> Rows:
    """The rows of a column by which of its distinct values are meant."""
    return bytes(map(hits.__getitem__, column.cells)) if 1 in hits else bytes(len(column.cells))


def _sources(field_name: str, table: str) -> tuple[Source, ...]:
    known = field(field_name, table)
    return known.sources if known else ()


def _joined(how: Callable[[int, int], int], parts: Iterable[Rows]) -> Rows:
    """The rows of all or of one of these parts: as numbers of very many digits they are joined at once."""
    first, *others = parts
    number = reduce(how, (int.from_bytes(part) for part in others), int.from_bytes(first))
    return number.to_bytes(len(first))


def _fits(value: Any, test: Test) -> bool:
    """Whether a value fits, or of a list one of its items; an empty list has none."""
    return any(map(test, value)) if isinstance(value, tuple) else test(value)


def negotiations_of(tables: Mapping[str, Table], name: str, rows: Rows) -> set[int]:
    """Numbers of the negotiations to which these rows of a table belong."""
    places = [place for place, hit in enumerate(rows) if hit] if 1 in rows else []
    keys = set(tables[name].at(places, *linked(name))) if places else set()
    if linked(name) == ("negotiation",):
        return {number for (number,) in keys if number is not None}
    numbers = tables["messages"].cells("capture", "frame_number", "negotiation") if keys else ()
    return {number for *place, number in numbers if number is not None and tuple(place) in keys}


def rows_of(tables: Mapping[str, Table], name: str, numbers: Collection[int]) -> Rows:
    """The rows of a table that belong to these negotiations."""
    if not numbers:
        return bytes(len(tables[name]))
    if linked(name) == ("negotiation",):
        return bytes(number in numbers for (number,) in tables[name].cells("negotiation"))
    messages = tables["messages"].cells("capture", "frame_number", "negotiation")
    places = {(capture, frame) for capture, frame, number in messages if number in numbers}
    return bytes(place in places for place in tables[name].cells(*linked(name)))


def needed(found: Tree, name: str) -> dict[str, set[str]]:
    """The columns that have to be filled for `matching`, by table."""
    columns: dict[str, set[str]] = {}
    for table, column in _all_sources(found, name):
        columns.setdefault(table, set()).add(column)
    if columns.keys() - {name}:
        for table in (*columns, name):
            columns.setdefault(table, set()).update(linked(table))
        if any("frame_number" in linked(table) for table in columns):
            columns.setdefault("messages", set()).update(("capture", "frame_number", "negotiation"))
    return columns


def _all_sources(found: Tree, name: str) -> Iterator[Source]:
    for leaf in leaves(found):
        yield from searched(name) if isinstance(leaf, Search) else _sources(leaf.name, name)
