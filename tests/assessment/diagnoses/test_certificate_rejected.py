from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "certificate-rejected"


def test_ikev1_says_so() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(22, b"", True)])
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert made[0].detail == "INVALID-CERT-AUTHORITY in phase 1."


def refused(*payloads: int) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40, *payloads))
    return talk.ike_auth(answer=65)


def test_a_candidate_where_certificates_are_asked_for() -> None:
    diagnosis = one(ID, refused(38))
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"


def test_not_where_nothing_speaks_of_certificates() -> None:
    assert one(ID, refused()) is None
    assert one(ID, healthy()) is None
