from tests.assessment.build import INITIATOR, RESPONDER, Talk, diagnosed, healthy, ids, one

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


def test_what_the_two_agreed_on_elsewhere() -> None:
    other = healthy(2, 30).child(frame_number=32, response_frame=33)
    other.n.children[0].initiator_ts, other.n.children[0].responder_ts = ["10.1.0.0/24"], ["10.2.0.0/24"]
    diagnosis = one(ID, refused(38), other)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("Elsewhere in this capture the two agreed on 10.1.0.0/24 to 10.2.0.0/24.")
    assert diagnosis.evidence_frames == (5, 6, 33)
    back = healthy(2, 30, initiator=RESPONDER, responder=INITIATOR)
    back.child(initiator_ts=["10.1.0.0/24"], responder_ts=["10.2.0.0/24"])
    unlike = one(ID, refused(38), back)
    assert unlike is not None
    assert "Elsewhere" not in unlike.detail


def test_another_reason_excludes_it() -> None:
    assert one(ID, refused(14)) is None
    assert one(ID, healthy()) is None


def test_selectors_that_were_not_read_are_not_named() -> None:
    for unread in ("initiator_ts", "responder_ts"):
        talk = refused(38)
        setattr(talk.n.children[0], unread, None)
        diagnosis = one(ID, talk)
        assert diagnosis is not None
        assert diagnosis.detail == "TS_UNACCEPTABLE in CREATE_CHILD_SA from the responder."
