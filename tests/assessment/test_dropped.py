from analyzer.assessment import assess
from analyzer.assessment.catalogue import all_checks
from analyzer.assessment.dropped import OF_ABSENCE
from tests.assessment.build import healthy, story
from tests.assessment.lives import stream, with_child


def unanswered():
    talk = healthy()
    for k in range(5):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=k > 0, after=2)
    return talk


def test_absence_is_weak_evidence_where_the_capture_dropped_packets() -> None:
    for dropped, confidence in ((0, "likely"), (7, "possible")):
        (found,) = assess(story(unanswered()), dropped=dropped).diagnoses[1]
        assert (found.diagnosis, found.confidence) == ("peer-dead", confidence)
        assert ("the capture dropped 7 packets" in found.basis) is bool(dropped)


def test_findings_too_and_only_those_about_absence() -> None:
    told = story(with_child())
    told.streams = [stream(late_32=9, late_64=0)]
    found = {f.finding: f for f in assess(told, dropped=1).findings}
    assert found["one-way-traffic"].confidence == "possible"
    assert "the capture dropped 1 packet, so absence" in found["one-way-traffic"].detail
    assert found["packets-out-of-order"].confidence == "likely"


def test_findings_of_absence_are_checks_that_exist() -> None:
    assert {check.about.id for check in all_checks()} >= OF_ABSENCE
