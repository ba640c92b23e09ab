"""IKE_SA_INIT, IKE_INTERMEDIATE and IKE_AUTH as tables, and real messages run through them."""

import pytest

from analyzer.negotiation.exchanges.course import courses
from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.table import Table
from tests.negotiation import build
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    NOTIFY,
    SPI_I,
    ZERO,
    Talk,
    init_answer,
    init_done,
    init_notify,
    init_request,
    nonce2,
    notify2,
    sealed,
    v2,
)
from tests.negotiation.exchanges.closed import check_closed, check_every_pair, check_leaps_are_shortcuts

COOKIE, INVALID_KE, REDIRECT = (16390, b"cookie"), (17, b"\0\x0e"), (16407, b"\1\4\xc0\0\2\x63")
NEVER = {"other-request", "other-answer", "bare"}


@pytest.mark.parametrize(
    ("table", "never"),
    [(IKE_SA_INIT, {"init-nothing"}), (IKE_INTERMEDIATE, NEVER), (IKE_AUTH, NEVER)],
    ids=lambda t: getattr(t, "name", None),
)
def test_the_table_is_closed(table: Table, never: set[str]) -> None:
    check_closed(table, frozenset(never))
    check_every_pair(table)
    check_leaps_are_shortcuts(table)


def test_no_unproven_answer_is_the_end() -> None:
    for state in ("cookie-asked", "group-asked", "redirected", "refused"):
        move = IKE_SA_INIT.move(state, "init-answer")
        assert move is not None
        assert (move.to, move.unseen) == ("answered", ())


def states(talk: Talk) -> list[str | None]:
    """Last state of each exchange; none may hold a surprise."""
    found = courses(talk.only())
    assert [c.surprises for c in found if c.surprises] == []
    return [c.state for c in found]


def only_surprise(talk: Talk) -> tuple[str, str, bool]:
    (surprise,) = [s for c in courses(talk.only()) for s in c.surprises]
    return surprise.state, surprise.event, surprise.unexpected


# -- IKE_SA_INIT


@pytest.mark.parametrize(
    ("notify", "state"),
    [(COOKIE, "cookie-asked"), (INVALID_KE, "group-asked"), (REDIRECT, "redirected"), ((14, b""), "refused")],
)
def test_answers_that_choose_nothing(notify: tuple[int, bytes], state: str) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(*notify))
    assert states(talk) == [state]


def test_cookie_and_group_in_two_rounds() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(*COOKIE))
    talk.say(init_request(before=[notify2(*COOKIE)]))
    talk.answer(init_notify(*INVALID_KE))
    talk.say(init_request(before=[notify2(*COOKIE)], group=14))
    talk.answer(init_answer(group=14))
    assert states(talk) == ["cookie-asked", "group-asked", "answered"]


def test_a_cookie_for_the_repetition_of_a_request_already_answered() -> None:
    """As a responder under load sends it: it keeps no state of what it answered."""
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer())
    talk.say(init_request(), after=4.0)
    talk.answer(init_notify(*COOKIE))
    assert states(talk) == ["answered"]


def test_another_request_without_an_answer_between() -> None:
    """A demand for another group that the capture lacks explains it."""
    talk = Talk()
    talk.say(init_request())
    talk.say(init_request(build.CBC))
    assert only_surprise(talk) == ("requested", "init-request", False)


def test_a_request_that_brings_no_cookie_back() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(*COOKIE))
    talk.say(init_request(build.CBC))
    assert only_surprise(talk) == ("cookie-asked", "init-request", True)


def test_a_second_choice_is_unexpected() -> None:
    talk = Talk()
    init_done(talk)
    talk.answer(init_answer(extra=[notify2(16404)]))
    assert only_surprise(talk) == ("answered", "init-answer", True)


def test_an_answer_that_says_nothing() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16404))
    assert only_surprise(talk) == ("requested", "init-nothing", True)


def test_only_the_answer_is_in_the_capture() -> None:
    talk = Talk()
    talk.answer(init_answer())
    assert only_surprise(talk) == ("start", "init-answer", False)


def test_a_request_captured_after_its_answer_is_still_the_request() -> None:
    talk = Talk()
    talk.answer(init_answer())
    talk.say(init_request())
    assert states(talk) == ["answered"]


@pytest.mark.parametrize(("answer", "state"), [(nonce2("r"), "answered"), (notify2(16413), "refused")])
def test_session_resume_is_the_same_table(answer: tuple[int, bytes], state: str) -> None:
    talk = Talk()
    talk.say(v2(build.RESUME, nonce2("i"), notify2(16412, b"ticket"), spis=(SPI_I, ZERO)))
    talk.answer(v2(build.RESUME, answer, initiator=False, response=True))
    assert states(talk) == [state]


# -- IKE_INTERMEDIATE


def test_rounds_of_intermediate() -> None:
    talk = Talk()
    init_done(talk)
    for mid in (1, 2):
        talk.say(sealed(build.INTERMEDIATE, 300, mid=mid))
        talk.answer(sealed(build.INTERMEDIATE, 200, initiator=False, response=True, mid=mid))
    assert states(talk) == ["answered", "answered", "answered"]


# -- IKE_AUTH


def auth(talk: Talk, mid: int, asked: int, answered: int) -> None:
    talk.say(sealed(build.IKE_AUTH, asked, mid=mid))
    talk.answer(sealed(build.IKE_AUTH, answered, initiator=False, response=True, mid=mid))


def test_authenticated_in_one_round() -> None:
    talk = Talk()
    init_done(talk)
    auth(talk, 1, 298, AUTH_WITH_CHILD)
    assert states(talk) == ["answered", "accepted"]


def test_refused_in_the_first_round() -> None:
    talk = Talk()
    init_done(talk)
    auth(talk, 1, 298, NOTIFY)
    assert states(talk) == ["answered", "refused"]


def test_the_first_round_after_intermediate_is_the_first_round() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.INTERMEDIATE, 300, mid=1))
    talk.answer(sealed(build.INTERMEDIATE, 200, initiator=False, response=True, mid=1))
    auth(talk, 2, 298, NOTIFY)
    assert states(talk)[-1] == "refused"


def test_rounds_of_eap_and_a_short_answer_that_is_success_if_a_request_follows() -> None:
    talk = Talk()
    init_done(talk)
    auth(talk, 1, 298, 100)
    auth(talk, 2, 80, 90)
    auth(talk, 3, 80, NOTIFY)
    assert states(talk) == ["answered", "continues", "continues", "short"]
    auth(talk, 4, 97, AUTH_WITH_CHILD)
    assert states(talk)[-1] == "accepted"


def test_several_authentications_one_after_the_other() -> None:
    """RFC 4739: an answer with room for AUTH is no end as long as another request follows."""
    talk = Talk()
    init_done(talk)
    auth(talk, 1, 298, 150)
    auth(talk, 2, 200, 150)
    auth(talk, 3, 97, AUTH_WITH_CHILD)
    assert states(talk) == ["answered", "accepted", "continues", "accepted"]


def test_two_rounds_without_the_answer_between() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.IKE_AUTH, 298, mid=1))
    auth(talk, 2, 80, 90)
    assert only_surprise(talk) == ("requested", "auth-request", False)


def test_an_error_in_clear_proves_nothing() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.IKE_AUTH, 298))
    talk.answer(v2(build.IKE_AUTH, notify2(24), initiator=False, response=True, mid=1))
    assert states(talk)[-1] == "refused-in-clear"
    talk.answer(sealed(build.IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True))
    assert states(talk)[-1] == "accepted"


def test_a_request_in_clear_has_no_place() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(v2(build.IKE_AUTH, nonce2("x"), mid=1))
    assert only_surprise(talk) == ("start", "bare", True)


@pytest.mark.parametrize(("response", "event"), [(False, "other-request"), (True, "other-accepted")])
def test_other_bytes_under_the_same_message_id(response: bool, event: str) -> None:
    talk = Talk()
    init_done(talk)
    auth(talk, 1, 298, AUTH_WITH_CHILD)
    talk.say(sealed(build.IKE_AUTH, 300, initiator=not response, response=response, salt="again"))
    assert only_surprise(talk) == ("accepted", event, True)


def test_the_same_message_in_fragments_is_a_repetition() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.IKE_AUTH, 298))
    for number in (1, 2):
        talk.say(sealed(build.IKE_AUTH, 180, fragment=(number, 2)), after=4.0)
    for number in (1, 2, 3):
        talk.say(sealed(build.IKE_AUTH, 140, fragment=(number, 3)), after=4.0)
    talk.answer(sealed(build.IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True))
    assert states(talk) == ["answered", "accepted"]


def test_an_answer_in_fragments_is_judged_as_a_whole() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(build.IKE_AUTH, 298))
    for number in (2, 1):
        talk.answer(sealed(build.IKE_AUTH, 150, initiator=False, response=True, fragment=(number, 2)))
    assert states(talk) == ["answered", "accepted"]
