"""CREATE_CHILD_SA, IKE_FOLLOWUP_KE and INFORMATIONAL as tables, and real messages run through them."""

import pytest

from analyzer.negotiation.exchanges.course import Course, courses
from analyzer.negotiation.exchanges.later import CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL
from analyzer.negotiation.exchanges.table import Table
from tests.negotiation import build
from tests.negotiation.build import CHILD_ANSWER, EMPTY, NOTIFY, Talk, established, notify2, sealed, v2
from tests.negotiation.exchanges.closed import check_closed, check_every_pair, check_leaps_are_shortcuts
from tests.negotiation.exchanges.test_initial import NEVER

FOLLOWUP = 44


@pytest.mark.parametrize(
    ("table", "never"),
    [(CREATE_CHILD_SA, NEVER), (IKE_FOLLOWUP_KE, NEVER), (INFORMATIONAL, {"other-request", "other-answer"})],
    ids=lambda t: getattr(t, "name", None),
)
def test_the_table_is_closed(table: Table, never: set[str]) -> None:
    check_closed(table, frozenset(never))
    check_every_pair(table)
    check_leaps_are_shortcuts(table)


def last(talk: Talk) -> Course:
    return courses(talk.only())[-1]


@pytest.mark.parametrize("by_initiator", [True, False])
@pytest.mark.parametrize(("length", "state"), [(CHILD_ANSWER, "made"), (NOTIFY, "refused")])
def test_create_child_sa_by_the_length_of_its_answer(length: int, state: str, by_initiator: bool) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.CREATE_CHILD_SA, 200, initiator=by_initiator, mid=2))
    assert last(talk).state == "requested"
    talk.say(sealed(build.CREATE_CHILD_SA, length, initiator=not by_initiator, response=True, mid=2))
    assert (last(talk).state, last(talk).surprises) == (state, ())


def test_without_the_suite_the_length_tells_nothing() -> None:
    talk = Talk()
    talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=9))
    talk.answer(sealed(build.CREATE_CHILD_SA, 200, initiator=False, response=True, mid=9))
    assert last(talk).state == "answered"


def test_an_error_in_clear_answers_nothing() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=2))
    talk.answer(v2(build.CREATE_CHILD_SA, notify2(4), initiator=False, response=True, mid=2))
    assert (last(talk).state, last(talk).surprises) == ("requested", ())


def test_followup() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=2))
    talk.answer(sealed(build.CREATE_CHILD_SA, CHILD_ANSWER, initiator=False, response=True, mid=2))
    talk.say(sealed(FOLLOWUP, 900, mid=3))
    talk.answer(sealed(FOLLOWUP, 900, initiator=False, response=True, mid=3))
    assert (last(talk).table, last(talk).state, last(talk).surprises) == (IKE_FOLLOWUP_KE, "answered", ())


def test_an_empty_request_asks_whether_the_peer_is_alive() -> None:
    talk = Talk()
    established(talk)
    talk.answer(sealed(build.INFORMATIONAL, EMPTY, initiator=False, mid=0))
    assert last(talk).state == "liveness-asked"
    talk.say(sealed(build.INFORMATIONAL, EMPTY, response=True, mid=0))
    assert (last(talk).state, last(talk).surprises) == ("alive", ())


def test_a_request_with_something_inside() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INFORMATIONAL, NOTIFY, mid=5))
    talk.answer(sealed(build.INFORMATIONAL, EMPTY, initiator=False, response=True, mid=5))
    assert (last(talk).state, last(talk).surprises) == ("answered", ())


def test_an_informational_outside_of_any_ike_sa() -> None:
    talk = Talk()
    established(talk)
    talk.answer(v2(build.INFORMATIONAL, notify2(11, b"\1\2\3\4"), initiator=False, mid=0))
    assert (last(talk).state, last(talk).surprises) == ("sent-in-clear", ())


def test_another_answer_under_the_same_message_id() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INFORMATIONAL, EMPTY, mid=5))
    for salt in ("1", "2"):
        talk.answer(sealed(build.INFORMATIONAL, EMPTY, initiator=False, response=True, mid=5, salt=salt))
    (surprise,) = last(talk).surprises
    assert (surprise.state, surprise.event, surprise.unexpected) == ("alive", "other-answer", True)


@pytest.mark.parametrize(("room", "state"), [(0, "liveness-asked"), (3, "liveness-asked"), (4, "requested")])
def test_a_request_with_room_for_one_payload_need_not_be_empty(room: int, state: str) -> None:
    """A payload takes four bytes at least: its generic header (RFC 7296 section 3.2)."""
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INFORMATIONAL, EMPTY + room, mid=2))
    assert last(talk).state == state
