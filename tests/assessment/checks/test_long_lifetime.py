from analyzer.negotiation.seen import Suite
from tests.assessment.build import Talk, found, main_mode

ID = "long-lifetime"


def lasting(seconds: int | None) -> Talk:
    return main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, lifetime_s=seconds)


def test_longer_than_a_day_where_the_policy_is_silent() -> None:
    (finding,) = found(ID, lasting(604_800))
    assert (finding.severity, finding.subject, finding.policy) == ("low", "IKE SA: 604800 s", None)
    assert found(ID, lasting(86_400)) == []
    assert found(ID, lasting(None)) == []


def test_the_policys_own_limit() -> None:
    (finding,) = found(ID, lasting(14_400), policy="asd-ism")
    assert (finding.severity, finding.clause) == ("high", "ASD ISM Dec 2025 ISM-0498")
    assert found(ID, lasting(14_399), policy="asd-ism") == []


def test_child_sas_only_by_policy() -> None:
    talk = lasting(28_800).child(protocol="ESP", suite=Suite(encryption_id=12, lifetime_s=86_400), response_frame=8)
    assert found(ID, talk) == []
    (finding,) = found(ID, talk, policy="nist80077r1")
    assert (finding.subject, finding.evidence_frames) == ("child SA 1: 86400 s", (8,))
