"""A peer that sends ESP or AH is alive, whatever it does with IKE requests."""

import pytest

from analyzer.assessment import Diagnosis
from analyzer.capture.datagram import EspStream, Flow
from tests.assessment.assessed import assess
from tests.assessment.build import INITIATOR, RESPONDER, SECOND, Talk, healthy, main_mode, story
from tests.assessment.lives import stream

ID = "requests-ignored"


def ikev2(by: str = "i") -> Talk:
    talk = healthy().child(protocol="ESP", initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")
    talk.now = 30.0
    for k in range(5):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=2, length=57, again=k > 0, after=0 if not k else 4)
    return talk


def ikev1(by: str = "i") -> Talk:
    talk = main_mode(outcome="established")
    talk.now = 30.0
    for k in range(5):
        talk.say(
            "INFORMATIONAL", by=by, begun_by=by, message_id=100 + k, length=84, encrypted=True, after=0 if not k else 4
        )
    return talk


def judged(talk: Talk, *streams: EspStream, flows: list[Flow] | None = None) -> list[Diagnosis]:
    told = story(talk, flows=flows)
    told.streams = list(streams)
    return [d for d in assess(told).diagnoses.get(1, ()) if d.diagnosis in (ID, "peer-dead", "peer-restarted")]


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp", "tcp"])
@pytest.mark.parametrize("by", ["i", "r"])
@pytest.mark.parametrize("make", [ikev1, ikev2])
def test_a_side_that_sends_is_alive(make, by: str, encapsulation: str) -> None:
    spi = "0b0b0b0b" if by == "r" else "0a0a0a0a"
    (found,) = judged(make(by), stream(spi, back=by == "i", until=80, last_frame=900, encapsulation=encapsulation))
    assert (found.diagnosis, found.confidence) == (ID, "likely")
    other = "responder" if by == "i" else "initiator"
    name = "AH" if encapsulation == "ah" else "ESP"
    assert f"The {other} is alive: its {name} packets go on for 50.0 s" in found.detail
    assert "nothing from" not in found.detail
    assert 900 in found.evidence_frames


@pytest.mark.parametrize("make", [ikev1, ikev2])
def test_traffic_of_the_side_that_asks_says_nothing_of_the_other(make) -> None:
    (found,) = judged(make(), stream("0b0b0b0b", until=80))
    assert found.diagnosis == "peer-dead"
    assert "nothing from the responder after them" in found.detail


def test_traffic_that_ends_while_the_question_is_asked_is_no_life() -> None:
    (found,) = judged(ikev2(), stream("0a0a0a0a", back=True, until=31))
    assert found.diagnosis == "peer-dead"
    assert "no IKE message from the responder after them; its last ESP packet came 1.0 s after" in found.detail


def test_a_keepalive_is_a_sign_of_the_host() -> None:
    flow = Flow("udp-4500", INITIATOR, 500, RESPONDER, 500, 1, 90, keepalives=3)
    flow.last_keepalives = (40 * SECOND, None)
    (found,) = judged(ikev2(), flows=[flow])
    assert found.diagnosis == "peer-dead"
    assert "a NAT keepalive of it came 10.0 s after the first" in found.detail
    assert "nothing from" not in found.detail


def test_requests_on_port_500_after_the_change_to_4500() -> None:
    talk = ikev2("r")
    talk.n.began = 1
    talk.n.moves = [(3, INITIATOR, 4500, RESPONDER, 4500), (5, INITIATOR, 500, RESPONDER, 500)]
    (found,) = judged(talk, stream("0b0b0b0b", until=80))
    assert "from UDP port 500 to port 500, although the SA had changed to port 4500 before" in found.detail
    talk.n.moves = talk.n.moves[:1]
    (found,) = judged(talk, stream("0b0b0b0b", until=80))
    assert "port" not in found.detail


def test_a_nat_forgets_nothing_while_packets_go_through_it() -> None:
    for until, forgot in ((3, True), (65, False)):
        talk = healthy(nat="initiator")
        talk.now = 70.0
        for k in range(5):
            talk.say("INFORMATIONAL", message_id=2, length=57, again=k > 0, after=k)
        (found,) = judged(talk, stream("0b0b0b0b", until=until))
        assert ("long enough for a NAT" in found.detail) is forgot


def ignored_while_it_speaks(transmissions: int = 4) -> Talk:
    """An INFORMATIONAL that nobody answers; the responder asks, in between, whether the initiator is alive."""
    talk = healthy(failed_at="INFORMATIONAL", failed_by="none", failure="no answer")
    for k in range(transmissions):
        talk.say("INFORMATIONAL", message_id=2, length=130, again=k > 0, after=5)
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=k, length=57)
        talk.say("INFORMATIONAL", by="i", begun_by="r", message_id=k, length=57)
    return talk


def test_a_side_that_sends_other_ike_messages_is_alive_too() -> None:
    (found,) = judged(ignored_while_it_speaks())
    assert (found.diagnosis, found.confidence) == (ID, "likely")
    assert "INFORMATIONAL: 4 transmissions from the initiator over 15.6 s, no answer" in found.detail
    assert "The responder is alive: IKE messages of it came after that, 4 in all" in found.detail


def test_a_request_that_was_retransmitted_once_is_not_ignored() -> None:
    assert judged(ignored_while_it_speaks(2)) == []


@pytest.mark.parametrize("make", [ikev1, ikev2])
def test_traffic_from_before_the_clock_was_set_back_shows_no_life(make) -> None:
    """Its times are later, its frames are not."""
    talk = make()
    first = talk.n.exchanges[-1].steps[0].frame_number if make is ikev2 else 7
    old = stream("0a0a0a0a", back=True, at=1800, until=1830, first_frame=3, last_frame=first - 1)
    (found,) = judged(talk, old)
    assert found.diagnosis == "peer-dead"
    assert "nothing from the responder after them" in found.detail
    anew = stream("0a0a0a0a", back=True, at=10, until=80, last_frame=900)
    (found,) = judged(make(), old, anew)
    assert found.diagnosis == ID
