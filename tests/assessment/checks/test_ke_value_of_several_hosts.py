from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "ke-value-of-several-hosts"


def test_two_hosts_with_one_value() -> None:
    values = Values(drawn("a", "a", "b"))
    (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.2", "192.0.2.3"), values=values)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "likely", (10, 20))
    assert finding.detail == "192.0.2.1, 192.0.2.2 sent one value, in the key exchanges of 2 IKE SAs."


def test_both_sides_with_one_value() -> None:
    values = Values([*drawn("a"), *drawn("a", by_initiator=False)])
    (finding,) = judged(ID, *several("192.0.2.1"), values=values)
    assert (finding.detail, finding.evidence_frames) == ("Both sides sent one value.", (10, 11))
    assert judged(ID, *several("192.0.2.1"), values=Values([*drawn("a"), *drawn("b", by_initiator=False)])) == []


def test_two_hosts_with_one_ml_kem_key() -> None:
    values = Values(drawn("a", "a", method=36))
    (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.2"), values=values)
    assert finding.subject == "KE 36"


def test_very_many_hosts_are_counted() -> None:
    hosts = [f"192.0.2.{number}" for number in range(1, 10)]
    (finding,) = judged(ID, *several(*hosts), values=Values(drawn(*"aaaaaaaaa")))
    assert "192.0.2.5 and 4 more sent one value" in finding.detail


def test_one_host_and_its_move_to_another_address_are_none() -> None:
    values = Values(drawn("a", "a"))
    assert judged(ID, *several("192.0.2.1", "192.0.2.1"), values=values) == []
    moved = several("192.0.2.1", "192.0.2.2")
    moved[1].n.initiator_spi = moved[0].n.initiator_spi
    assert judged(ID, *moved, values=values) == []
