"""Pauses and what they have in common, lost fragments, disorder, and requests open at the same time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.exchanges.timing import (
    FRAGMENTS_OUT_OF_ORDER,
    RESPONSE_FIRST,
    TIME_GOES_BACK,
    Window,
    backoff,
    ends,
    timing,
    windows,
)
from analyzer.negotiation.model import Step
from analyzer.negotiation.seen import SeenNotify
from tests.negotiation import build
from tests.negotiation.build import Talk, established, init_request, sealed, steady
from tests.negotiation.exchanges.steps import exchange, negotiation, step
from tests.negotiation.logged import logged


@pytest.mark.parametrize(
    ("pauses", "name"),
    [
        ([], None),
        ([4000], None),
        ([500, 1000, 2000, 4000], "doubling"),
        ([501, 998, 2003], "doubling"),
        ([4000, 7200, 12960, 23328], "growing"),
        ([10000, 10003, 9990], "fixed"),
        ([1000, 4000, 900], "irregular"),
        ([5000, 3000, 2000], "irregular"),
        ([1000, 0, 1000], None),
        ([1000, -5, 1000], None),
    ],
)
def test_what_pauses_have_in_common(pauses: list[int], name: str | None) -> None:
    assert backoff([p * 10**6 for p in pauses]) == name


@steady
@given(st.lists(st.integers(-(2**62), 2**62)))
def test_any_pauses_have_a_name_or_none(pauses: list[int]) -> None:
    assert backoff(pauses) in {None, "doubling", "growing", "fixed", "irregular"}


def test_repetitions_and_their_pauses() -> None:
    talk = Talk()
    for pause in (0.0, 0.5, 1.0, 2.0):
        talk.say(init_request(), after=pause)
    (e,) = talk.only().exchanges
    assert timing(e) == ((500, 1000, 2000), "doubling", 0, None, ())


@pytest.mark.parametrize(
    ("order", "out_of_order"),
    [
        ((1, 2, 3, 4, 5, 6), False),
        ((2, 1, 4, 3, 6, 5), True),
        ((1, 2, 4, 3, 5, 6), True),
        ((1, 2, 3, 4, 6, 5), True),
        ((2, 3, 4, 5, 6), False),
        ((2, 4, 6), False),
        ((1, 3, 2, 4, 5, 6), False),
    ],
)
def test_main_mode_says_itself_which_message_answers_which(order: tuple[int, ...], out_of_order: bool) -> None:
    said = {
        1: build.main_1(),
        2: build.main_2(),
        3: build.main_ke("i"),
        4: build.main_ke("r"),
        5: build.sealed1(build.MAIN, 108, first=5, salt="i"),
        6: build.sealed1(build.MAIN, 92, first=5, salt="r"),
    }
    talk = Talk()
    for number in order:
        (talk.say if number % 2 else talk.answer)(said[number])
    (e,) = talk.only().exchanges
    assert timing(e).disorder == ((RESPONSE_FIRST,) if out_of_order else ())


def test_a_message_repeated_for_hours_is_not_told_for_hours() -> None:
    e = exchange(step(1), *(step(i, again=1) for i in range(2, 200)))
    assert len(timing(e).pauses_ms) == 64


def test_copies_are_counted_and_are_no_repetitions() -> None:
    talk = Talk()
    for pause in (0.0, 0.0001, 4.0, 0.0001):
        talk.say(init_request(), after=pause)
    (e,) = talk.only().exchanges
    assert (timing(e).pauses_ms, timing(e).copies) == ((4000,), 2)


def test_fragments_that_never_came() -> None:
    e = exchange(step(1, fragment=(1, 3)), step(2, fragment=(3, 3)))
    assert timing(e).fragments_missing == 1
    whole = exchange(*(step(i, fragment=(i, 3)) for i in (1, 2, 3)))
    assert timing(whole).fragments_missing == 0
    assert timing(exchange(step(1))).fragments_missing is None


def test_a_set_that_came_whole_makes_up_for_one_that_did_not() -> None:
    e = exchange(step(1, fragment=(1, 2)), *(step(i + 1, fragment=(i, 3)) for i in (1, 2, 3)))
    assert timing(e).fragments_missing == 0


def test_a_fragment_that_claims_thousands_costs_nothing() -> None:
    assert timing(exchange(step(1, fragment=(1, 65535)))).fragments_missing == 65534


def test_disorder() -> None:
    late = step(1, out=False, answer=True)._replace(time_ns=50)
    e = exchange(late, step(2)._replace(time_ns=20))
    assert timing(e).disorder == (RESPONSE_FIRST, TIME_GOES_BACK)
    e = exchange(step(1, fragment=(2, 2)), step(2, fragment=(1, 2)))
    assert timing(e).disorder == (FRAGMENTS_OUT_OF_ORDER,)


def test_times_that_are_not_known_are_not_compared() -> None:
    e = exchange(step(1)._replace(time_ns=None), step(2, again=1)._replace(time_ns=None))
    assert timing(e) == ((), None, 0, None, ())


def test_nothing_to_tell() -> None:
    assert timing(logged(37, 0, True)) == ((), None, 0, None, ())


def test_the_ends_of_an_exchange_are_its_first_messages() -> None:
    e = exchange(step(1), step(2, again=1), step(3, out=False, answer=True), step(4, out=False, answer=True, again=3))
    assert ends(e) == (e.request, e.response) == (e.steps[0], e.steps[2])
    assert ends(exchange(step(1, out=False, answer=True))) == (None, step(1, out=False, answer=True))


# -- windows


def test_one_request_at_a_time() -> None:
    talk = Talk()
    established(talk)
    n = talk.only()
    assert windows(n, n.exchanges) == [Window(1, None), Window(1, None)]


def test_two_requests_open_at_once() -> None:
    talk = Talk()
    established(talk)
    for mid in (2, 3):
        talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=mid))
    for mid in (2, 3):
        talk.answer(sealed(build.CREATE_CHILD_SA, 200, initiator=False, response=True, mid=mid))
    n = talk.only()
    assert windows(n, n.exchanges) == [Window(1, None), Window(1, None), Window(1, None), Window(2, None)]


def test_a_request_never_answered_here_may_have_been_answered() -> None:
    talk = Talk()
    established(talk)
    for mid in (2, 3):
        talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=mid))
    n = talk.only()
    assert [w.open for w in windows(n, n.exchanges) if w is not None] == [1, 1, 1, 1]


def test_each_side_has_a_window_of_its_own() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.INFORMATIONAL, 57, mid=5))
    talk.answer(sealed(build.INFORMATIONAL, 57, initiator=False, mid=0))
    talk.answer(sealed(build.INFORMATIONAL, 57, initiator=False, response=True, mid=5))
    talk.say(sealed(build.INFORMATIONAL, 57, response=True, mid=0))
    n = talk.only()
    assert [w.open for w in windows(n, n.exchanges) if w is not None] == [1, 1, 1, 1]


def _sized(frame: int, size: bytes, *, out: bool, authenticated: bool = True) -> Step:
    notify = SeenNotify(16385, 0, size, authenticated)
    return step(frame, out=out, answer=not out)._replace(notifies=(notify,))


def test_what_a_side_says_is_what_the_other_may() -> None:
    exchanges = [
        exchange(step(1), _sized(2, b"\0\0\0\5", out=False)),
        exchange(step(3), _sized(4, b"\0\0\0\7", out=False, authenticated=False)),
        exchange(step(5), _sized(6, b"\0\7", out=False)),
        exchange(step(7)),
    ]
    assert windows(negotiation(), exchanges) == [Window(1, None), Window(1, 5), Window(1, 5), Window(1, 5)]


def test_ikev1_has_no_windows() -> None:
    n = negotiation(ike_version=1)
    assert windows(n, [exchange(step(1))]) == [None]


def test_an_answer_alone_has_no_window() -> None:
    assert windows(negotiation(), [exchange(step(1, out=False, answer=True))]) == [None]
