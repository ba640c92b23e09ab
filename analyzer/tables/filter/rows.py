"""Which rows of a table match an expression: condition by condition, of each only the columns that it names.

The rows that match are a byte each, 1 or 0; a value that stands in many rows of a column is looked at once.
"""

from collections.abc import Collection, Iterator, Mapping
from operator import and_, or_
from typing import Any, Final

from analyzer.tables.filter import tree
from analyzer.tables.filter.fields import Source, field, linked, searched
from analyzer.tables.filter.tree import Compare, Not, Present, Search, Tree, leaves
from analyzer.tables.filter.values import Test, test_of
from analyzer.tables.store import Coded, Table

Rows = bytes

_TURNED: Final = bytes([1, 0]) + bytes(254)


def matching(found: Tree, tables: Mapping[str, Table], name: str) -> Rows:
    """Of each row of the table `name` whether it matches."""
    match found:
        case tree.Any(parts):
            return _joined(or_, [matching(part, tables, name) for part in parts])
        case tree.All(parts):
            return _joined(and_, [matching(part, tables, name) for part in parts])
        case Not(part):
            return matching(part, tables, name).translate(_TURNED)
        case Compare(field_name, "!=", values, at, sign_at):
            same = Compare(field_name, "==", values, at, sign_at)
            return matching(same, tables, name).translate(_TURNED)
        case Search(text):
            wanted = text.lower()
            return _any_of(searched(name), lambda cell: wanted in cell.lower(), tables, name)
        case Present(field_name):
            return _any_of(_sources(field_name, name), lambda _: True, tables, name)
        case Compare(field_name):
            known = field(field_name, name)
            assert known is not None  # noqa: S101  (looked at when it was parsed)
            return _any_of(known.sources, test_of(found, known.kind, ""), tables, name)


def _sources(field_name: str, table: str) -> tuple[Source, ...]:
    known = field(field_name, table)
    return known.sources if known else ()


def _joined(how: Any, parts: list[Rows]) -> Rows:
    joined = parts[0]
    for part in parts[1:]:
        joined = bytes(map(how, joined, part))
    return joined


def _any_of(sources: Collection[Source], test: Test, tables: Mapping[str, Table], name: str) -> Rows:
    """The rows of a table of which one of these columns, of its own or of its negotiation, has a value that fits."""
    own = [_column_rows(tables[name], source.column, test) for source in sources if source.table == name]
    by_table: dict[str, list[Rows]] = {}
    for table, column in sources:
        if table != name:
            by_table.setdefault(table, []).append(_column_rows(tables[table], column, test))
    numbers: set[int] = set()
    for table, parts in by_table.items():
        numbers |= negotiations_of(tables, table, _joined(or_, parts))
    if by_table:
        own.append(rows_of(tables, name, numbers))
    return _joined(or_, own)


def _column_rows(table: Table, name: str, test: Test) -> Rows:
    column = dict(table.columns())[name]
    if isinstance(column, Coded):
        hits = bytes(value is not None and _fits(value, test) for value in column.distinct)
        return bytes(map(hits.__getitem__, column.cells))
    return bytes(value is not None and test(value) for value in column.values(0, len(table)))


def _fits(value: Any, test: Test) -> bool:
    """Whether a value fits, or of a list one of its items; an empty list has none."""
    return any(map(test, value)) if isinstance(value, tuple) else test(value)


def negotiations_of(tables: Mapping[str, Table], name: str, rows: Rows) -> set[int]:
    """Numbers of the negotiations to which these rows of a table belong."""
    places = [place for place, hit in enumerate(rows) if hit]
    keys = set(tables[name].at(places, *linked(name))) if places else set()
    if linked(name) == ("negotiation",):
        return {number for (number,) in keys if number is not None}
    numbers = tables["messages"].cells("capture", "frame_number", "negotiation") if keys else ()
    return {number for *place, number in numbers if number is not None and tuple(place) in keys}


def rows_of(tables: Mapping[str, Table], name: str, numbers: Collection[int]) -> Rows:
    """The rows of a table that belong to these negotiations."""
    if linked(name) == ("negotiation",):
        return bytes(number in numbers for (number,) in tables[name].cells("negotiation"))
    messages = tables["messages"].cells("capture", "frame_number", "negotiation") if numbers else ()
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
