import pytest

from analyzer.negotiation.follow.nat import ikev2_digest
from analyzer.negotiation.seen import SeenNotify
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


@pytest.mark.parametrize(
    ("ip", "port", "told"),
    [("10.1.2.3", 500, True), ("203.0.113.5", 500, False), ("203.0.113.5", 4500, False), ("0.0.0.0", 0, False)],
)
def test_hashes_that_hide_no_address(ip: str, port: int, told: bool) -> None:
    talk = healthy(nat="initiator", initiator="203.0.113.5", initiator_spi="5f1a90c2d4e7b386")
    digest = ikev2_digest(bytes.fromhex("5f1a90c2d4e7b386") + bytes(8), ip, port)
    talk.change(1, notifies=(SeenNotify(16388, 0, digest, False),))
    assert len(found(ID, talk)) == told


def test_a_hash_of_zeros_forces_encapsulation() -> None:
    talk = healthy(nat="initiator", initiator="203.0.113.5")
    assert found(ID, talk.change(1, notifies=(SeenNotify(16388, 0, bytes(20), False),))) == []
