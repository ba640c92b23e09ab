from analyzer.negotiation.seen import SeenEap
from tests.assessment.build import Talk, found, healthy

ID, ONLY = "eap-only", 16417


def talk(
    answer: tuple[int, ...] = (36, 48), *, asked: bool = True, method: int = 13, before: tuple[int, ...] = ()
) -> Talk:
    made = Talk(outcome="established", decrypted=True).ike_sa_init()
    made.say("IKE_AUTH", message_id=1, inner=(35, 33, 44, 45), notifies=((ONLY, b"", True),) if asked else ())
    if before:
        made.say("IKE_AUTH", by="r", message_id=1, inner=before)
        made.say("IKE_AUTH", message_id=2, inner=(35,))
    mid = 2 if before else 1
    made.say("IKE_AUTH", by="r", message_id=mid, inner=answer)
    made.say("IKE_AUTH", message_id=mid + 1, inner=(48,))
    made.say("IKE_AUTH", by="r", message_id=mid + 1, inner=(39, 33, 44, 45))
    made.n.eap = (SeenEap(4, False, 1, 1, b""), SeenEap(5, False, 1, method, b""))
    return made


def test_no_proof_before_eap() -> None:
    (finding,) = found(ID, talk())
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("info", "certain", (3, 4))
    assert finding.detail.endswith("the method is EAP-TLS.")
    for weak in (4, 6, 26):
        assert found(ID, talk(method=weak))[0].severity == "high"


def test_a_responder_that_proves_itself_first() -> None:
    assert found(ID, talk((36, 37, 39, 48))) == []
    assert found(ID, talk(before=(36, 37, 39), method=4)) == [], "in a round of its own (RFC 4739)"


def test_not_asked_for_not_eap_or_not_read() -> None:
    assert found(ID, talk(asked=False)) == [], "then the initiator refuses it"
    refused = talk((41,))
    refused.n.eap = ()
    assert found(ID, refused) == []
    assert found(ID, healthy()) == []
    plain = healthy(decrypted=True)
    plain.say("IKE_AUTH", message_id=1, inner=(35, 39), notifies=((ONLY, b"", True),))
    assert found(ID, plain) == [], "offered and not used"
