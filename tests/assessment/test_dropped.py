from analyzer.assessment.catalogue import all_checks
from analyzer.negotiation.conclude.closing import Gaps
from tests.assessment.assessed import assess
from tests.assessment.build import healthy, story
from tests.assessment.lives import stream, with_child
from tests.negotiation.build import Talk as Messages
from tests.negotiation.build import main_mode


def init_only() -> Messages:
    """IKEv1: message 2 is the last one."""
    talk = Messages()
    main_mode(talk, last=2)
    return talk


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


def test_and_where_a_file_of_the_set_could_not_be_read() -> None:
    told = story(unanswered())
    told.unread_files = ("b.pcap could not be read",)
    (found,) = assess(told).diagnoses[1]
    assert (found.diagnosis, found.confidence) == ("peer-dead", "possible")
    assert "b.pcap could not be read" in found.basis


def test_findings_too_and_only_those_about_absence() -> None:
    told = story(with_child())
    told.streams = [stream(late_32=9, late_64=0)]
    found = {f.finding: f for f in assess(told, dropped=1).findings}
    assert found["one-way-traffic"].confidence == "possible"
    assert "the capture dropped 1 packet, so absence" in found["one-way-traffic"].detail
    assert found["packets-out-of-order"].confidence == "likely"


def test_checks_say_of_themselves_that_they_rest_on_absence() -> None:
    of_absence = {check.about.id for check in all_checks() if check.about.absence}
    assert of_absence == {
        "one-way-traffic", "packets-missing", "child-sa-not-renewed", "esp-on-another-port", "windows-realm-fragments",
    }  # fmt: skip


def test_the_reason_is_given_once() -> None:
    """The basis of the verdict, which the diagnosis repeats, has it already."""
    talk = init_only()
    told = talk.tracker.finish([], [], 0, round((talk.now + 60) * 1e9), Gaps(dropped=7))
    (found,) = (d for d in assess(told, dropped=7).diagnoses[1] if d.diagnosis == "initiator-stopped")
    assert found.basis.count("dropped 7 packets") == 1
