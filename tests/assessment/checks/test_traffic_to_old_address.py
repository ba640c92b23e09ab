import pytest

from analyzer.assessment import Finding
from analyzer.capture.datagram import EspStream
from tests.assessment.build import RESPONDER, Talk
from tests.assessment.lives import fixtures_with, judged, stream, with_child

ID = "traffic-to-old-address"
NEW = "203.0.113.7"


def moved(*, back: bool = False) -> Talk:
    """The initiator moves at 20 s, and with `back` returns at 30 s."""
    talk = with_child()
    talk.n.began = 1
    for number, (at, ip) in enumerate([(20, NEW), (30, "192.0.2.10")][: 1 + back], 2):
        talk.now = at
        talk.n.moves.append((talk.frame, ip, 500, RESPONDER, 500))
        talk.say("INFORMATIONAL", message_id=number)
        talk.say("INFORMATIONAL", by="r", message_id=number)
    return talk


def found(talk: Talk, *streams: EspStream) -> list[Finding]:
    return judged(ID, talk, streams=streams)


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp"])
def test_traffic_still_goes_to_the_address_left(encapsulation: str) -> None:
    (finding,) = found(moved(), stream("0a0a0a0a", back=True, until=80, encapsulation=encapsulation))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert finding.detail.endswith("s after the SA had moved away from 192.0.2.10.")
    assert ("AH" if encapsulation == "ah" else "ESP") in finding.detail


def test_in_flight_from_it_or_after_the_return_is_nothing() -> None:
    assert found(moved(), stream("0a0a0a0a", back=True, until=24)) == []
    assert found(moved(), stream("0b0b0b0b", until=80)) == []
    assert found(moved(back=True), stream("0a0a0a0a", back=True, until=80)) == []
    assert found(with_child(), stream("0a0a0a0a", back=True, until=80)) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()
