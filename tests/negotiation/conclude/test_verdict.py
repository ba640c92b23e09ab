import pytest

from analyzer.negotiation.conclude.verdict import (
    PATIENCE_NS,
    error_name,
    heard,
    incomplete,
    newest,
    silence_seen,
    times,
    waited,
)
from analyzer.negotiation.seen import SeenNotify
from analyzer.vocabulary import side
from tests.negotiation.test_model import exchange, negotiation, step


def test_waiting_needs_both_times() -> None:
    assert waited(step(1, time_ns=0), PATIENCE_NS)
    assert not waited(step(1, time_ns=0), PATIENCE_NS - 1)
    assert waited(step(1, time_ns=0), 100, 100)
    assert not waited(step(1, time_ns=None), PATIENCE_NS)
    assert not waited(step(1, time_ns=0), None)


def test_a_retransmission_shows_silence_at_once() -> None:
    first, again = step(1, time_ns=0), step(2, time_ns=10**9, retransmission_of=1)
    assert silence_seen(exchange(first, again), None)
    assert not silence_seen(exchange(first), 10**9)
    assert silence_seen(exchange(first), PATIENCE_NS)


def test_a_mirror_copy_shows_nothing() -> None:
    copy = step(2, time_ns=100, retransmission_of=1, duplicate=True)
    assert not silence_seen(exchange(step(1, time_ns=0), copy), 10**9)


def test_the_other_sides_retransmission_shows_nothing() -> None:
    asked, answered = step(1, time_ns=0), step(3, time_ns=20, from_initiator=False)
    again = step(2, time_ns=10, retransmission_of=1)
    assert not silence_seen(exchange(asked, again, answered), 1000)


def test_no_steps_no_silence() -> None:
    assert not silence_seen(exchange(), PATIENCE_NS)


def test_the_last_error_by_frame_counts() -> None:
    def said(frame: int, kind: int, from_initiator: bool = False):
        return step(frame, from_initiator=from_initiator, notifies=(SeenNotify(kind, 0, b"", False),))

    n = negotiation(exchange(said(9, 24)), exchange(said(5, 14), said(6, 16388), said(11, 7, True)))
    assert error_name(n, from_initiator=False) == "AUTHENTICATION_FAILED"
    assert error_name(n, from_initiator=True) == "INVALID_SYNTAX"
    assert error_name(negotiation(exchange(said(6, 16388))), from_initiator=False) is None


def test_names_of_the_version() -> None:
    n = negotiation(exchange(step(1, notifies=(SeenNotify(14, 0, b"", False),))), ike_version=1)
    assert error_name(n, from_initiator=True) == "NO-PROPOSAL-CHOSEN"


@pytest.mark.parametrize("initiator", [True, False])
def test_heard_and_side(initiator: bool) -> None:
    n = negotiation(exchange(step(1, from_initiator=initiator)))
    assert heard(n, from_initiator=initiator)
    assert not heard(n, from_initiator=not initiator)
    assert side(initiator) == ("initiator" if initiator else "responder")


def test_incomplete_blames_nobody() -> None:
    assert incomplete("why")[:5] == ("incomplete", None, None, None, "why")


def test_how_often() -> None:
    assert [times(n) for n in (1, 2, 3000)] == ["once", "twice", "3,000 times"]


def test_an_earlier_message_that_was_retransmitted_shows_nothing_of_the_last_one() -> None:
    first, again = step(1, time_ns=0), step(2, time_ns=10, retransmission_of=1)
    answered, last = step(3, time_ns=20, from_initiator=False), step(4, time_ns=30)
    assert not silence_seen(exchange(first, again, answered, last), 1000)
    assert silence_seen(exchange(first, again, answered, last), 30 + PATIENCE_NS)
    assert silence_seen(exchange(first, again, answered, last, step(5, time_ns=40, retransmission_of=4)), 1000)


def test_any_fragment_of_the_last_message_may_be_retransmitted() -> None:
    pieces = [step(1, time_ns=0, fragment=(1, 2)), step(2, time_ns=1, fragment=(2, 2))]
    assert silence_seen(exchange(*pieces, step(3, time_ns=9, retransmission_of=1)), 1000)


def test_time_counts_from_the_last_new_message() -> None:
    last, late = step(2, time_ns=10, from_initiator=False), step(3, time_ns=2 * PATIENCE_NS, retransmission_of=1)
    some = exchange(step(1, time_ns=0), last, late)
    assert newest(some) == last
    assert silence_seen(some, 2 * PATIENCE_NS)


def test_a_message_behind_a_retransmitted_one_was_not_waited_for() -> None:
    """Two messages of one side in a row are no fragments of one."""
    first, next_ = step(1, time_ns=0), step(2, time_ns=10)
    again = step(3, time_ns=10**9, retransmission_of=1)
    assert not silence_seen(exchange(first, next_, again), 10**9)
    pieces = [step(f, time_ns=f, fragment=(f, 2)) for f in (1, 2)]
    assert silence_seen(exchange(*pieces, again), 10**9)
