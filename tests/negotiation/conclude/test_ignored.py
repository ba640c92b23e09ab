"""Requests that were retransmitted and never answered, and what looks like one."""

import pytest

from analyzer.negotiation.conclude.ignored import closing, ignored, never_answered
from tests.negotiation.build import (
    CHILD_DELETE,
    EMPTY,
    INFORMATIONAL,
    NOTIFY,
    TRANSACTION,
    Talk,
    established,
    main_mode,
    phase1,
    quick_mode,
    sealed,
    sealed1,
)
from tests.negotiation.keyed import authenticated, delete, keys, locked


def asked(length: int, transmissions: int, *, alive: bool = True) -> Talk:
    talk = Talk()
    established(talk)
    for _ in range(transmissions):
        talk.say(sealed(INFORMATIONAL, length, mid=2), after=2)
    if alive:
        talk.answer(sealed(INFORMATIONAL, EMPTY, mid=0, initiator=False))
    return talk


@pytest.mark.parametrize(
    ("length", "transmissions", "alive", "counts"),
    [(130, 3, True, 1), (130, 2, True, 0), (130, 3, False, 0), (NOTIFY, 3, True, 0), (CHILD_DELETE, 3, True, 0)],
)
def test_what_is_ignored(length: int, transmissions: int, alive: bool, counts: int) -> None:
    assert len(list(ignored(asked(length, transmissions, alive=alive).only(10)))) == counts


def test_the_transmissions_are_told_also_of_a_peer_that_is_gone() -> None:
    n = asked(130, 5, alive=False).only(10)
    assert len(never_answered(n, n.exchanges[-1])) == 5


def test_what_was_answered_at_last_was_answered() -> None:
    talk = asked(130, 4)
    talk.answer(sealed(INFORMATIONAL, EMPTY, mid=2, initiator=False, response=True))
    assert list(ignored(talk.only(10))) == []


def test_a_delete_that_was_read_is_one() -> None:
    talk = Talk(keys())
    authenticated(talk)
    talk.say(locked(INFORMATIONAL, delete(1), mid=2))
    n = talk.only(10)
    assert closing(n, n.exchanges[-1])
    assert not closing(n, n.exchanges[0])


@pytest.mark.parametrize(("transmissions", "counts"), [(3, 0), (4, 0), (5, 1)])
def test_who_goes_on_after_a_few_retransmissions_was_answered(transmissions: int, counts: int) -> None:
    """A question whose late answer is missing from the capture; after many transmissions nobody believes that."""
    talk = asked(130, transmissions)
    for mid in (3, 4):
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=mid), after=10)
        talk.answer(sealed(INFORMATIONAL, EMPTY, mid=mid, initiator=False, response=True))
    assert len(list(ignored(talk.only(10)))) == counts


@pytest.mark.parametrize(("last", "counts"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_ikev1_goes_step_by_step(last: int, counts: int) -> None:
    """A gateway that answers in quick mode has had its answer to XAUTH, though the capture lacks it."""
    talk = Talk()
    main_mode(talk, phase1(auth=65001))
    for _ in range(3):
        talk.answer(sealed1(TRANSACTION, 76, mid=7), after=2)
    if last:
        quick_mode(talk, last=last)
    talk.say(sealed1(TRANSACTION, 92, mid=8))
    assert len(list(ignored(talk.only(10)))) == counts
