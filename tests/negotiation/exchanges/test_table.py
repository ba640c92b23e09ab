"""What a table answers, and its picture."""

from typing import get_args

import pytest

from analyzer.negotiation.exchanges.course import TABLES
from analyzer.negotiation.exchanges.table import Move, Table, chain, mermaid
from analyzer.vocabulary import ExchangeEvent, ExchangeState

TABLE = Table(
    "X",
    "An exchange",
    "RFC 1 1",
    states={"start": "nothing", "asked-for": "asked", "given": "answered"},
    events={"ask": "a question", "give": "an answer", "shout": "noise"},
    moves=chain("RFC 1 2", ("ask", "asked-for"), ("give", "given")),
)


def test_a_move_by_the_book() -> None:
    assert TABLE.move("start", "ask") == Move("asked-for", "RFC 1 2")
    assert list(TABLE.expected("start")) == [("ask", Move("asked-for", "RFC 1 2"))]


def test_a_leap_names_what_was_not_seen() -> None:
    assert TABLE.move("start", "give") == Move("given", "RFC 1 2", ("ask",))


def test_what_has_no_place_changes_nothing() -> None:
    assert TABLE.move("asked-for", "shout") is None


def test_the_last_state_is_final() -> None:
    assert [s for s in TABLE.states if TABLE.is_final(s)] == ["given"]


def test_the_picture_has_every_move_by_the_book_and_no_leap() -> None:
    assert mermaid(TABLE).splitlines() == [
        "stateDiagram-v2",
        '    state "asked-for" as asked_for',
        "    [*] --> start",
        "    start --> asked_for : ask (RFC 1 2)",
        "    asked_for --> given : give (RFC 1 2)",
        "    given --> [*]",
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_every_picture_shows_every_state(table: Table) -> None:
    drawn = mermaid(table)
    for state in table.states:
        assert state.replace("-", "_") in drawn


def test_the_vocabulary_has_the_words_of_the_tables_and_no_others() -> None:
    assert set(get_args(ExchangeState)) == {state for table in TABLES for state in table.states}
    assert set(get_args(ExchangeEvent)) == {event for table in TABLES for event in table.events}
