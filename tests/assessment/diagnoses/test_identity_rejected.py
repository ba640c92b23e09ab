from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "identity-rejected"


def test_ikev1_says_so() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(18, b"", True)])
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert (made[0].confidence, made[0].detail) == ("certain", "INVALID-ID-INFORMATION in phase 1.")


def test_a_candidate_behind_a_refusal() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init().ike_auth(answer=65)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"


def test_in_quick_mode_the_same_number_is_about_selectors() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.say("QUICK_MODE", message_id=5)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(18, b"", True)])
    assert one(ID, talk) is None
    assert one(ID, healthy()) is None
