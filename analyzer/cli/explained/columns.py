"""Columns of tables and words of filters, alone (`outcome`) or with their table (`negotiations.outcome`)."""

from collections.abc import Iterator
from typing import Any, Final

from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, Section
from analyzer.tables.filter.fields import NEGOTIATIONS, SHORTHANDS, field
from analyzer.tables.kinds import Column
from analyzer.tables.naming import is_numbered
from analyzer.tables.schema import SCHEMA


def _all() -> Iterator[tuple[str, Column[Any]]]:
    for name, schema in SCHEMA.items():
        yield from ((name, column) for column in schema.columns)


def _words() -> dict[str, str]:
    return {f"{table}.{column.name}": column.doc for table, column in _all()}


def _pages(word: str) -> list[Page]:
    pages = [_page(table, column) for table, column in _all() if word in (column.name, f"{table}.{column.name}")]
    return ([_shorthand(word)] if word in SHORTHANDS else []) + pages


def _page(table: str, column: Column[Any]) -> Page:
    sections = [Section("What it says", column.doc)]
    if column.words is not None:
        known = [word for word in column.words() if not is_numbered(word)]
        sections.append(Section("Its values", ", ".join(known)))
    dtype = f"list of {column.items}" if column.items else column.dtype
    return Page(f"{table}.{column.name}", f"column of {table}, {dtype}", "", tuple(sections))


def _shorthand(word: str) -> Page:
    short, known = SHORTHANDS[word], field(word, NEGOTIATIONS)
    sections = [Section("What it says", short.doc[0].upper() + short.doc[1:] + ".")]
    sections.append(Section("Columns", ", ".join(short.of)))
    if known is not None and known.words is not None:
        sections.append(Section("Its values", ", ".join(known.words)))
    return Page(word, "word of filters", "", tuple(sections))


KIND: Final = Kind(
    9, "columns", "column", "columns of tables, by name or as TABLE.COLUMN", "negotiations.outcome", _words, _pages
)
