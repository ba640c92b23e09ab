"""A filter: an expression about the rows of one table, ready to be asked of tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property
from typing import Self

from analyzer.tables.filter import tree
from analyzer.tables.filter.faults import fault
from analyzer.tables.filter.fields import NEGOTIATIONS, evidence
from analyzer.tables.filter.parse import parsed
from analyzer.tables.filter.rows import matching, needed
from analyzer.tables.filter.tree import Compare, Tree, Value, written
from analyzer.tables.filter.values import has_zone, span, utc_text
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table

Wanted = Mapping[str, Sequence[str] | None]


@dataclass(frozen=True)
class Filter:
    """Which rows of a table, of `negotiations` if nothing else is said, an expression is about."""

    tree: Tree
    table: str = NEGOTIATIONS

    @classmethod
    def parse(cls, text: str, table: str = NEGOTIATIONS) -> Self:
        """An expression. FilterError: it is none, or names what the table does not have."""
        return cls(parsed(text, table), table)

    @classmethod
    def equal(cls, name: str, values: Sequence[str], table: str = NEGOTIATIONS) -> Self:
        """`name` has one of these values. FilterError: it is no field of the table, or cannot have one."""
        return cls._checked(Compare(name, "in" if len(values) > 1 else "==", tuple(map(Value, values))), table)

    @classmethod
    def ordered(cls, name: str, sign: str, value: str, table: str = NEGOTIATIONS) -> Self:
        """`name` compares so with a value. FilterError: as for `equal`."""
        return cls._checked(Compare(name, sign, (Value(value),)), table)

    @classmethod
    def at_time(cls, sign: str, value: str, table: str = NEGOTIATIONS, rules: tzinfo | None = UTC) -> Self:
        """`time >= value` or `time <= value`, where a value without a zone is a time of these rules.

        The expression says it in UTC then. FilterError: as for `equal`, or it is no time.
        """
        found = cls.ordered("time", sign, value, table)
        if rules is UTC or has_zone(value):
            return found
        first, last = span(Value(value), found.text, rules)
        try:
            text = utc_text(first if sign == ">=" else last, value)
        except OverflowError:
            raise fault(found.text, len(found.text) - len(value), f"{value} is no time in UTC") from None
        return cls.ordered("time", sign, text, table)

    @classmethod
    def _checked(cls, compare: Compare, table: str) -> Self:
        found = cls(compare, table)
        cls.parse(found.text, table)  # places of faults are those in its text
        return found

    def and_also(self, others: Iterable["Filter"]) -> "Filter":
        """The filter of this one and others of the same table, all of which must match."""
        parts = (self.tree, *(other.tree for other in others))
        return self if len(parts) == 1 else Filter(tree.All(parts), self.table)

    @cached_property
    def text(self) -> str:
        """The expression as it can be written; equal filters are written alike."""
        return written(self.tree)

    @cached_property
    def needed(self) -> dict[str, set[str]]:
        """The columns that have to be filled for it, by table."""
        columns = needed(self.tree, self.table)
        if self.table == NEGOTIATIONS:
            columns.setdefault(NEGOTIATIONS, set()).add("negotiation")
        return columns

    def rows(self, tables: Mapping[str, Table]) -> list[int]:
        """The places of the rows that match, in order."""
        return [place for place, hit in enumerate(matching(self.tree, tables, self.table)) if hit]

    def numbers(self, tables: Mapping[str, Table]) -> list[int]:
        """Of a filter of negotiations the numbers of those that match, in order."""
        return [number for (number,) in tables[NEGOTIATIONS].at(self.rows(tables), "negotiation")]

    def with_needed(self, wanted: Wanted | None) -> Wanted | None:
        """`wanted` of an Analysis (None: all), and the columns that this filter looks at."""
        if wanted is None and not any(evidence(table, names) for table, names in self.needed.items()):
            return None
        return joined(dict.fromkeys(SCHEMA) if wanted is None else wanted, self.needed)


def joined(wanted: Wanted, more: Mapping[str, Iterable[str]]) -> Wanted:
    """Columns to keep by table (None: all), and more of them behind."""
    found = dict(wanted)
    for table, names in more.items():
        kept, needed = found.get(table, ()), sorted(names)
        if kept is None:
            needed = evidence(table, needed)
            kept = SCHEMA[table].usual if needed else None
        found[table] = None if kept is None else tuple(dict.fromkeys((*kept, *needed)))
    return found
