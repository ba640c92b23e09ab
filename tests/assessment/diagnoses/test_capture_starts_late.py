from tests.assessment.build import Talk, diagnosed, healthy, one

ID = "capture-starts-late"


def test_as_the_tracker_says() -> None:
    talk = Talk(outcome="incomplete", starts_late=True)
    talk.say("INFORMATIONAL", message_id=7)
    talk.say("INFORMATIONAL", by="r", message_id=7)
    (only,) = diagnosed(talk)
    assert (only.diagnosis, only.evidence_frames, only.detail) == (ID, (1,), "First message seen: INFORMATIONAL.")


def test_seen_from_the_start() -> None:
    assert one(ID, healthy()) is None
