"""Quick mode, transaction, new group mode and informational as tables, and real messages run through them."""

import pytest

from analyzer.negotiation.exchanges.course import Course, courses
from analyzer.negotiation.exchanges.phase2 import INFORMATIONAL_V1, NEW_GROUP_MODE, QUICK_MODE, TRANSACTION
from analyzer.negotiation.exchanges.table import Table
from tests.negotiation import build
from tests.negotiation.build import Talk, main_mode, notify1, quick_mode, sealed1, v1
from tests.negotiation.exchanges.closed import check_closed, check_every_pair, check_leaps_are_shortcuts

TABLES = pytest.mark.parametrize(
    "table", [QUICK_MODE, TRANSACTION, NEW_GROUP_MODE, INFORMATIONAL_V1], ids=lambda t: t.name
)
NEW_GROUP = 33


@TABLES
def test_the_table_is_closed(table: Table) -> None:
    check_closed(table)
    check_every_pair(table)
    check_leaps_are_shortcuts(table)


def last(talk: Talk) -> Course:
    return courses(talk.only())[-1]


@pytest.mark.parametrize(("messages", "state"), [(1, "proposed"), (2, "answered"), (3, "complete")])
def test_quick_mode_up_to_each_message(messages: int, state: str) -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, last=messages)
    assert (last(talk).state, last(talk).surprises) == (state, ())


def test_a_fourth_quick_mode_message_is_connected_and_a_fifth_has_no_place() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, mid=5)
    talk.answer(sealed1(build.QUICK_MODE, 60, mid=5, salt="4"))
    assert (last(talk).state, last(talk).surprises) == ("connected", ())
    assert [c.outcome for c in talk.only().children] == ["established"]
    talk.say(sealed1(build.QUICK_MODE, 60, mid=5, salt="5"))
    (surprise,) = last(talk).surprises
    assert (surprise.state, surprise.event, surprise.unexpected) == ("connected", "own", True)


def test_quick_mode_whose_answer_was_captured_first_lacks_nothing() -> None:
    """Two taps whose clocks differ, merged: answers stand before what they answer."""
    talk = Talk()
    main_mode(talk)
    talk.answer(sealed1(build.QUICK_MODE, 188, mid=5, salt="2"))
    talk.say(sealed1(build.QUICK_MODE, 188, mid=5, salt="1"))
    assert last(talk).state == "answered"
    talk.say(sealed1(build.QUICK_MODE, 60, mid=5, salt="3"))
    assert (last(talk).state, last(talk).surprises) == ("complete", ())
    assert [c.outcome for c in talk.only().children] == ["established"]
    talk.answer(sealed1(build.QUICK_MODE, 60, mid=5, salt="4"))
    assert [s.unseen for s in last(talk).surprises] != [()], "four in this order are not two pairs"


def test_transactions_that_share_a_message_id() -> None:
    talk = Talk()
    main_mode(talk)
    for salt in ("1", "2"):
        talk.answer(sealed1(build.TRANSACTION, 76, mid=5, salt=salt))
        talk.say(sealed1(build.TRANSACTION, 92, mid=5, salt=salt))
    assert (last(talk).state, last(talk).surprises) == ("answered", ())


def test_quick_modes_second_message_proves_an_answer_that_was_not_captured() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(build.QUICK_MODE, 188, mid=5, salt="1"))
    talk.say(sealed1(build.QUICK_MODE, 60, mid=5, salt="3"))
    assert last(talk).state == "complete"
    assert [s.unseen for s in last(talk).surprises] == [("peer",)]


@pytest.mark.parametrize(("kind", "table"), [(build.TRANSACTION, TRANSACTION), (NEW_GROUP, NEW_GROUP_MODE)])
@pytest.mark.parametrize("begun_by_responder", [False, True])
def test_pairs(kind: int, table: Table, begun_by_responder: bool) -> None:
    talk = Talk()
    main_mode(talk)
    first, second = sealed1(kind, 76, mid=5, salt="1"), sealed1(kind, 92, mid=5, salt="2")
    if begun_by_responder:
        talk.answer(first)
        talk.say(second)
    else:
        talk.say(first)
        talk.answer(second)
    assert (last(talk).table, last(talk).state, last(talk).surprises) == (table, "answered", ())


def test_an_informational_is_sent_and_not_answered() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(build.V1_INFORMATIONAL, 92, mid=5))
    assert (last(talk).state, last(talk).surprises) == ("sent", ())


def test_an_error_in_clear_is_sent_in_clear() -> None:
    talk = Talk()
    talk.say(build.main_1())
    talk.answer(v1(build.V1_INFORMATIONAL, notify1(14), mid=7))
    assert (last(talk).state, last(talk).surprises) == ("sent-in-clear", ())
