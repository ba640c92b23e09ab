from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "one-way-capture"


def test_an_initiator_that_goes_on_without_answers() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_AUTH", message_id=1)
    made = diagnosed(talk, last=60)
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (1, 2))


def test_main_modes_third_message_needs_the_second() -> None:
    talk = Talk(version=1, outcome="incomplete")
    talk.say("IDENTITY_PROTECTION")
    talk.say("IDENTITY_PROTECTION", payloads=(4, 10))
    assert one(ID, talk, last=60) is not None


def test_answers_without_questions() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", by="r")
    diagnosis = one(ID, talk, last=60)
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"  # reflection looks like it


def test_repeating_the_first_message_proves_nothing() -> None:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", again=True)
    assert one(ID, talk, last=60) is None
    assert one(ID, healthy()) is None


def test_a_key_server_that_sends_to_its_members_expects_no_answer() -> None:
    talk = Talk(1, mode="group-rekey", outcome="established")
    for _ in range(3):
        talk.say("NEW_GROUP_MODE")
    assert one(ID, talk, last=60) is None
