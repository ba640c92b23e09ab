import pytest

from analyzer.capture.datagram import Flow
from tests.assessment.build import SECOND
from tests.assessment.lives import fixtures_with, judged, recorded, with_child

ID = "nat-between-peers"


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_with_mapped_ports_and_keepalives(keyed: bool) -> None:
    """kernel-libipsec claims a NAT on its own side too, to force encapsulation: both."""
    (finding,) = recorded(ID, "ikev2-natt-data", keyed=keyed)
    assert (finding.severity, finding.confidence, finding.subject) == ("info", "likely", "both sides")
    assert "The initiator is seen as 203.0.113.1:496, then 203.0.113.1:63302;" in finding.detail
    assert finding.detail.endswith("; keepalives at least 2.0 s apart.")
    assert finding.evidence_frames == (3, 5)


def test_only_where_a_nat_is() -> None:
    assert fixtures_with(ID) == {
        "ikev1-nat-4500-blocked",
        "ikev1-natt-data",
        "ikev2-lost-between-points",
        "ikev2-nat-forgot",
        "ikev2-nat-rebinding",
        "ikev2-nat-seen-twice",
        "ikev2-natt-data",
        "ikev2-one-way-traffic",  # claimed by kernel-libipsec, as in the next
        "ikev2-traffic-after-delete",
        "vpnc-to-strongswan",  # sends the hash of an address that is not its peer's
    }


@pytest.mark.parametrize(("nat", "subject"), [("initiator", "the initiator"), ("responder", "the responder")])
def test_one_side(nat: str, subject: str) -> None:
    (finding,) = judged(ID, with_child(nat=nat))
    assert finding.subject == subject
    assert "keepalives" not in finding.detail


@pytest.mark.parametrize("nat", ["none", None])
def test_none_or_not_known(nat: str | None) -> None:
    assert judged(ID, with_child(nat=nat)) == []


def test_keepalives_of_other_flows_are_not_counted() -> None:
    talk = with_child(nat="initiator")
    talk.n.moves = [(1, "192.0.2.10", 4500, "192.0.2.20", 4500)]
    mine = Flow("udp", "192.0.2.20", 4500, "192.0.2.10", 4500, 1, 9, keepalive_gap_ns=20 * SECOND)
    other = Flow("udp", "192.0.2.77", 4500, "192.0.2.20", 4500, 1, 9, keepalive_gap_ns=5 * SECOND)
    assert judged(ID, talk, flows=[mine, other])[0].detail.endswith("keepalives at least 20.0 s apart.")
    assert "keepalives" not in judged(ID, talk, flows=[other])[0].detail
