import pytest

from analyzer.assessment import Diagnosis
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode, one, sa2
from tests.negotiation import build as wire

ID = "ike-version-mismatch"


def refused(notify: int = 14) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
    talk.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[notify])
    return talk


def test_said_outright() -> None:
    made = diagnosed(refused(5))
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].detail) == ("likely", "INVALID_MAJOR_VERSION as the answer to IKEv2.")


def test_a_candidate_behind_no_proposal_chosen() -> None:
    diagnosis = one(ID, refused())
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("possible", 2)


def test_likely_where_the_responder_speaks_the_other_version_only() -> None:
    diagnosis = one(ID, refused(), main_mode(2, 20, initiator="192.0.2.77", outcome="established"))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.rank) == ("likely", 1)
    assert "IKEv1 only" in diagnosis.basis


def test_excluded_where_the_responder_chose_proposals_of_this_version() -> None:
    assert one(ID, refused(), healthy(2, 20)) is None


def told(talk: wire.Talk) -> list[Diagnosis]:
    return assess(talk.story(10)).diagnoses.get(1, [])


@pytest.mark.parametrize("notify", [5, 7, 1])
def test_an_ikev1_error_answers_an_ikev2_request(notify: int) -> None:
    talk = wire.Talk()
    talk.say(wire.init_request())
    talk.answer(wire.v1(wire.V1_INFORMATIONAL, wire.notify1(notify), mid=1, spis=(wire.SPI_I, wire.ZERO)))
    talk.say(wire.init_request(), after=2)
    made = told(talk)
    assert (ids(made), made[0].confidence, made[0].evidence_frames) == ([ID], "likely", (1, 2))
    assert "in an IKEv1 message that copies the initiator SPI, as the answer to IKEv2" in made[0].detail
    assert "anybody" in made[0].basis


@pytest.mark.parametrize("exchange", [wire.INIT, wire.INFORMATIONAL, wire.AGGRESSIVE])
def test_an_ikev2_error_answers_an_ikev1_request(exchange: int) -> None:
    talk = wire.Talk()
    talk.say(wire.main_1())
    error = wire.v2(exchange, wire.notify2(5), initiator=False, response=True, spis=(wire.SPI_I, wire.ZERO))
    talk.answer(error)
    made = told(talk)
    assert (ids(made), made[0].confidence) == ([ID], "likely")
    assert made[0].detail == (
        "INVALID_MAJOR_VERSION, in an IKEv2 message that copies the initiator SPI, as the answer to IKEv1."
    )


def test_an_error_that_the_true_answer_follows_is_forged_or_late() -> None:
    talk = wire.Talk()
    talk.say(wire.init_request())
    talk.answer(wire.v1(wire.V1_INFORMATIONAL, wire.notify1(5), mid=1, spis=(wire.SPI_I, wire.ZERO)))
    wire.established(talk)
    assert told(talk) == []
    talk.say(wire.sealed(wire.CREATE_CHILD_SA, 300, mid=2))
    talk.answer(wire.sealed(wire.CREATE_CHILD_SA, wire.NOTIFY, initiator=False, response=True, mid=2))
    assert ID not in ids(told(talk))
