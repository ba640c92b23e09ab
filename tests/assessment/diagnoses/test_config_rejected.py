from tests.assessment.build import diagnosed, healthy, ids, one

ID = "config-rejected"


def test_ikev2_notify() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder").leave_out(4)
    talk.say("IKE_AUTH", by="r", message_id=1, notifies=[(36, b"", True)])
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("certain", "INTERNAL_ADDRESS_FAILURE.")


def test_nothing_refused() -> None:
    assert one(ID, healthy()) is None
