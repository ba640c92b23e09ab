"""The initiator's refusal of the responder's proof: read, or by its size and time."""

import pytest

from analyzer.negotiation.exchanges.refusals import pause, refuses, says_so
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.model import Exchange, Step
from tests.negotiation.exchanges.steps import GCM, step
from tests.negotiation.logged import logged

MS = 10**6


def timed(frame: int, ms: float, **more: object) -> Step:
    return step(frame, **more)._replace(time_ns=round(ms * MS))  # type: ignore[arg-type]


def rounds(state: str = "accepted") -> Rounds:
    """The initiator takes 10 ms for its proof."""
    init = logged(34, 0, True, [timed(1, 0), timed(2, 5, out=False, answer=True)])
    auth = logged(35, 1, True, [timed(3, 15), timed(4, 20, out=False, answer=True, length=238)])
    found = Rounds([init, auth])
    found.state = state
    return found


def info(ms: float = 22, length: int = 65, message_id: int = 2, by_initiator: bool = True, **more: object) -> Exchange:
    asked = timed(5, ms, length=length, out=by_initiator, **more)
    return logged(37, message_id, by_initiator, [asked])


def test_one_notify_at_once() -> None:
    assert refuses(info(), rounds(), GCM)


@pytest.mark.parametrize(
    "other",
    [info(ms=40), info(length=57), info(length=200), info(message_id=3), info(by_initiator=False)],
    ids=["later than its own work took", "empty", "too long", "another number", "the responder's"],
)
def test_what_is_no_refusal(other: Exchange) -> None:
    assert not refuses(other, rounds(), GCM)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [("continues", True), ("another-due", True), ("requested", False), ("short", False), ("answered", False)],
)
def test_between_two_rounds_nothing_else_is_due(state: str, refusal: bool) -> None:
    assert refuses(info(ms=900), rounds(state), GCM) is refusal


def test_without_the_suite_the_size_says_nothing() -> None:
    assert not refuses(info(), rounds(), None)


@pytest.mark.parametrize(
    ("message_id", "notify", "refusal"), [(2, 24, True), (4, 24, True), (5, 24, False), (2, 14, False)]
)
def test_what_was_read_counts_near_ike_auth(message_id: int, notify: int, refusal: bool) -> None:
    exchange = info(ms=5000, message_id=message_id, inner=(41,), notifies=(notify,))
    assert says_so(exchange) is (notify == 24)
    assert refuses(exchange, rounds(), GCM) is refusal


def test_another_exchange_refuses_nothing() -> None:
    assert not refuses(logged(36, 2, True, [timed(5, 22, length=65)]), rounds(), GCM)


def test_a_pause_needs_both_times() -> None:
    assert pause(timed(1, 1), timed(2, 3)) == 2 * MS
    assert pause(None, timed(2, 3)) is None
    assert pause(timed(1, 1), step(2)._replace(time_ns=None)) is None
