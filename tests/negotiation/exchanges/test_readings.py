"""Messages of an exchange as events: read, or judged by their lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges import readings
from analyzer.negotiation.exchanges.account import initial_events
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.exchanges.messages import said
from analyzer.negotiation.exchanges.readings import (
    Round,
    auth_answer,
    init_event,
    other_auth_answer,
    phase1_event,
    word,
)
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import SeenNotify
from tests.negotiation.build import steady
from tests.negotiation.exchanges.steps import GCM, exchange, negotiation, step
from tests.negotiation.logged import logged

FIRST, LATER = Round(GCM, True, True, False), Round(GCM, False, False, False)


def child_events(n: Negotiation, e: Exchange) -> list[str]:
    answered = lambda message: readings.child_answer(n.suite, message)  # noqa: E731
    return [name for name, _ in readings.requests_and_answers(e, readings.child_request, answered)]


@pytest.mark.parametrize(
    ("inner", "notifies", "event"),
    [
        ((33, 40, 44, 45), (), "ask-child"),
        ((41, 33, 40, 44, 45), (16393,), "ask-rekey"),
        ((33, 40, 34), (), "ask-ike-rekey"),
        ((41,), (16384,), "request"),
        (None, (), "request"),
    ],
)
def test_what_a_create_child_sa_asks_for(inner: tuple[int, ...] | None, notifies: tuple[int, ...], event: str) -> None:
    e = exchange(step(1, inner=inner, notifies=notifies))
    assert child_events(negotiation(), e) == [event]


@pytest.mark.parametrize(
    ("inner", "notifies", "event"),
    [
        ((33, 40, 44, 45), (), "made"),
        ((41, 33, 40, 34), (16441,), "unfinished"),
        ((41,), (14,), "error"),
        ((), (), "answer"),
    ],
)
def test_what_a_create_child_sa_answer_says(inner: tuple[int, ...], notifies: tuple[int, ...], event: str) -> None:
    e = exchange(step(1), step(2, out=False, answer=True, inner=inner, notifies=notifies))
    assert child_events(negotiation(), e) == ["request", event]


@pytest.mark.parametrize(
    ("length", "event", "unknown"),
    [(65, "error", "error"), (116, "error", "error"), (117, "error", "answer"), (200, "made", "answer")],
)
def test_its_length_where_it_could_not_be_read(length: int, event: str, unknown: str) -> None:
    """unknown: of an SA whose suite is not known; no cipher leaves room for a child SA in so few bytes."""
    e = exchange(step(1), step(2, out=False, answer=True, length=length))
    assert child_events(negotiation(), e) == ["request", event]
    assert child_events(negotiation(None), e) == ["request", unknown]


def test_a_part_of_an_answer_is_no_refusal() -> None:
    e = exchange(step(1), step(2, out=False, answer=True, length=70, fragment=(2, 2)))
    assert child_events(negotiation(), e) == ["request", "answer"]


def test_more_key_exchanges_to_come() -> None:
    e = exchange(step(1), step(2, out=False, answer=True, inner=(34, 41), notifies=(16441,)), kind=44)
    assert [readings.followup_answer(None, [e.steps[1]])] == ["unfinished"]


@pytest.mark.parametrize(
    ("inner", "event"), [((), "ask-liveness"), ((42,), "ask-delete"), ((41,), "request"), (None, "request")]
)
def test_what_an_informational_asks(inner: tuple[int, ...] | None, event: str) -> None:
    e = exchange(step(1, inner=inner), kind=37)
    assert readings.informational_request(GCM, e.steps) == event


@pytest.mark.parametrize(
    ("length", "first", "later"),
    [
        (57, "auth-error", "auth-short"),
        (65, "auth-error", "auth-short"),
        (100, "auth-round", "auth-round"),
        (120, "auth-accepted", "auth-round"),
        (238, "auth-accepted", "auth-accepted"),
    ],
)
def test_an_ike_auth_answer_by_its_length(length: int, first: str, later: str) -> None:
    """Too short for a proof is an error in the first round, and may be EAP-Success in a later one."""
    answer = [step(2, out=False, answer=True, length=length)]
    assert (auth_answer(answer, FIRST), auth_answer(answer, LATER)) == (first, later)
    assert auth_answer(answer, FIRST._replace(suite=None)) == "auth-unknown"
    assert other_auth_answer(answer, LATER) == ("other-accepted" if later == "auth-accepted" else "other-answer")


def test_a_part_of_an_ike_auth_answer_is_never_too_short() -> None:
    part = [step(2, out=False, answer=True, length=70, fragment=(1, 2))]
    assert auth_answer(part, FIRST) == "auth-unknown"


@pytest.mark.parametrize(
    ("inner", "notifies", "event"),
    [
        ((36, 39, 33), (), "auth-accepted"),
        ((39, 41), (14,), "auth-accepted"),
        ((41,), (24,), "auth-error"),
        ((36, 39, 48), (), "auth-round"),
        ((48,), (), "auth-round"),
    ],
)
def test_an_ike_auth_answer_that_was_read(inner: tuple[int, ...], notifies: tuple[int, ...], event: str) -> None:
    answer = [step(2, out=False, answer=True, length=65, inner=inner, notifies=notifies)]
    assert auth_answer(answer, FIRST) == event
    another = "auth-another" if event == "auth-accepted" else event
    assert auth_answer(answer, FIRST._replace(another=True)) == another


def test_what_ike_sa_init_says() -> None:
    answer = step(2, out=False, answer=True)._replace(encrypted=False, payload_types=(33, 34, 40))
    assert init_event(34, [answer]) == "init-answer"
    assert init_event(34, [answer._replace(payload_types=(40,))]) == "init-nothing"
    assert init_event(38, [answer._replace(payload_types=(40,))]) == "init-answer", (
        "IKE_SESSION_RESUME has no SA payload"
    )
    assert init_event(34, [step(1, notifies=(16390,))]) == "init-request-with-cookie"
    assert init_event(34, [step(1)]) == "init-request"


@pytest.mark.parametrize(
    ("kind", "out", "encrypted", "types", "event"),
    [
        (2, True, False, (1,), "offer"),
        (2, False, False, (1,), "choice"),
        (2, True, False, (4, 10), "initiator-keys"),
        (2, False, False, (10,), "responder-keys"),
        (2, True, True, (5,), "initiator-proof"),
        (2, False, True, (5,), "responder-proof"),
        (2, True, False, (13,), None),
        (4, True, False, (1, 4, 10, 5), "offer"),
        (4, False, False, (1, 4, 10, 5, 8), "answer"),
        (4, True, False, (8,), "initiator-proof"),
        (4, True, True, (8,), "initiator-proof"),
        (1, True, False, (1, 10), "offer"),
        (1, False, False, (1, 10), "choice"),
        (1, True, False, (4, 5, 8), "initiator-proof"),
        (1, False, True, (4,), "responder-proof"),
    ],
)
def test_messages_of_phase_1(kind: int, out: bool, encrypted: bool, types: tuple[int, ...], event: str | None) -> None:
    message = step(1, out=out)._replace(encrypted=encrypted, payload_types=types)
    assert phase1_event(kind, message) == event
    side = "initiator" if out else "responder"
    assert phase1_event(kind, message._replace(fragment=(1, None))) == f"{side}-pieces"


def test_what_an_informational_says_of_phase_1() -> None:
    assert [word(step(1, out=out)) for out in (True, False)] == ["initiator", "responder"]
    clear = step(1, notifies=(14,))._replace(encrypted=False)
    assert word(clear) == "clear-error"
    assert word(step(1, notifies=(24578,))._replace(encrypted=False)) == "none"


@steady
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from([None, (1, 2), (2, 2), (0, 0), (1, None), (3, 3), (65535, 1)]),
            st.sampled_from([0, 28, 65, 200, 2**32 - 1]),
            st.sampled_from([None, (), (33,), (39,), (42, 42)]),
        ),
        max_size=12,
    )
)
def test_every_first_transmission_is_in_one_message(
    drawn: list[tuple[bool, tuple[int, int | None] | None, int, tuple[int, ...] | None]],
) -> None:
    steps = [
        step(i, out=out, answer=not out, fragment=fragment, length=length, inner=inner)
        for i, (out, fragment, length, inner) in enumerate(drawn, 1)
    ]
    e = exchange(*steps)
    found = sorted(s.frame_number for message in said(e) for s in message)
    assert found == [s.frame_number for s in steps]
    assert len(child_events(negotiation(), e)) <= len(steps)
    assert course(negotiation(), e).state is not None


def auth(*steps: Step) -> list[str]:
    e = logged(35, 1, True, steps)
    return [name for name, _ in initial_events(negotiation(), e, Rounds([e]))]


@pytest.mark.parametrize(
    ("asked", "inner", "notifies", "event"),
    [
        ((), (36, 39, 33, 44, 45), (), "auth-accepted"),
        ((), (36, 37, 39, 48), (), "auth-round"),
        ((), (48,), (), "auth-round"),
        ((), (41,), (24,), "auth-error"),
        ((), (36, 39, 41), (38,), "auth-accepted"),
        ((), (36, 39, 41), (16405,), "auth-another"),
        ((16405,), (39,), (), "auth-another"),
        ((16405,), (41,), (24,), "auth-error"),
    ],
)
def test_what_a_decrypted_ike_auth_answer_says(
    asked: tuple[int, ...], inner: tuple[int, ...], notifies: tuple[int, ...], event: str
) -> None:
    """RFC 4739: with ANOTHER_AUTH_FOLLOWS of either side a proof is not the end; a failed child is no failure."""
    steps = step(1, inner=(35, 39), notifies=asked), step(2, out=False, answer=True, inner=inner, notifies=notifies)
    assert auth(*steps) == ["auth-request", event]


@pytest.mark.parametrize(("length", "event"), [(65, "auth-error"), (100, "auth-round"), (238, "auth-accepted")])
def test_the_length_of_an_ike_auth_answer(length: int, event: str) -> None:
    assert auth(step(1), step(2, out=False, answer=True, length=length)) == ["auth-request", event]


def test_an_unprotected_answer_needs_an_error_to_be_one() -> None:
    clear = step(2, out=False, answer=True)._replace(encrypted=False)
    assert auth(step(1), clear) == ["auth-request", "bare"]
    assert auth(step(1), clear._replace(notifies=(SeenNotify(24, 0, b"", False),))) == ["auth-request", "clear"]
