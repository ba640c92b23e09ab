from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "child-proposal-mismatch"


def refused(notify: int) -> Talk:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(notify, b"", True)])
    return talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6)


def test_the_decrypted_notify() -> None:
    made = diagnosed(refused(14))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("certain", (5, 6))
    assert made[0].detail == "NO_PROPOSAL_CHOSEN in CREATE_CHILD_SA from the responder."


def test_another_reason_excludes_it() -> None:
    assert one(ID, refused(38)) is None
    assert one(ID, healthy()) is None
