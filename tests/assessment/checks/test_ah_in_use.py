from analyzer.negotiation.seen import Suite
from tests.assessment.build import found, healthy

ID = "ah-in-use"


def test_ah_is_a_note_unless_the_policy_objects() -> None:
    talk = healthy().child(protocol="AH", suite=Suite(protocol_id=2, integrity_id=12), response_frame=4)
    assert [(f.severity, f.policy, f.evidence_frames) for f in found(ID, talk)] == [("info", None, (4,))]
    (finding,) = found(ID, talk, policy="nist80077r1")
    assert (finding.severity, finding.evidence) == ("medium", "second-hand")


def test_a_policy_that_asks_for_esp() -> None:
    talk = healthy().child(protocol="AH", suite=Suite(protocol_id=2, integrity_id=12), response_frame=4)
    (finding,) = found(ID, talk, policy="asd-ism")
    assert (finding.severity, finding.clause) == ("high", "ASD ISM Dec 2025 ISM-0496")


def test_esp() -> None:
    assert found(ID, healthy().child(protocol="ESP", suite=Suite(encryption_id=20))) == []
