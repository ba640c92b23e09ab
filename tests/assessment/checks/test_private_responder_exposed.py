import pytest

from analyzer.assessment.scope import scope_of
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, found, healthy, main_mode, story

ID = "private-responder-exposed"


def test_a_private_address_answers_a_public_one() -> None:
    (finding,) = found(ID, healthy(initiator="203.0.113.5", responder="10.0.0.1"))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "certain", "10.0.0.1")
    assert (finding.detail, finding.evidence_frames) == ("It answered 203.0.113.5.", (2,))
    for responder in ("172.31.0.1", "192.168.1.1", "100.64.0.1"):
        assert found(ID, healthy(initiator="198.51.100.7", responder=responder))
    assert found(ID, healthy(initiator="2001:db8::5", responder="fd00::1"))


def test_one_finding_for_a_responder() -> None:
    talks = [healthy(k, 10 * k, initiator=f"203.0.113.{k}", responder="10.0.0.1") for k in range(1, 9)]
    (finding,) = found(ID, *talks)
    assert finding.detail.endswith("203.0.113.5 and 3 more.")
    assert len(finding.evidence_frames) == 8


@pytest.mark.parametrize(
    ("initiator", "responder"),
    [
        ("10.0.0.5", "10.0.0.1"),
        ("192.168.0.5", "10.0.0.1"),
        ("10.0.0.5", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1"),
        ("100.64.3.4", "10.0.0.1"),
        ("169.254.1.2", "192.168.0.1"),
        ("fe80::5", "fd00::1"),
        ("0.0.0.0", "10.0.0.1"),
    ],
)
def test_inside_outside_and_out(initiator: str, responder: str) -> None:
    assert found(ID, healthy(initiator=initiator, responder=responder)) == []


def test_no_answer_no_exposure() -> None:
    silent = Talk(outcome="unanswered", initiator="203.0.113.5", responder="10.0.0.1")
    silent.say("IKE_SA_INIT")
    assert found(ID, silent) == []
    asks = Talk(outcome="incomplete", initiator="203.0.113.5", responder="10.0.0.1")
    asks.say("INFORMATIONAL", by="r", begun_by="r")
    assert found(ID, asks) == []


def test_an_answer_whose_request_is_not_there_makes_it_likely() -> None:
    unasked = Talk(outcome="incomplete", initiator="203.0.113.5", responder="10.0.0.1")
    unasked.say("IKE_SA_INIT", by="r")
    (finding,) = found(ID, unasked)
    assert (finding.confidence, finding.evidence_frames) == ("likely", (1,))
    assert finding.detail == "It sent answers to 203.0.113.5; the capture has no request that they answer."
    (finding,) = found(ID, unasked, healthy(2, 10, initiator="203.0.113.6", responder="10.0.0.1"))
    assert (finding.confidence, finding.evidence_frames) == ("certain", (1, 11))
    assert finding.detail.startswith("It answered 203.0.113.6. It sent answers to 203.0.113.5;")
    (finding,) = found(ID, unasked, healthy(2, 10, initiator="203.0.113.5", responder="10.0.0.1"))
    assert (finding.confidence, finding.detail) == ("certain", "It answered 203.0.113.5.")


def test_a_host_that_moved_inside_is_named_by_its_address_there() -> None:
    talk = healthy(initiator="203.0.113.5", responder="198.51.100.1")
    assert found(ID, talk) == []
    talk.n.moves = [(1, "203.0.113.5", 500, "198.51.100.1", 500), (3, "203.0.113.5", 4500, "10.0.0.1", 4500)]
    assert [f.subject for f in found(ID, talk)] == ["10.0.0.1"]


def test_a_refusal_of_ikev1_is_an_answer() -> None:
    """It is an INFORMATIONAL exchange, which the responder begins."""
    refused = main_mode(messages=1, outcome="failed", initiator="203.0.113.5", responder="10.0.0.1")
    refused.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, encrypted=False, payloads=(11,), notifies=(14,))
    assert found(ID, refused)[0].evidence_frames == (2,)
    assert found(ID, refused.leave_out(1)) == [], "nothing was asked in this capture"
    later = Talk(version=1, outcome="incomplete", starts_late=True, initiator="203.0.113.5", responder="10.0.0.1")
    later.say("INFORMATIONAL", message_id=8)
    later.say("INFORMATIONAL", by="r", begun_by="r", message_id=9)
    assert found(ID, later) == [], "of an SA that is up: which side began it is not seen"


def test_networks_say_what_lies_inside() -> None:
    def titles(*networks: str) -> list[str]:
        judged = assess(story(healthy(initiator="10.0.0.5", responder="203.0.113.7")), scope=scope_of(networks))
        return [f.title for f in judged.findings if f.finding == ID]

    assert titles("203.0.113.0/24") == ["Responder inside answers an address outside"]
    assert titles("203.0.113.0/24", "10.0.0.0/8") == []
    assert titles() == []
