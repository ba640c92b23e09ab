from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "ke-value-reused"


def test_one_value_of_a_host_for_several_sas() -> None:
    values = Values(drawn("a", "a", "b", by_initiator=False))
    (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.2", "192.0.2.1"), values=values)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "certain", (11, 21))
    assert finding.detail == "192.0.2.20 sent one value in the key exchanges of 2 IKE SAs."


def test_where_the_peer_s_value_has_to_be_checked_it_is_more() -> None:
    for method, severity in ((14, "low"), (31, "low"), (19, "medium"), (24, "medium")):
        (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.1"), values=Values(drawn("a", "a", method=method)))
        assert finding.severity == severity


def test_fresh_values_other_hosts_and_ml_kem_are_none() -> None:
    talks = several("192.0.2.1", "192.0.2.1"), several("192.0.2.1", "192.0.2.2")
    assert judged(ID, *talks[0], values=Values(drawn("a", "b"))) == []
    assert judged(ID, *talks[1], values=Values(drawn("a", "a"))) == []
    assert judged(ID, *talks[0], values=Values(drawn("a", "a", method=36))) == []


def test_who_sends_the_same_message_again_uses_no_value_twice() -> None:
    """Under the same SPI it is a retry, or a first message that somebody plays back."""
    talks = several("192.0.2.1", "192.0.2.1")
    talks[1].n.initiator_spi = talks[0].n.initiator_spi
    assert judged(ID, *talks, values=Values(drawn("a", "a"))) == []
