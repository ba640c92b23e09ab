"""What every table of an exchange has to be: total, closed, all of it reachable and documented."""

import re

from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.run import Run
from analyzer.negotiation.exchanges.table import Table
from analyzer.vocabulary import ExchangeEvent, ExchangeState
from tests.negotiation.build import steady

_DOCUMENT = re.compile(
    r"(RFC \d{4} \d+(\.\d+)*( and (RFC \d{4} )?\d+(\.\d+)*|, \d+(\.\d+)*)*)|draft-[a-z0-9-]+|vendor .+|IANA .+"
)


def check_closed(table: Table, never: frozenset[str] = frozenset(), leapt: frozenset[str] = frozenset()) -> None:
    """`never`: events that no state has a place for; `leapt`: states that only a capture with gaps shows."""
    assert set(table.moves) == set(table.states)
    assert {move.to for row in table.moves.values() for move in row.values()} <= set(table.states)
    assert {event for row in table.moves.values() for event in row} == set(table.events) - never
    assert {e for row in table.moves.values() for move in row.values() for e in move.unseen} <= set(table.events)
    for text in (*table.states.values(), *table.events.values()):
        assert len(text) > 5
    for row in table.moves.values():
        for move in row.values():
            assert _DOCUMENT.fullmatch(move.reference), move.reference
    assert _DOCUMENT.fullmatch(table.rule), table.rule
    assert reachable(table, leaps=False) == set(table.states) - leapt, "every state, by the book"
    assert reachable(table, leaps=True) == set(table.states)


def reachable(table: Table, *, leaps: bool) -> set[str]:
    """States that moves lead to from the start; with or without leaps."""
    found, waiting = {table.start}, [table.start]
    while waiting:
        for move in table.moves[waiting.pop()].values():
            if move.to not in found and (leaps or not move.unseen):
                found.add(move.to)
                waiting.append(move.to)
    return found


def check_every_pair(table: Table) -> None:
    """Every event in every state has an answer, and what is final stays so."""

    @steady
    @given(
        st.sampled_from(sorted(table.states)),
        st.sampled_from(sorted(table.events)),
        st.lists(st.sampled_from(sorted(table.events))),
    )
    def pairs(state: ExchangeState, event: ExchangeEvent, more: list[ExchangeEvent]) -> None:
        run = Run(table, state)
        run.take(0, event, 1)
        assert run.state in table.states
        move = table.move(state, event)
        assert run.state == (state if move is None else move.to)
        if table.is_final(state):
            assert list(table.expected(state)) == []
            for later in more:
                run.take(0, later, 2)
            assert run.state == state
        expected = dict(table.expected(state))
        assert (event in expected) == (move is not None and move.due and not move.unseen and move.to != state)

    pairs()


def check_leaps_are_shortcuts(table: Table) -> None:
    """A leap leads where the messages it leaves out and then its own would have led."""
    for state, row in table.moves.items():
        for event, move in row.items():
            if move.unseen:
                at = state
                for unseen in (*move.unseen, event):
                    step = table.move(at, unseen)
                    assert step is not None, (table.name, state, event, unseen)
                    at = step.to
                assert at == move.to, (table.name, state, event)
