"""How often and how regularly something failed."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.assessment.periods import duration, failed_times, median, period, refuser, sentence
from tests.assessment.build import SECOND, Talk, healthy

MINUTE = 60 * SECOND


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        ([0], ""),
        ([], ""),
        ([0, 48], " It happens twice between these hosts, 48 min apart."),
        ([0, 48, 96], " It happens 3 times between these hosts, again every 48 min."),
        ([0, 45, 96, 142], " It happens 4 times between these hosts, again every 46 min."),
        ([0, 1, 96, 142], " It happens 4 times between these hosts, 46 min apart in the median."),
    ],
)
def test_the_sentence(minutes: list[int], text: str) -> None:
    assert sentence([m * MINUTE for m in minutes]) == text


def test_a_burst_has_no_period() -> None:
    assert period([0, SECOND // 10, SECOND // 5]) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 s"), (64.96, "65 s"), (2880.2, "48 min"), (3600, "1 h"), (11_100, "3 h 5 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def refused(number: int = 1, frame: int = 1, at: float = 0, by: str = "responder") -> Talk:
    talk = healthy(number, frame, at, failed_at="CREATE_CHILD_SA", failed_by=by)
    for mid, length in ((2, 200), (3, 65)):
        asked = talk.say("CREATE_CHILD_SA", message_id=mid, after=60).frame_number
        answer = talk.say("CREATE_CHILD_SA", by="r", message_id=mid, length=length).frame_number
        made = "established" if length == 200 else "failed"
        talk.child(created_by="CREATE_CHILD_SA", outcome=made, frame_number=asked, response_frame=answer)
    return talk


def test_the_times_are_those_of_the_requests_that_failed() -> None:
    talk = refused()
    assert failed_times(talk.n) == [round(120.5 * SECOND)]
    assert (refuser(talk.n), refuser(refused(by="none").n)) == ("192.0.2.20", None)


@given(st.lists(st.integers(0, 10**12) | st.floats(0, 1e6), min_size=1, max_size=9))
def test_median_is_that_of_the_standard_library(values: list[float]) -> None:
    assert median(values) == statistics.median(values)
