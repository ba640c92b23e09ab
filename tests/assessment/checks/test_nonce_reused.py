from analyzer.negotiation.values import Values
from tests.assessment.lives import drawn, judged, several

ID = "nonce-reused"


def test_one_nonce_for_two_sas() -> None:
    (finding,) = judged(ID, *several("192.0.2.1", "192.0.2.1"), values=Values((), drawn("a", "a")))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "certain", (10, 20))


def test_one_nonce_of_two_hosts() -> None:
    talks = several("192.0.2.1", "192.0.2.2", outcome="failed")
    (finding,) = judged(ID, *talks, values=Values((), drawn("a", "a")))
    assert finding.severity == "high"
    assert finding.detail == "192.0.2.1, 192.0.2.2 sent one nonce in the exchanges of 2 IKE SAs."


def test_a_host_that_begins_anew_after_a_refusal_may_keep_its_nonce() -> None:
    talks = several("192.0.2.1", "192.0.2.1")
    talks[0].n.outcome = "failed"
    (finding,) = judged(ID, *talks, values=Values((), drawn("a", "a")))
    assert finding.severity == "low"


def test_one_nonce_of_both_sides() -> None:
    values = Values((), [*drawn("a"), *drawn("a", by_initiator=False)])
    (finding,) = judged(ID, *several("192.0.2.1"), values=values)
    assert (finding.severity, finding.detail, finding.evidence_frames) == (
        "high",
        "Both sides sent one nonce.",
        (10, 11),
    )
    others = Values((), [*drawn("a"), *drawn("b", by_initiator=False)])
    assert judged(ID, *several("192.0.2.1"), values=others) == []


def test_a_retry_and_fresh_nonces_are_none() -> None:
    talks = several("192.0.2.1", "192.0.2.1")
    assert judged(ID, *talks, values=Values((), drawn("a", "b"))) == []
    assert judged(ID, *talks, values=Values(drawn("a", "a"))) == []  # values of a key exchange are no nonces
    talks[1].n.initiator_spi = talks[0].n.initiator_spi
    assert judged(ID, *talks, values=Values((), drawn("a", "a"))) == []
