"""Messages of an exchange as events: fragments put together, repetitions left out, lengths judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.readings import (
    auth_events,
    child_events,
    followup_events,
    informational_events,
    is_whole,
    said,
)
from analyzer.negotiation.model import Exchange, Negotiation, SeenNotify, Step, Suite
from tests.negotiation.build import steady

GCM = Suite(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def step(
    frame: int,
    *,
    out: bool = True,
    answer: bool = False,
    length: int = 100,
    inner: tuple[int, ...] | None = None,
    notifies: tuple[int, ...] = (),
    again: int | None = None,
    copy: bool = False,
    fragment: tuple[int, int | None] | None = None,
) -> Step:
    seen = tuple(SeenNotify(kind, 0, b"", True) for kind in notifies)
    return Step(frame, frame, out, answer, length, "udp", True, (46,), inner, seen, again, copy, fragment)


def exchange(*steps: Step, kind: tuple[int, str] = (36, "CREATE_CHILD_SA")) -> Exchange:
    return Exchange(*kind, 2, True, steps)


def negotiation(suite: Suite | None = GCM) -> Negotiation:
    n = Negotiation(1, "x", 2, "ikev2", "a" * 16, "b" * 16, "192.0.2.1", 500, "192.0.2.2", 500)
    n.suite = suite
    return n


def frames(e: Exchange) -> list[list[int]]:
    return [[s.frame_number for s in message] for message in said(e)]


def test_fragments_of_one_message_are_one_message() -> None:
    e = exchange(step(1, fragment=(2, 2)), step(2, fragment=(1, 2)), step(3, out=False, answer=True, fragment=(1, 3)))
    assert frames(e) == [[1, 2], [3]]
    assert [is_whole(m) for m in said(e)] == [True, False]


def test_other_fragments_are_another_message() -> None:
    assert frames(exchange(*(step(i, fragment=(i, 2)) for i in (1, 2)), step(3, fragment=(1, 3)))) == [[1, 2], [3]]


def test_vendor_fragments_say_how_many_with_the_last_one_only() -> None:
    e = exchange(step(1, fragment=(1, None)), step(2, fragment=(2, None)), step(3, fragment=(3, 3)))
    assert frames(e) == [[1, 2, 3]]
    assert is_whole(said(e)[0])
    assert not is_whole(said(exchange(step(1, fragment=(2, None)), step(2, fragment=(3, 3))))[0])


def test_repetitions_and_copies_are_left_out() -> None:
    assert frames(exchange(step(1), step(2, again=1), step(3, again=1, copy=True))) == [[1]]


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
    assert [name for name, _ in child_events(negotiation(), e)] == [event]


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
    assert [name for name, _ in child_events(negotiation(), e)] == ["request", event]


@pytest.mark.parametrize(("length", "event"), [(65, "error"), (200, "made")])
def test_its_length_where_it_could_not_be_read(length: int, event: str) -> None:
    e = exchange(step(1), step(2, out=False, answer=True, length=length))
    assert [name for name, _ in child_events(negotiation(), e)] == ["request", event]
    assert [name for name, _ in child_events(negotiation(None), e)] == ["request", "answer"]


def test_a_part_of_an_answer_is_no_refusal() -> None:
    e = exchange(step(1), step(2, out=False, answer=True, length=70, fragment=(2, 2)))
    assert [name for name, _ in child_events(negotiation(), e)] == ["request", "answer"]


def test_more_key_exchanges_to_come() -> None:
    e = exchange(
        step(1), step(2, out=False, answer=True, inner=(34, 41), notifies=(16441,)), kind=(44, "IKE_FOLLOWUP_KE")
    )
    assert [name for name, _ in followup_events(e)] == ["request", "unfinished"]


@pytest.mark.parametrize(
    ("inner", "event"), [((), "ask-liveness"), ((42,), "ask-delete"), ((41,), "request"), (None, "request")]
)
def test_what_an_informational_asks(inner: tuple[int, ...] | None, event: str) -> None:
    e = exchange(step(1, inner=inner), kind=(37, "INFORMATIONAL"))
    assert [name for name, _ in informational_events(negotiation(), e)] == [event]


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
    found = sorted(f for message in frames(e) for f in message)
    assert found == [s.frame_number for s in steps]
    assert len(list(child_events(negotiation(), e))) <= len(steps)


def auth(*steps: Step) -> list[str]:
    e = exchange(*steps, kind=(35, "IKE_AUTH"))
    return [name for name, _ in auth_events(negotiation(), e, first_seen=True, first_round=True)]


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
