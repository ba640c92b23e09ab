from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "traffic-selector-mismatch"


def refused(notify: int) -> Talk:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(notify, b"", True)])
    return talk.child(
        outcome="failed",
        created_by="CREATE_CHILD_SA",
        frame_number=5,
        response_frame=6,
        initiator_ts=["10.1.0.0/24"],
        responder_ts=["10.9.0.0/24", "10.8.0.0/24"],
    )


def test_the_decrypted_notify_with_what_was_asked_for() -> None:
    made = diagnosed(refused(38))
    assert ids(made) == [ID]
    assert made[0].detail == (
        "TS_UNACCEPTABLE in CREATE_CHILD_SA from the responder. Asked for: 10.1.0.0/24 to 10.9.0.0/24, 10.8.0.0/24."
    )


def test_another_reason_excludes_it() -> None:
    assert one(ID, refused(14)) is None
    assert one(ID, healthy()) is None
