import pytest

from tests.assessment.lives import fixtures_with, judged, stream, with_child

ID = "packets-out-of-order"


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp"])
def test_packets_beyond_the_replay_window(encapsulation: str) -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(encapsulation=encapsulation, late_32=7, late_64=2),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert "7 of 100 packets come 32 or more numbers late, 2 of them 64 or more" in finding.detail
    assert finding.detail.startswith("AH" if encapsulation == "ah" else "ESP")


def test_little_disorder_and_what_cannot_be_known_is_no_finding() -> None:
    assert judged(ID, with_child(), streams=(stream(late_32=2, late_64=2), stream("2"))) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()
