from tests.assessment.build import found, healthy

ID = "null-authentication"


def test_the_side_without_a_proof() -> None:
    (finding,) = found(ID, healthy(decrypted=True, auth_method_initiator=13, auth_method_responder=1))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("high", "initiator", (3, 4))


def test_proofs_and_what_was_not_read() -> None:
    assert found(ID, healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=2)) == []
    assert found(ID, healthy()) == []
