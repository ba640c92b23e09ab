from analyzer.assessment.checks.malformed_burst import ABOUT
from analyzer.negotiation.story import MalformedBurst
from tests.assessment.assessed import assess
from tests.assessment.build import healthy, story


def test_each_burst_once() -> None:
    kinds = ("wire-length", "wire-payload-overlong", "wire-spi-size", "wire-chain-value", "wire-field-short")
    made = story(healthy())
    made.malformed = (MalformedBurst("198.51.100.1", "192.0.2.20", 1060, tuple(range(1, 51)), kinds),)
    (finding,) = (f for f in assess(made).findings if f.finding == ABOUT.id)
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "likely", "198.51.100.1")
    assert finding.detail == (
        "1,060 malformed messages to 192.0.2.20: wire-length, wire-payload-overlong, wire-spi-size and 2 more."
    )
    assert (finding.negotiation, finding.evidence_frames) == (None, tuple(range(1, 11)))


def test_none() -> None:
    assert assess(story(healthy())).findings == []
