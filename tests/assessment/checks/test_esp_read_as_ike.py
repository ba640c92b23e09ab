import pytest

from analyzer.assessment import Finding
from analyzer.capture.datagram import EspStream
from tests.assessment.assessed import assess
from tests.assessment.lives import fixtures_with
from tests.negotiation import build as wire

ID = "esp-read-as-ike"
SPI = "c1a2b3c4"


def stream(**changes: object) -> EspStream:
    """ESP in UDP from the responder to the initiator."""
    made = EspStream(SPI, "192.0.2.20", "192.0.2.10", "udp", 5, 40, 10**12 + 10**9, 10**12 + 20 * 10**9, packets=25)
    made.first_seq, made.last_seq = 1, 25
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def found(*streams: EspStream, version: int = 2, notify: int = 5, answers: int = 25) -> list[Finding]:
    talk = wire.Talk()
    wire.established(talk)
    for k in range(1, answers + 1):
        spis = f"{SPI}{k:08x}", "0f1e2d3c4b5a6978"
        error = (
            wire.v2(78, wire.notify2(notify), initiator=False, response=True, mid=k * 999, spis=spis)
            if version == 2
            else wire.v1(wire.V1_INFORMATIONAL, wire.notify1(notify), mid=k * 999, spis=spis)
        )
        talk.say(error, wire.A_4500, wire.B_4500, after=0.5)
    return [f for f in assess(talk.story(10, streams)).findings if f.finding == ID]


@pytest.mark.parametrize("version", [1, 2])
def test_each_packet_is_answered(version: int) -> None:
    (finding,) = found(stream(), version=version)
    assert (finding.severity, finding.confidence, finding.negotiation) == ("medium", "likely", 1)
    assert finding.detail == (
        "ESP packets are read as IKE: 192.0.2.10 answers 25 times with INVALID_MAJOR_VERSION, with the SPI and the "
        "sequence numbers of the ESP from 192.0.2.20 as initiator SPI."
    )
    assert finding.evidence_frames == (5, 29)


def test_sequence_numbers_that_were_not_captured_say_nothing() -> None:
    (finding,) = found(stream(first_seq=None, last_seq=None))
    assert finding.confidence == "likely"


@pytest.mark.parametrize("streams", [(), (stream(spi="11111111"),), (stream(first_seq=100, last_seq=125),)])
def test_without_the_stream_it_is_only_possible(streams: tuple[EspStream, ...]) -> None:
    (finding,) = found(*streams)
    assert finding.confidence == "possible"
    assert "no message of this capture has those SPIs" in finding.detail


def test_the_other_direction_is_not_answered() -> None:
    (finding,) = found(stream(src_ip="192.0.2.10", dst_ip="192.0.2.20"))
    assert finding.confidence == "possible"


def test_nothing_to_say() -> None:
    assert found(stream(), answers=0) == []
    assert found(stream(), notify=14) == []
    assert fixtures_with(ID) == set()
