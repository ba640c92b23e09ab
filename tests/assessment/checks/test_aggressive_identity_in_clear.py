from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import aggressive, found, main_mode

ID = "aggressive-identity-in-clear"


def test_each_sides_identity_once() -> None:
    talk = aggressive()
    identity = "vpn\x1b[31m<b>"
    talk.n.identities = [
        SeenIdentity(1, True, 11, identity),
        SeenIdentity(1, True, 11, identity),
        SeenIdentity(2, False, 2, "gw"),
    ]
    findings = found(ID, talk)
    assert [(f.subject, f.evidence_frames) for f in findings] == [(identity, (1,)), ("gw", (2,))]
    assert findings[0].detail == "ID_KEY_ID of the initiator, unencrypted."


def test_decrypted_identities_are_not_in_clear() -> None:
    talk = main_mode(outcome="established")
    talk.n.identities = [SeenIdentity(5, True, 2, "secret.example")]
    assert found(ID, talk) == []
    late = aggressive()
    late.n.identities = [SeenIdentity(3, True, 2, "secret.example")]
    assert found(ID, late) == []
