import pytest

from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import Talk, aggressive, diagnosed, healthy, ids, main_mode, one

ID = "identity-rejected"


def test_ikev1_says_so() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(18, b"", True)])
    made = diagnosed(talk)
    assert ids(made)[0] == ID
    assert (made[0].confidence, made[0].detail) == ("certain", "INVALID-ID-INFORMATION in phase 1.")


def test_a_candidate_behind_a_refusal() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init().ike_auth(answer=65)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.detail) == ("possible", "The refusal fits an unexpected identity.")
    request = talk.n.exchanges[1].steps[0].frame_number
    talk.n.identities += [SeenIdentity(request, True, 2, "i.example"), SeenIdentity(request, False, 2, "r.example")]
    told = one(ID, talk)
    assert told is not None
    assert told.detail.endswith("Seen: the initiator gives i.example, the initiator asks for r.example.")


def test_in_quick_mode_the_same_number_is_about_selectors() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.say("QUICK_MODE", message_id=5)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, notifies=[(18, b"", True)])
    assert one(ID, talk) is None
    assert one(ID, healthy()) is None


def named(name: str, number: int = 1, **fields) -> Talk:
    talk = aggressive(number, **fields)
    talk.n.identities.append(SeenIdentity(1, True, 11, name))
    return talk


def unanswered(name: str) -> Talk:
    talk = Talk(version=1, mode="aggressive", outcome="unanswered", failed_at="AGGRESSIVE", failed_by="none")
    talk.say("AGGRESSIVE", payloads=(1, 4, 10, 5))
    talk.say("AGGRESSIVE", payloads=(1, 4, 10, 5), again=True, after=3)
    talk.n.identities.append(SeenIdentity(1, True, 11, name))
    return talk


def test_a_group_name_that_gets_no_answer_while_another_does() -> None:
    made = diagnosed(unanswered("sales"), named("staff", 2))
    assert ids(made) == ["no-response", ID]
    assert made[1].confidence == "possible"
    assert made[1].detail == "sales gets no answer, while the responder answers staff."
    assert one(ID, unanswered("sales")) is None
    assert one(ID, unanswered("staff"), named("staff", 2)) is None


def two_of_one_name(*, gone: float | None = None, address: str = "192.0.2.9") -> list[Talk]:
    """gone: at which second the first SA is deleted; the other one begins in second 30.1."""
    first = healthy(initiator=address)
    if gone is not None:
        first.now = gone
        first.say("INFORMATIONAL", message_id=2, length=65, after=0)
        first.say("INFORMATIONAL", by="r", message_id=2, length=57)
    second = Talk(number=2, frame=20, at=30, outcome="failed", failed_at="IKE_AUTH", failed_by="responder")
    second.ike_sa_init().ike_auth(answer=65)
    for talk, frame in ((first, 3), (second, 22)):
        talk.n.identities = [SeenIdentity(frame, True, 2, "branch.example")]
    return [first, second]


def test_the_same_identity_is_in_already() -> None:
    diagnosis = one(ID, *two_of_one_name(), number=2)
    assert diagnosis is not None
    assert diagnosis.confidence == "possible"
    assert diagnosis.detail == "The same identity has an SA with this responder from 192.0.2.9: negotiation 1."
    assert "uniqueids" in diagnosis.advice
    for talks in (two_of_one_name(gone=10), two_of_one_name(address="192.0.2.10")):
        diagnosis = one(ID, *talks, number=2)
        assert diagnosis is not None
        assert "unexpected identity" in diagnosis.detail


@pytest.mark.parametrize(("gone", "stands"), [(30.0, False), (30.1, False), (30.2, True), (60, True), (None, True)])
def test_the_older_sa_stands_in_the_way_until_its_delete(gone: float | None, stands: bool) -> None:
    diagnosis = one(ID, *two_of_one_name(gone=gone), number=2)
    assert diagnosis is not None
    assert ("has an SA with this responder" in diagnosis.detail) is stands


def test_a_delete_without_a_time_ends_nothing() -> None:
    first, second = two_of_one_name(gone=10)
    first.change(first.n.exchanges[-1].steps[0].frame_number, time_ns=None)
    diagnosis = one(ID, first, second, number=2)
    assert diagnosis is not None
    assert "has an SA with this responder" in diagnosis.detail


def test_where_the_initiator_refuses_its_own_other_sa_is_no_hindrance() -> None:
    first, second = two_of_one_name()
    second.n.failed_by = "initiator"
    diagnosis = one(ID, first, second, number=2)
    assert diagnosis is None or "has an SA with this responder" not in diagnosis.detail
