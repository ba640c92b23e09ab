from tests.assessment.build import Talk, found

ID = "signature-hash-sha1-offered"


def announcing(data: bytes) -> Talk:
    talk = Talk(outcome="established")
    talk.say("IKE_SA_INIT", notifies=[(16431, data)])
    talk.say("IKE_SA_INIT", by="r", notifies=[(16431, b"\x00\x02")])
    return talk


def test_the_side_that_announces_it() -> None:
    (finding,) = found(ID, announcing(bytes.fromhex("0001000200030004")))
    assert (finding.subject, finding.severity, finding.clause) == ("SHA1 (initiator)", "medium", "RFC 8247 3.2")
    assert finding.evidence_frames == (1,)


def test_a_policy_without_a_word_on_it_still_lets_it_be_noted() -> None:
    assert [f.severity for f in found(ID, announcing(b"\x00\x01"), policy="anssi")] == ["low"]


def test_sha2_only_and_bytes_that_merely_lie_side_by_side() -> None:
    assert found(ID, announcing(bytes.fromhex("000200030004"))) == []
    assert found(ID, announcing(bytes.fromhex("02000100"))) == []
    assert found(ID, announcing(b"\x00")) == []
