import pytest

from tests.assessment.build import diagnosed, healthy, ids, main_mode, one

ID = "config-rejected"


def test_ikev2_notify() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder").leave_out(4)
    talk.say("IKE_AUTH", by="r", message_id=1, notifies=[(36, b"", True)])
    made = diagnosed(talk)
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("certain", "INTERNAL_ADDRESS_FAILURE.")


def test_nothing_refused() -> None:
    assert one(ID, healthy()) is None


@pytest.mark.parametrize(("by", "confidence"), [("initiator", "likely"), ("none", "possible")])
def test_mode_config_that_nobody_answers_is_perhaps_not_refused(by: str, confidence: str) -> None:
    talk = main_mode(outcome="established", failed_at="TRANSACTION", failed_by=by)
    talk.say("TRANSACTION", message_id=7, length=76)
    made = one(ID, talk)
    assert made is not None
    assert made.confidence == confidence


def test_what_failed_before_a_quick_mode_was_not_the_address() -> None:
    talk = main_mode(outcome="established", failed_at="TRANSACTION", failed_by="none")
    talk.say("TRANSACTION", message_id=7, length=76)
    talk.say("QUICK_MODE", message_id=8, length=300)
    assert one(ID, talk) is None
