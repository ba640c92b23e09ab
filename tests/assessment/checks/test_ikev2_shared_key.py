from tests.assessment.build import found, healthy, main_mode

ID = "ikev2-shared-key"


def methods(initiator: int | None, responder: int | None, **fields):
    given = {"decrypted": True, "auth_method_initiator": initiator, "auth_method_responder": responder, **fields}
    return found(ID, healthy(**given))


def test_method_2_of_either_side() -> None:
    (finding,) = methods(2, 2)
    assert (finding.severity, finding.confidence) == ("info", "certain")
    assert "of the initiator and the responder" in finding.detail
    assert "of the responder;" in methods(14, 2)[0].detail
    assert finding.evidence_frames == (3, 4)


def test_other_methods_or_none_read() -> None:
    assert methods(14, 14) == []
    assert methods(1, 13) == []
    assert methods(None, None) == []
    assert methods(2, 2, decrypted=False) == [], "nothing was read with keys"
    assert found(ID, main_mode(outcome="established")) == []
