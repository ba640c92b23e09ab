from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one

ID = "rekey-collision"


def test_requests_that_cross() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", begun_by="r", message_id=0)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2)
    talk.say("CREATE_CHILD_SA", by="i", begun_by="r", message_id=0)
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert made[0].evidence_frames == (5, 6, 7, 8)


def one_after_the_other() -> Talk:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", begun_by="r", message_id=0)
    talk.say("CREATE_CHILD_SA", by="i", begun_by="r", message_id=0)
    return talk


def test_one_after_the_other_is_normal() -> None:
    assert one(ID, one_after_the_other()) is None


def test_temporary_failure_tells_of_one() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(43, b"", True)])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail == "TEMPORARY_FAILURE (decrypted)."


def test_it_says_what_the_other_side_was_doing() -> None:
    for exchange, inner, words in (
        ("CREATE_CHILD_SA", None, ": the responder rekeys too (frame 6)."),
        ("INFORMATIONAL", (42,), ": the responder deletes an SA at that moment (frame 6)."),
        ("INFORMATIONAL", (), "(decrypted)."),
    ):
        talk = healthy()
        talk.say("CREATE_CHILD_SA", message_id=2)
        talk.say(exchange, by="r", begun_by="r", message_id=0, inner=inner)
        talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(44, b"", True)])
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert diagnosis.detail.startswith("CHILD_SA_NOT_FOUND (decrypted)")
        assert diagnosis.detail.endswith(words)


def test_notifies_of_these_numbers_in_ikev1_and_elsewhere_are_others() -> None:
    old = main_mode(outcome="established")
    old.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(43, b"", True)])
    assert one(ID, old) is None
    talk = healthy()
    talk.say("INFORMATIONAL", by="r", begun_by="r", notifies=[(44, b"", True)])
    assert one(ID, talk) is None
