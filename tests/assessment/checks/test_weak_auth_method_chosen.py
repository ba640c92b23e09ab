from tests.assessment.build import found, healthy, main_mode

ID = "weak-auth-method-chosen"


def test_ikev1_dss_by_the_rule_of_ikev2() -> None:
    talk = main_mode(outcome="established").choose(
        2, encryption_id=7, key_bits=128, integrity_id=4, ke_id=14, auth_method=2
    )
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.severity) == ("DSS signatures", "medium")


def test_ikev2_sides_when_they_could_be_read() -> None:
    talk = healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=10)
    (finding,) = found(ID, talk, policy="cnsa1")
    assert finding.subject == "Shared Key Message Integrity Code (initiator)"
    assert finding.title == "Authentication method in use, outside the policy"
    assert finding.evidence_frames == (3, 4)


def test_pre_shared_keys_are_fine_for_the_ietf() -> None:
    assert found(ID, main_mode(outcome="established")) == []
    assert found(ID, healthy(decrypted=True, auth_method_initiator=2)) == []
