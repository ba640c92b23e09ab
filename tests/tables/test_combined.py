"""Cells of neighbouring columns as one text: what column by column gives, whatever repeats."""

from collections.abc import Iterator
from io import StringIO
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.tables import combined, write
from analyzer.tables.combined import together
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column, TableSchema
from analyzer.tables.store import Table
from analyzer.tables.write import write_csv
from tests.work import lines_run

SCHEMA = TableSchema[object](
    "x",
    "",
    (
        Column("a", STR, ""),
        Column("b", INT, ""),
        Column("c", LIST, "", items=INT),
        Column("d", TIME, ""),
        Column("e", FLOAT, ""),
        Column("f", BOOL, ""),
        Column("g", INT, ""),
    ),
)
VALUES = st.tuples(
    st.sampled_from((None, "=1+1", "a;b", 'say "no"', "x\ny", "plain")),
    st.sampled_from((None, 0, 1, -5, 2**63 - 1)),
    st.sampled_from((None, (), (1,), (1, 2))),
    st.sampled_from((None, 0, 1_700_000_000_000_000_001)),
    st.sampled_from((None, 0.5, float("nan"), float("inf"))),
    st.sampled_from((None, True, False)),
    st.integers(0, 1000),
)


def filled(rows: list[tuple[object, ...]]) -> Table:
    table = Table(SCHEMA)
    table.extend(rows)
    return table


def written(table: Table, many: int, raw: bool) -> str:
    file = StringIO()
    with patch.object(write, "_MANY", many):
        write_csv(table, file, raw=raw)
    return file.getvalue()


@given(st.lists(VALUES, min_size=1, max_size=60), st.integers(1, 7), st.booleans())
def test_the_same_file(rows: list[tuple[object, ...]], at_once: int, raw: bool) -> None:
    table = filled(rows)
    with (
        patch.object(combined, "_FEW", 1),
        patch.object(combined, "_KNOWN", 3),
        patch.object(write, "_AT_ONCE", at_once),
    ):
        assert written(table, 0, raw) == written(table, 1000, raw)


@pytest.fixture
def rows() -> Iterator[list[tuple[object, ...]]]:
    random = Random(1)
    return [("a", 1, (2, 3), number, 0.5, random.random() < 0.5, random.randrange(3)) for number in range(30_000)]


def test_what_repeats_together_is_put_together(rows: list[tuple[object, ...]]) -> None:
    columns = [column for _, column in filled(rows).columns()]
    assert together(columns, len(rows)) == [range(3), range(3, 4), range(4, 7)]


def test_what_only_the_first_rows_have_in_common_is_not(rows: list[tuple[object, ...]]) -> None:
    rows = [row if number < 2000 else (*row[:5], None, number) for number, row in enumerate(rows)]
    columns = [column for _, column in filled(rows).columns()]
    assert together(columns, len(rows)) == [range(3), range(3, 4), range(4, 6), range(6, 7)]


def test_rows_of_few_combinations_cost_few_lines(rows: list[tuple[object, ...]]) -> None:
    some = [(*row[:3], 0, *row[4:]) for row in rows]
    few, many = (filled(some[:count]) for count in (20_000, 30_000))
    written(few, 0, raw=False)
    grown = lines_run(lambda: written(many, 0, raw=False)) - lines_run(lambda: written(few, 0, raw=False))
    assert grown < 0.1 * 10_000
