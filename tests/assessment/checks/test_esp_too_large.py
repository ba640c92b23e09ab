from tests.assessment.build import icmp_of_traffic
from tests.assessment.lives import judged, with_child

ID = "esp-too-large"


def test_the_smallest_size_asked_for_how_often_and_how_long() -> None:
    errors = [
        icmp_of_traffic("fragmentation-needed", 90 + k, 10 + k, mtu=mtu) for k, mtu in enumerate((1400, 1280, 1280))
    ]
    (finding,) = judged(ID, with_child(), icmp=errors)
    assert (finding.severity, finding.negotiation, finding.subject) == ("info", 1, "ESP to 192.0.2.20")
    assert finding.detail == (
        "203.0.113.9 asks for packets of at most 1280 bytes where ESP goes from 192.0.2.10 to 192.0.2.20, 3 times "
        "over 2.0 s."
    )
    assert finding.evidence_frames == (90, 91, 92)


def test_a_router_that_names_no_size() -> None:
    (finding,) = judged(ID, with_child(), icmp=[icmp_of_traffic("fragmentation-needed")])
    assert "asks for packets of fewer bytes" in finding.detail
    assert finding.detail.endswith("once.")


def test_each_direction_apart() -> None:
    errors = [icmp_of_traffic("fragmentation-needed", mtu=1400, back=back) for back in (False, True)]
    assert [f.subject for f in judged(ID, with_child(), icmp=errors)] == ["ESP to 192.0.2.20", "ESP to 192.0.2.10"]


def test_other_errors_and_errors_about_ike() -> None:
    assert judged(ID, with_child(), icmp=[icmp_of_traffic("host-unreachable")]) == []
    about_ike = icmp_of_traffic("fragmentation-needed", mtu=1400, spi=None, protocol="udp")
    assert judged(ID, with_child(), icmp=[about_ike]) == []
