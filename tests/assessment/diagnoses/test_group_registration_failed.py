import pytest

from analyzer.assessment import Diagnosis
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, one
from tests.negotiation import build
from tests.negotiation.groups import phase_1, pull

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


def pulled(last: int) -> list[Diagnosis]:
    """GROUPKEY-PULL up to this message, and a minute more."""
    talk = build.Talk()
    phase_1(talk)
    pull(talk, last)
    return assess(talk.story(60)).diagnoses.get(1, [])


def test_the_member_stops() -> None:
    (made,) = pulled(2)
    assert (made.diagnosis, made.confidence) == (ID, "likely")
    assert made.title == "IKE SA up, group registration not completed"
    assert made.detail.startswith("GROUPKEY_PULL stops after message 2: the initiator does not take up")


@pytest.mark.parametrize(("last", "confidence"), [(1, "likely"), (3, "possible")])
def test_how_many_messages_a_capture_would_have_to_lack(last: int, confidence: str) -> None:
    (made,) = pulled(last)
    assert (made.diagnosis, made.confidence) == (ID, confidence)
    assert pulled(4) == []


def test_an_answer_that_does_not_arrive_has_another_name() -> None:
    talk = build.Talk()
    phase_1(talk)
    for _ in range(4):
        talk.now += 3
        pull(talk, 2)
    assert ids(assess(talk.story(60)).diagnoses[1]) == ["answers-lost"]


def test_once_or_retransmitted() -> None:
    for times, confidence in ((1, "possible"), (3, "likely")):
        talk = registration(answered=False, failed_by="none", failure="no answer")
        for _ in range(times - 1):
            talk.say("GSA_REGISTRATION", message_id=2, again=True, after=2)
        made = one(ID, talk)
        assert made is not None
        assert made.confidence == confidence
