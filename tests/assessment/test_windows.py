from hypothesis import given
from hypothesis import strategies as st

from analyzer.assessment.windows import busiest

SECOND = 1_000_000_000


def test_the_fullest_window_wins_and_of_equals_the_first() -> None:
    events = [(t * SECOND, t) for t in (0, 1, 20, 21, 22, 40, 41, 42)]
    assert busiest(events, 10) == [20, 21, 22]


def test_order_of_events_does_not_matter() -> None:
    events = [(5 * SECOND, "b"), (0, "a"), (100 * SECOND, "c")]
    assert busiest(events, 10) == ["a", "b"]
    assert busiest([], 10) == []


@given(st.lists(st.integers(min_value=0, max_value=200)), st.integers(min_value=1, max_value=50))
def test_agrees_with_counting_by_hand(times: list[int], seconds: int) -> None:
    events = [(t * SECOND, t) for t in times]
    most = max((sum(t - seconds <= other <= t for other in times) for t in times), default=0)
    assert len(busiest(events, seconds)) == most
