import pytest

from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.timing import timing
from analyzer.tables.store import Tables
from tests.report.compare.sides import asked, side
from tests.report.sample import START, put


def lasted(length: float | None, trip: float | None = None) -> Case:
    """A negotiation that took so many seconds, and the round trip of its IKE_SA_INIT."""
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, first_time=START, duration_s=length)
    answered = "unanswered" if trip is None else "answered"
    cells = {"exchange": "IKE_SA_INIT", "initiated_by": "initiator", "round_trip_s": trip, "outcome": answered}
    put(tables, "exchanges", negotiation=1, request_frame=1, response_frame=None if trip is None else 2, **cells)
    return cases(tables, [1])[1]


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [(0.010, 0.300, False), (0.010, 0.700, True), (10.0, 19.0, False), (10.0, 21.0, True), (21.0, 10.0, True)],
)
def test_times_that_are_near_each_other_are_equal(one: float, other: float, differs: bool) -> None:
    assert asked(timing, lasted(one), lasted(other))["First to last message"].differs is differs


def test_an_answer_and_none() -> None:
    answer = asked(timing, lasted(1, 0.02), lasted(1))["IKE_SA_INIT, answer"]
    assert answer.differs
    assert (answer.a.text, answer.b.text) == ("after 20 ms", "no answer in the capture")
    assert answer.a.frames == (1, 2)


def test_a_clock_that_was_set_is_no_difference() -> None:
    assert not asked(timing, lasted(None), lasted(5))["First to last message"].differs


def test_retransmissions_with_what_was_sent_again() -> None:
    found = asked(timing, side("ikev2-loss-retransmit"), side("ikev2-psk-gcm"))
    again = found["Retransmissions"]
    assert again.differs
    assert "after" in again.a.text
    assert again.a.frames
    assert found["Longest pause between messages"].differs
