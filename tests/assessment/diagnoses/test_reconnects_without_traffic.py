import pytest

from analyzer.assessment import Diagnosis
from analyzer.capture.datagram import EspStream
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, healthy, ids, story
from tests.assessment.lives import stream
from tests.assessment.test_reconnects import row

ID = "reconnects-without-traffic"


def judged(talks: list[Talk], *streams: EspStream, number: int = 3, dropped: int = 0) -> list[Diagnosis]:
    tale = story(*talks, last=4000)
    tale.streams = list(streams)
    return [d for d in assess(tale, dropped=dropped).diagnoses.get(number, ()) if d.diagnosis == ID]


def test_a_client_that_starts_over_every_two_minutes() -> None:
    (one,) = judged(row())
    assert one.detail == (
        "5 IKE SAs from 192.0.2.10 to 192.0.2.20, again every 2 min; all came up, and no ESP or AH packet to "
        "192.0.2.10 is seen while they last. The initiator deletes 5 of them."
    )
    assert one.confidence == "possible", "nobody knows whether the capture would hold traffic"
    assert one.evidence_frames == (1, 101, 201, 301, 401)


def test_where_the_capture_would_hold_the_traffic() -> None:
    out = stream(at=1, until=3000)
    (one,) = judged(row(by="r"), out)
    assert one.confidence == "likely"
    assert "The responder deletes 5 of them." in one.detail
    assert judged(row(), out, dropped=4)[0].confidence == "possible"
    talks = row(nat="initiator")
    for talk in talks:
        talk.rewrite(lambda s: s._replace(transport="udp-4500"))
    assert judged(talks)[0].confidence == "likely"


def test_who_connects_on_demand_does_so_at_any_time() -> None:
    talks = row()
    talks[1].rewrite(lambda s: s._replace(time_ns=(s.time_ns or 0) + 60 * 10**9))
    assert judged(talks) == []
    (one,) = judged(talks, stream(at=1, until=3000))
    assert "2 min apart in the median" in one.detail


@pytest.mark.parametrize(
    "talks",
    [row(every=5, lasts=2), row(failed_at="CREATE_CHILD_SA", failed_by="responder"), [healthy()]],
    ids=["sa-flapping", "another-failure", "one"],
)
def test_where_it_is_silent(talks: list[Talk]) -> None:
    assert judged(talks, number=1) == []


def test_traffic_that_comes_back_is_what_it_is_for() -> None:
    assert judged(row(), stream(at=1, until=3000), stream("0a0a0a0a", back=True, at=1, until=3000)) == []


def test_it_is_listed_after_what_is_surer() -> None:
    talks = row()
    assert ids(assess(story(*talks, last=4000)).diagnoses[3])[0] == ID
