from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "ml-kem-value-reused"


def test_one_encapsulation_key_for_two_sas() -> None:
    values = Values(drawn("a", "a", method=36))
    (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.1"), values=values)
    assert (finding.severity, finding.confidence) == ("high", "certain")
    assert finding.detail == "ml-kem-768, the key: 192.0.2.1 sent one in the key exchanges of 2 IKE SAs."


def test_one_ciphertext_of_two_hosts() -> None:
    talks = several("192.0.2.1", "192.0.2.2")
    talks[1].n.responder_ip = "192.0.2.21"
    (finding,) = judged(ID, *talks, values=Values(drawn("a", "a", method=37, by_initiator=False)))
    assert "the ciphertext: 192.0.2.20, 192.0.2.21 sent one" in finding.detail


def test_fresh_ones_and_other_methods() -> None:
    talks = several("192.0.2.1", "192.0.2.1")
    assert judged(ID, *talks, values=Values(drawn("a", "b", method=36))) == []
    assert judged(ID, *talks, values=Values(drawn("a", "a", method=31))) == []
