import pytest

from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.causes import child_cause
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, main_mode, story


def cause(talk: Talk) -> str | None:
    return child_cause(Case(Scene(story(talk), policies.load("ietf")), talk.n))


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        (14, "child-proposal-mismatch"),
        (38, "traffic-selector-mismatch"),
        (34, "traffic-selector-mismatch"),
        (37, "config-rejected"),
        (17, "pfs-mismatch"),
        (35, None),
    ],
)
def test_ikev2_notifies(notify: int, expected: str | None) -> None:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(notify, b"", True)])
    assert cause(talk) == expected


def test_ikev1_selectors_are_ids() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.say("QUICK_MODE", message_id=9)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=10, notifies=[(18, b"", True)])
    assert cause(talk) == "traffic-selector-mismatch"


def test_unread_or_healthy_has_no_cause() -> None:
    talk = healthy(failed_at="IKE_AUTH", failed_by="responder")
    assert cause(talk) is None
    assert cause(healthy()) is None
