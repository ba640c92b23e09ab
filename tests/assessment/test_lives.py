"""What findings about lives share."""

from analyzer.assessment import lives
from analyzer.assessment.checks.sa_moved import ABOUT
from analyzer.negotiation.life import Event
from analyzer.negotiation.life.streams import Joined
from tests.assessment.lives import stream


def event(confidence: str, frame: int | None) -> Event:
    return Event(7, None, "moved", 1, frame, True, None, confidence, "basis")


def test_as_sure_as_the_least_sure() -> None:
    found = lives.of_events(ABOUT, "it", [event("certain", 5), event("likely", None), event("certain", 3)], "text")
    assert (found.confidence, found.evidence_frames, found.negotiation) == ("likely", (3, 5), 7)
    assert (found.severity, found.policy, found.evidence) == ("info", None, None)


def test_many_frames_are_cut() -> None:
    found = lives.of_events(ABOUT, "it", [event("certain", i) for i in range(50)], "text")
    assert len(found.evidence_frames) == lives.FRAMES_KEPT


def test_words_for_streams() -> None:
    there = Joined(stream(encapsulation="ah"), 1, 1, "spi", False)
    assert (lives.direction(there), lives.protocol(there)) == ("192.0.2.10 to 192.0.2.20 (to the responder)", "AH")
    nobody = Joined(stream(), None, None, None, None)
    assert (lives.direction(nobody), lives.protocol(nobody)) == ("192.0.2.10 to 192.0.2.20", "ESP")
