from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "initiator-stopped"


def test_an_answer_that_nobody_took_up() -> None:
    basis = "the initiator did not go on after the responder's message"
    talk = main_mode(
        messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="initiator", outcome_basis=basis
    )
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].basis) == ("likely", basis)


def test_an_initiator_that_said_why() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator").ike_sa_init().ike_auth()
    talk.say("INFORMATIONAL", message_id=2, length=65)
    assert one(ID, talk) is None
    cookie = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="initiator", failure="COOKIE").ike_sa_init()
    assert one(ID, cookie) is None
    assert one(ID, healthy()) is None
