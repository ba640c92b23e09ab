from analyzer.assessment import Finding
from analyzer.negotiation.story import MalformedAuthIp
from tests.assessment.assessed import assess
from tests.assessment.build import main_mode, story

ID = "authip-malformed"


def of(*some: MalformedAuthIp) -> list[Finding]:
    made = story(main_mode(outcome="established"))
    made.authip = some
    return [f for f in assess(made).findings if f.finding == ID]


def test_each_two_hosts() -> None:
    authip = MalformedAuthIp("192.0.2.10", "192.0.2.20", 3, True, (1, 2, 3))
    other = MalformedAuthIp("192.0.2.11", "192.0.2.20", 1, False, (4,))
    first, second = of(authip, other)
    assert (first.severity, first.confidence, first.negotiation) == ("medium", "possible", None)
    assert (first.subject, first.evidence_frames) == ("192.0.2.10", (1, 2, 3))
    assert first.detail == "Malformed messages (AuthIP) to 192.0.2.20: 3."
    assert second.detail == "Malformed messages (IKEv1) to 192.0.2.20: 1."


def test_none() -> None:
    assert of() == []
