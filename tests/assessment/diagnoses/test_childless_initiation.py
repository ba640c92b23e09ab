"""Without keys a refused child SA and none asked for have the same lengths: both are listed."""

from tests.assessment.assessed import assess
from tests.assessment.build import diagnosed, healthy
from tests.negotiation.build import (
    AUTH_CHILDLESS,
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    IKE_AUTH,
    Talk,
    init_answer,
    init_request,
    notify2,
    sealed,
)

ID = "childless-initiation"
ANNOUNCED = [notify2(16418)]


def talk(announced: bool, asked: int = 298) -> Talk:
    t = Talk()
    t.say(init_request())
    t.answer(init_answer(extra=ANNOUNCED if announced else []))
    t.say(sealed(IKE_AUTH, asked))
    t.answer(sealed(IKE_AUTH, AUTH_CHILDLESS, initiator=False, response=True))
    return t


def diagnoses(t: Talk) -> list[tuple[str, str]]:
    found = assess(t.story(10)).diagnoses.get(1, [])
    return [(d.diagnosis, d.confidence) for d in found]


def test_both_causes_are_listed_the_refusal_first() -> None:
    found = diagnoses(talk(announced=True))
    assert found[0] == ("child-negotiation-failed", "likely")
    assert found[-1] == (ID, "possible")


def test_a_responder_that_does_not_allow_it() -> None:
    found = [name for name, _ in diagnoses(talk(announced=False))]
    assert "child-negotiation-failed" in found
    assert ID not in found


def test_a_request_without_room_for_a_child_sa_failed_at_nothing() -> None:
    assert diagnoses(talk(announced=True, asked=150)) == []


def test_a_child_that_comes_later_settles_it() -> None:
    t = talk(announced=True)
    t.say(sealed(CREATE_CHILD_SA, 200, mid=2))
    t.answer(sealed(CREATE_CHILD_SA, CHILD_ANSWER, initiator=False, response=True, mid=2))
    assert diagnoses(t) == []


def test_what_is_healthy() -> None:
    assert [d.diagnosis for d in diagnosed(healthy())] == []
