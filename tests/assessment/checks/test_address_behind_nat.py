import pytest

from tests.assessment.build import found, healthy

ID = "address-behind-nat"


def test_the_side_behind_it() -> None:
    (finding,) = found(ID, healthy(nat="initiator", initiator="203.0.113.5"))
    assert (finding.severity, finding.confidence, finding.subject) == ("info", "likely", "203.0.113.5")
    assert finding.evidence_frames == (1,)
    assert found(ID, healthy(nat="responder"))[0].evidence_frames == (2,)
    assert len(found(ID, healthy(nat="both"))) == 2


def test_one_finding_for_an_address() -> None:
    (finding,) = found(ID, *[healthy(k, 10 * k, nat="initiator") for k in range(1, 4)])
    assert "in 3 negotiations" in finding.detail


@pytest.mark.parametrize("nat", ["none", None])
def test_no_nat(nat: str | None) -> None:
    assert found(ID, healthy(nat=nat)) == []


def test_what_is_seen_as_private_or_is_ipv6() -> None:
    assert found(ID, healthy(nat="initiator", initiator="10.1.2.3")) == [], "captured behind the NAT: it is seen"
    assert found(ID, healthy(nat="initiator", initiator="100.64.1.2")) == []
    assert found(ID, healthy(nat="initiator", initiator="2001:db8::1")) == []
