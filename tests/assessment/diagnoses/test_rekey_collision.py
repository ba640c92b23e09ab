from tests.assessment.build import Talk, diagnosed, healthy, ids, one

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
