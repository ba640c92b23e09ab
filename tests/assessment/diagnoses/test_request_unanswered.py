"""A request that the capture holds no answer to: said, as far as that can be known."""

import pytest

from analyzer.assessment import Diagnosis
from analyzer.capture.datagram import EspStream
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, healthy, icmp, main_mode, story
from tests.assessment.lives import stream

ID = "request-unanswered"


def asked(name: str = "CREATE_CHILD_SA", *, by: str = "i", times: int = 1, length: int = 300, **fields) -> Talk:
    talk = healthy(**fields)
    talk.child(protocol="ESP")
    talk.now = 30.0
    for k in range(times):
        talk.say(name, by=by, begun_by=by, message_id=2, length=length, again=k > 0, after=2)
    return talk


def judged(talk: Talk, *streams: EspStream, last: float = 90, dropped: int = 0) -> list[Diagnosis]:
    whole = story(talk, last=last)
    whole.streams = list(streams)
    return assess(whole, dropped=dropped).diagnoses.get(1, [])


@pytest.mark.parametrize("by", ["i", "r"])
@pytest.mark.parametrize(
    ("name", "length"), [("CREATE_CHILD_SA", 300), ("INFORMATIONAL", 57), ("IKE_FOLLOWUP_KE", 900)]
)
def test_asked_once(name: str, length: int, by: str) -> None:
    (one,) = judged(asked(name, by=by, length=length))
    assert (one.diagnosis, one.confidence, one.evidence_frames) == (ID, "possible", (5,))
    who = "initiator" if by == "i" else "responder"
    assert (
        one.detail == f"{name}: 1 transmission, no answer in this capture. The {who} begins no other exchange after it."
    )


def test_the_answer_may_be_what_was_not_read() -> None:
    whole = story(asked(), last=90)
    whole.negotiations[0].unread = "the analyzer failed on a message of this SA (frame 6)"
    assert 1 not in assess(whole).diagnoses


def test_the_other_side_is_heard() -> None:
    talk = asked(times=2)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57, after=20)
    talk.say("INFORMATIONAL", by="i", begun_by="r", message_id=0, length=57)
    (one,) = judged(talk)
    assert "2 transmissions over 2.0 s, no answer" in one.detail
    assert "IKE messages of the responder come after it, the last in frame 7." in one.detail
    assert one.confidence == "possible"


def test_copies_of_a_mirror_port_are_not_heard() -> None:
    talk = asked()
    for copied in (False, True):
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57, duplicate=copied)
    for copied in (False, True):
        talk.say("INFORMATIONAL", by="i", begun_by="r", message_id=0, length=57, duplicate=copied)
    (one,) = judged(talk)
    assert "IKE messages of the responder come after it, the last in frame 6." in one.detail


def test_retransmitted_to_no_avail_is_likelier() -> None:
    """Something of the other side came between the transmissions, so neither diagnosis of silence speaks."""
    talk = asked()
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=0, length=57)
    talk.say("INFORMATIONAL", by="i", begun_by="r", message_id=0, length=57)
    for _ in range(4):
        talk.say("CREATE_CHILD_SA", message_id=2, length=300, again=True, after=3)
    (one,) = judged(talk)
    assert (one.diagnosis, one.confidence) == (ID, "likely")
    (one,) = judged(talk, dropped=3)
    assert one.confidence == "possible"


def test_traffic_of_the_side_that_asked() -> None:
    old = stream("0b0b0b0b", until=80)
    (one,) = judged(asked(), old)
    assert "ESP of the initiator goes on after it: the answer may have come, and be missing here." in one.detail
    (one,) = judged(asked(), stream("0b0b0b0b", until=35))
    assert "ESP" not in one.detail


def test_a_new_sa_beside_the_old_one_was_made() -> None:
    old = stream("0b0b0b0b", until=80, first_frame=3)
    new = stream("0d0d0d0d", at=40, until=80, first_frame=50)
    assert judged(asked(), old, new) == []
    assert [d.diagnosis for d in judged(asked(), new)] == [ID], "the first there is may be of the old one"
    assert [d.diagnosis for d in judged(asked("INFORMATIONAL", length=57), old, new)] == [ID]


def test_an_ike_sa_in_its_place_was_made() -> None:
    talk = asked()
    heir = healthy(2, 20, at=33, rekeyed_from=1)
    whole = story(talk, heir, last=90)
    assert ID not in [d.diagnosis for d in assess(whole).diagnoses.get(1, [])]


def test_the_port_is_reported_unreachable() -> None:
    talk = asked()
    talk.n.icmp_errors.append(icmp("port-unreachable", frame=6))
    found = {d.diagnosis: d for d in judged(talk)}
    assert found[ID].confidence == "likely"
    assert "192.0.2.20 reports UDP port 500 of 192.0.2.20 unreachable" in found[ID].detail


def test_of_several_the_last_is_shown_and_all_are_counted() -> None:
    talk = main_mode(outcome="established")
    for mid in (5, 6):
        frame = talk.say("QUICK_MODE", message_id=mid, after=10).frame_number
        talk.child(created_by="QUICK_MODE", outcome="unknown", basis="inferred", frame_number=frame)
    (one,) = judged(talk)
    assert "In all, 2 requests of this SA have none." in one.detail
    assert one.evidence_frames == (7, 8)


@pytest.mark.parametrize(
    "talk",
    [
        asked(failed_at="CREATE_CHILD_SA", failed_by="none"),
        asked(outcome="failed"),
        asked(outcome="incomplete"),
        asked(times=5),  # peer-dead
    ],
    ids=["failed-already", "not-up", "not-known-to-be-up", "dead"],
)
def test_where_it_has_another_name(talk: Talk) -> None:
    assert ID not in [d.diagnosis for d in judged(talk)]


def test_an_sa_from_before_the_capture() -> None:
    talk = asked(outcome="incomplete", starts_late=True)
    assert next(d.diagnosis for d in judged(talk)) == ID


def test_the_capture_ends() -> None:
    assert judged(asked(), last=33) == []
