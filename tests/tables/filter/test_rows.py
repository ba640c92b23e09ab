"""Which rows match: the corpus, an oracle that reads row by row, and how much is looked at."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from analyzer.tables.filter import tree
from analyzer.tables.filter.fields import field, linked, searched
from analyzer.tables.filter.rows import matching, needed, negotiations_of, rows_of
from analyzer.tables.filter.tree import Compare, Not, Present, Search, Tree
from analyzer.tables.filter.values import test_of as fits_of
from analyzer.tables.filter.where import Filter
from analyzer.tables.store import Table, Tables
from tests.tables.filter.corpus import CASES, corpus_tables
from tests.tables.filter.made import trees
from tests.tables.made import read
from tests.work import lines_run


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return corpus_tables(tmp_path_factory.mktemp("corpus"))


@pytest.mark.parametrize(("table", "where", "rows"), CASES, ids=[f"{table}: {where}" for table, where, _ in CASES])
def test_the_corpus(tables: Tables, table: str, where: str, rows: list[int]) -> None:
    assert [place + 1 for place in Filter.parse(where, table).rows(tables)] == rows


@pytest.mark.parametrize(("table", "where", "rows"), CASES, ids=[f"{table}: {where}" for table, where, _ in CASES])
def test_the_columns_that_are_needed_are_enough(tmp_path: Path, table: str, where: str, rows: list[int]) -> None:
    found = Filter.parse(where, table)
    whole, names = corpus_tables(tmp_path), needed(found.tree, table)
    part = {name: whole[name].only(range(len(whole[name])), sorted(columns)) for name, columns in names.items()}
    assert [place + 1 for place in found.rows(part)] == rows


@cache
def fixtures() -> tuple[Tables, ...]:
    names = ("ikev2-clients-displaced", "ikev1-weak-des-md5-modp768", "ikev2-mobike", "ikev2-auth-failed-psk")
    return tuple(read(name).tables for name in names)


def oracle(found: Tree, tables: Tables, name: str) -> Iterator[bool]:
    """Row by row: what the language says, without any of the columns' storage."""
    for row in tables[name].records():
        yield _fits(found, row, tables, name)


def _fits(found: Tree, row: dict[str, Any], tables: Tables, name: str) -> bool:
    match found:
        case tree.Any(parts):
            return any(_fits(part, row, tables, name) for part in parts)
        case tree.All(parts):
            return all(_fits(part, row, tables, name) for part in parts)
        case Not(part):
            return not _fits(part, row, tables, name)
        case Compare(column, "!=", values):
            return not _fits(Compare(column, "==", values), row, tables, name)
        case Search(text):
            return any(text.lower() in cell.lower() for cell in _cells(searched(name), row, tables, name))
        case Present(column):
            known = field(column, name)
            return known is not None and any(True for _ in _cells(known.sources, row, tables, name))
        case Compare(column):
            known = field(column, name)
            assert known is not None
            return any(map(fits_of(found, known, ""), _cells(known.sources, row, tables, name)))


def _cells(sources: tuple[Any, ...], row: dict[str, Any], tables: Tables, name: str) -> Iterator[Any]:
    """All values of some columns in a row, and in the rows of its negotiations."""
    for table, column in sources:
        rows = [row] if table == name else _related(row, tables, name, table)
        for other in rows:
            cell = other[column]
            if cell is not None:
                yield from cell if isinstance(cell, tuple) else (cell,)


def _related(row: dict[str, Any], tables: Tables, name: str, table: str) -> list[dict[str, Any]]:
    numbers = _numbers(row, tables, name)
    return [other for other in tables[table].records() if numbers & _numbers(other, tables, table)]


def _numbers(row: dict[str, Any], tables: Tables, name: str) -> set[int]:
    if linked(name) == ("negotiation",):
        return {row["negotiation"]} - {None}
    return {
        message["negotiation"]
        for message in tables["messages"].records()
        if (message["capture"], message["frame_number"]) == (row["capture"], row["frame_number"])
    } - {None}


@given(trees())
def test_what_matches_is_what_an_oracle_says_row_by_row(found: Tree) -> None:
    for tables in fixtures():
        assert [bool(hit) for hit in matching(found, tables, "negotiations")] == [
            *oracle(found, tables, "negotiations")
        ]


@pytest.mark.parametrize("name", ["messages", "payloads", "child_sas", "findings", "defects", "exchanges"])
def test_other_tables_are_what_the_oracle_says(name: str) -> None:
    texts = ("negotiations.outcome == failed", "not host == 192.0.2.10", "payloads.payload == N", "ike")
    for text in texts:
        found = Filter.parse(text, name).tree
        for tables in fixtures():
            assert [bool(hit) for hit in matching(found, tables, name)] == [*oracle(found, tables, name)]


class Counted(Tables):
    """Tables that note which of them are asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables, self.asked = dict(tables), set[str]()

    def __getitem__(self, name: str) -> Table:
        self.asked.add(name)
        return super().__getitem__(name)


def test_only_the_tables_that_are_named_are_looked_at(tables: Tables) -> None:
    counted = Counted(tables)
    Filter.parse("outcome == failed and not initiator_ip == 192.0.2.1").rows(counted)
    assert counted.asked == {"negotiations"}
    Filter.parse("severity >= high").rows(counted)
    assert counted.asked == {"negotiations", "findings"}


def test_columns_that_are_needed() -> None:
    def columns(text: str, table: str = "negotiations") -> dict[str, set[str]]:
        return needed(Filter.parse(text, table).tree, table)

    assert columns("outcome == failed") == {"negotiations": {"outcome"}}
    assert columns("length > 3", "messages") == {"messages": {"length"}}
    assert columns("severity == high") == {"findings": {"severity", "negotiation"}, "negotiations": {"negotiation"}}
    assert columns("negotiations.nat_t", "payloads") == {
        "negotiations": {"nat_t", "negotiation"},
        "payloads": {"capture", "frame_number"},
        "messages": {"capture", "frame_number", "negotiation"},
    }
    assert "capture" not in columns("psk")["negotiations"]


def test_rows_and_negotiations_lead_to_each_other(tables: Tables) -> None:
    rows = rows_of(tables, "payloads", {2, 4})
    assert rows == bytes([0, 1, 1, 0])
    assert negotiations_of(tables, "payloads", rows) == {2, 4}
    assert negotiations_of(tables, "payloads", bytes([0, 0, 0, 1])) == set()
    assert negotiations_of(tables, "findings", bytes([0, 0, 1, 1, 1])) == {4}
    assert rows_of(tables, "findings", ()) == bytes(5)


def test_a_value_that_stands_in_many_rows_is_looked_at_once() -> None:
    def work(times: int) -> int:
        tables = Tables()
        names = tables["negotiations"].schema.names
        for number in range(1000 * times):
            row = {"negotiation": number, "outcome": ("failed", "probe")[number % 2], "initiator_ip": "192.0.2.1"}
            tables["negotiations"].append(tuple(row.get(name) for name in names))
        len(list(tables["negotiations"].columns()))
        found = Filter.parse("outcome == failed and host == 192.0.2.0/24 or failure contains x").tree
        matching(found, tables, "negotiations")  # what is remembered for good
        return lines_run(lambda: matching(found, tables, "negotiations"))

    assert work(8) == work(1)


def test_equal_conditions_are_one_and_a_text_is_lowered_once() -> None:
    tables = Tables()
    names = tables["negotiations"].schema.names
    for number in range(2000):
        row = {"negotiation": number, "initiator_spi": f"{number:016X}"}
        tables["negotiations"].append(tuple(row.get(name) for name in names))

    def work(text: str) -> int:
        found = Filter.parse(text).tree
        return lines_run(lambda: matching(found, tables, "negotiations"))

    once = work("abc")
    assert work(" or ".join(["abc"] * 90)) < once + 2000
    assert work(" or ".join(f"abc{number}" for number in range(90))) < 40 * once
