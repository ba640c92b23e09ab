from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "group-registration-failed"


def registration(notifies: tuple = (), answered: bool = True, **fields) -> Talk:
    talk = healthy(failed_at="GSA_REGISTRATION", **fields)
    talk.say("GSA_REGISTRATION", message_id=2)
    if answered:
        talk.say("GSA_REGISTRATION", by="r", message_id=2, notifies=notifies)
    return talk


def test_the_key_server_names_its_reason() -> None:
    made = diagnosed(registration([(46, b"", True)], failed_by="responder", failure="AUTHORIZATION_FAILED"))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == (
        "certain",
        "AUTHORIZATION_FAILED in GSA_REGISTRATION from the responder.",
    )


def test_without_keys_the_length_speaks() -> None:
    made = diagnosed(registration(failed_by="responder"))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].title) == ("likely", "IKE SA up, group registration refused")


def test_silence() -> None:
    made = diagnosed(registration(answered=False, failed_by="none", failure="no answer"))
    assert ids(made) == [ID]
    assert made[0].title == "IKE SA up, group registration not answered"


def test_near_misses() -> None:
    assert one(ID, healthy()) is None
    child = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    child.say("CREATE_CHILD_SA", message_id=2)
    assert one(ID, child) is None
    assert one(ID, healthy(outcome="failed", failed_at="GSA_AUTH", failed_by="responder")) is None


def test_a_rekey_over_the_members_own_sa() -> None:
    talk = healthy(failed_at="GSA_INBAND_REKEY", failed_by="none", failure="no answer")
    talk.say("GSA_INBAND_REKEY", by="r", begun_by="r", message_id=0)
    made = one(ID, talk)
    assert made is not None
    assert made.title == "IKE SA up, group rekey not answered"
