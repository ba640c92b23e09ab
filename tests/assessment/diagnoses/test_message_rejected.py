from tests.assessment.build import Talk, diagnosed, ids, one

ID = "message-rejected"


def rejected(notify: int) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[notify])
    return talk


def test_invalid_syntax() -> None:
    made = diagnosed(rejected(7))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("likely", "INVALID_SYNTAX from the responder in IKE_SA_INIT.")


def test_unknown_errors_keep_their_number() -> None:
    diagnosis = one(ID, rejected(8888))
    assert diagnosis is not None
    assert "8888" in diagnosis.detail


def test_errors_with_a_diagnosis_of_their_own() -> None:
    for notify in (5, 14):
        assert one(ID, rejected(notify)) is None
