import pytest

from analyzer.assessment import Finding
from analyzer.capture.datagram import EspStream
from tests.assessment.build import Talk, healthy, main_mode
from tests.assessment.lives import fixtures_with, judged, stream, with_child

ID = "child-sa-not-renewed"


def old(version: int) -> Talk:
    if version == 2:
        return with_child()
    talk = main_mode(outcome="established")
    return talk.child(protocol="ESP", initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")


def new(version: int) -> Talk:
    if version == 2:
        return healthy(number=2, frame=60, at=60)
    return main_mode(number=2, frame=60, at=60, outcome="established")


def found(version: int, *streams: EspStream, second: Talk | None = None) -> list[Finding]:
    return judged(ID, old(version), second or new(version), streams=streams)


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp"])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_one_direction_goes_on(version: int, back: bool, encapsulation: str) -> None:
    spis = ("0a0a0a0a", "0b0b0b0b") if back else ("0b0b0b0b", "0a0a0a0a")
    goes_on = stream(spis[0], back=back, until=90, encapsulation=encapsulation)
    stopped = stream(spis[1], back=not back, until=50, encapsulation=encapsulation)
    (finding,) = found(version, goes_on, stopped)
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "likely", f"SPI {spis[0]}")
    what = "quick mode" if version == 1 else "child SA"
    assert finding.detail.startswith(f"No {what} in negotiation 2, which began 10.")
    assert "one direction only" in finding.detail


@pytest.mark.parametrize(("ours", "theirs"), [(90, 90), (55, 50), (62, 50), (90, 70)])
def test_healthy_traffic_is_no_finding(ours: float, theirs: float) -> None:
    """Both ways, over before, only just, and renewed inside traffic that goes both ways."""
    assert found(1, stream(until=ours), stream("0a0a0a0a", back=True, until=theirs)) == []


def test_a_new_child_is_what_it_takes() -> None:
    second = new(1)
    second.say("QUICK_MODE", message_id=9)
    assert found(1, stream(until=90), stream("0a0a0a0a", back=True, until=50), second=second) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()
