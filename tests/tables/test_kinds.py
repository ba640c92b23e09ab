from dataclasses import replace

import pytest

from analyzer.tables.kinds import INT, STR, Column, Need, TableSchema

A, B = Column[str]("a", STR, "Itself.", str), Column[str]("b", INT, "Its length.", len, needs=Need.PLACING)


def test_columns_are_chosen_by_name_in_the_order_asked_for() -> None:
    table = TableSchema[str]("words", "One row per word.", (A, B))
    assert table.names == ("a", "b")
    assert table.select(["b", "a"]).columns == (B, A)
    with pytest.raises(KeyError):
        table.select(["c"])


def test_a_table_needs_what_its_kept_columns_need() -> None:
    table = TableSchema[str]("words", "One row per word.", (A, B))
    assert table.needs is Need.PLACING
    assert table.select(["a"]).needs is Need.NOTHING
    assert replace(table, own_needs=Need.COUNTING).select(["a"]).needs is Need.COUNTING


def test_what_is_known_only_at_the_end_needs_all() -> None:
    assert TableSchema[str]("words", "One row per word.", (A,), lambda run: [run.info.path]).needs == (
        Need.PLACING | Need.READING | Need.COUNTING
    )
