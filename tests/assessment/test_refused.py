import pytest

from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.refused import other_version_only, refused_at_first
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, main_mode, story


def case(*talks: Talk) -> Case:
    return Case(Scene(story(*talks), policies.load("ietf")), talks[0].n)


def refused(*notifies: int, by: str = "r", encrypted: bool = False, **fields) -> Talk:
    given = {"outcome": "failed", "failed_at": "IKE_SA_INIT", "failed_by": "responder"}
    talk = Talk(**{**given, **fields})
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by=by, encrypted=encrypted, notifies=list(notifies))
    return talk


def test_the_last_error_of_the_types_asked_for() -> None:
    made = case(refused(14, 5, 7))
    for types, expected in (((14, 5), 5), ((14,), 14)):
        error = refused_at_first(made, *types)
        assert error is not None
        assert (error.notify.notify_type, error.step.frame_number) == (expected, 2)
    assert refused_at_first(made, 17) is None


@pytest.mark.parametrize(
    "talk",
    [
        refused(14, outcome="incomplete"),
        refused(14, failed_at="IKE_AUTH"),
        refused(14, chosen_frame=2),
        refused(14, by="i"),
        refused(14, encrypted=True),
    ],
    ids=["not failed", "later", "after a choice", "by the initiator", "encrypted"],
)
def test_what_is_no_refusal_of_the_first_exchange(talk: Talk) -> None:
    assert refused_at_first(case(talk), 14) is None


def test_a_responder_known_in_the_other_version_only() -> None:
    old = main_mode(2, 20, outcome="established")
    why = other_version_only(case(refused(14), old))
    assert why is not None
    assert "IKEv1 only" in why
    assert other_version_only(case(refused(14))) is None
    assert other_version_only(case(refused(14), old, healthy(3, 40))) is None
