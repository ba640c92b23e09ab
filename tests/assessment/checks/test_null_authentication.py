from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import found, healthy

ID = "null-authentication"


def test_the_side_without_a_proof() -> None:
    (finding,) = found(ID, healthy(decrypted=True, auth_method_initiator=13, auth_method_responder=1))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("high", "initiator", (3, 4))


def test_proofs_and_what_was_not_read() -> None:
    assert found(ID, healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=2)) == []
    assert found(ID, healthy()) == []


def test_no_identity_with_another_proof() -> None:
    talk = healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=1)
    talk.n.identities = [SeenIdentity(3, True, 13, "", 0), SeenIdentity(4, False, 2, "gw.example", 10)]
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.title, finding.evidence_frames) == ("low", "Peer that stays nameless", (3,))
    assert finding.detail == "The initiator sends ID_NULL and authenticates with method 2."


def test_null_authentication_beside_a_proof() -> None:
    talk = healthy(decrypted=True, auth_method_initiator=1, auth_method_responder=1)
    assert found(ID, talk.change(3, notifies=())) == []
    talk = healthy(decrypted=True, auth_method_initiator=1, auth_method_responder=1)
    talk.say("IKE_AUTH", message_id=1, notifies=((40960, bytes(32), True),))
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "possible", "initiator")
    for notify in ((40960, b"another's", True), (40961, bytes(32), True), (40960, bytes(32), False)):
        other = healthy(decrypted=True, auth_method_initiator=1, auth_method_responder=1)
        other.say("IKE_AUTH", message_id=1, notifies=(notify,))
        assert found(ID, other) == []
