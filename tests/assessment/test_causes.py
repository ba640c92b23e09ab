import pytest

from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.causes import (
    child_cause,
    child_error,
    failed_child,
    failed_child_frames,
    how_read,
    offers_of,
    reason,
    unknown_to_peer,
    wanted_group,
)
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, main_mode, sa2, story


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


def case_of(talk: Talk) -> Case:
    return Case(Scene(story(talk), policies.load("ietf")), talk.n)


def rekey(notify: tuple | None, by: str = "responder") -> Case:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by=by)
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[notify] if notify else [])
    return case_of(talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6))


def test_a_notify_that_was_read_names_one_cause_only() -> None:
    found = reason(rekey((38, b"", True)), "traffic-selector-mismatch")
    assert found is not None
    assert (found.named, found.confidence, found.frames) == (True, "certain", (5, 6))
    assert reason(rekey((38, b"", True)), "child-proposal-mismatch") is None


def test_a_refusal_that_is_shut_leaves_all_of_them_possible() -> None:
    found = reason(rekey(None), "child-proposal-mismatch")
    assert found is not None
    assert (found.named, found.confidence) == (False, "possible")
    assert reason(rekey(None, by="none"), "child-proposal-mismatch") is None
    assert reason(case_of(healthy()), "child-proposal-mismatch") is None


def test_the_group_that_is_wanted() -> None:
    group = wanted_group(rekey((17, b"\x00\x13", True)))
    assert group is not None
    assert group.name == "256-bit random ECP group"
    assert wanted_group(rekey((17, b"\x13", True))) is None
    assert wanted_group(rekey(None)) is None


def test_the_error_that_refused_the_child_sa() -> None:
    error = child_error(rekey((38, b"", True)))
    assert error is not None
    assert (error.notify.notify_type, error.step.frame_number) == (38, 6)
    assert child_error(rekey((4, b"", True))) is None  # INVALID_IKE_SPI is about the IKE SA
    up = healthy()
    up.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(38, b"", True)])
    assert child_error(case_of(up)) is None  # no child SA failed


def test_an_error_in_clear_refuses_no_child_sa() -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.say("QUICK_MODE", message_id=9)
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=10, encrypted=False, notifies=[18])
    assert child_error(case_of(talk)) is None


def test_the_last_child_sa_that_failed() -> None:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    assert failed_child(case_of(talk)) is None
    assert failed_child_frames(case_of(talk)) == (5,)
    talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=7, response_frame=8)
    talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=9, response_frame=None)
    talk.child(outcome="established", created_by="CREATE_CHILD_SA", frame_number=11, response_frame=12)
    child = failed_child(case_of(talk))
    assert child is not None
    assert child.frame_number == 9
    assert failed_child_frames(case_of(talk)) == (9,)


def test_the_offers_of_a_child_sa() -> None:
    talk = healthy().child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5)
    made = case_of(talk)
    child = failed_child(made)
    assert child is not None
    sa = sa2({"encr": [(20, 256)]}, protocol=3)
    talk.offer(sa, 5, child=child.child)
    talk.offer(sa, 6, child=child.child, chosen=True)
    talk.offer(sa, 7, child=child.child + 1)
    talk.offer(sa, 1)
    assert [o.frame_number for o in offers_of(made, child)] == [5]


def refused_in_clear(notify: int, by: str = "r", version: int = 1) -> Case:
    talk = (main_mode if version == 1 else healthy)(outcome="established", failed_by="responder")
    name = "QUICK_MODE" if version == 1 else "CREATE_CHILD_SA"
    talk.n.failed_at = name
    asked = talk.say(name, message_id=9)
    answer = talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=10, encrypted=False, notifies=[notify])
    response = answer.frame_number if version == 1 else None
    talk.child(created_by=name, outcome="failed", frame_number=asked.frame_number, response_frame=response)
    return case_of(talk)


def test_ikev1_refusals_in_clear_name_the_cause_and_are_likely() -> None:
    case = refused_in_clear(14)
    error = child_error(case)
    assert error is not None
    assert child_cause(case) == "child-proposal-mismatch"
    assert (error.confidence, how_read(error)) == ("likely", "clear-text notify: anybody could have sent it")
    assert child_error(refused_in_clear(14, by="i")) is None, "not from the side that was asked"
    assert child_error(refused_in_clear(14, version=2)) is None, "in IKEv2 it answers nothing"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("notify", [4, 11])
def test_a_peer_that_does_not_know_the_sa_has_not_looked_at_the_request(notify: int, version: int) -> None:
    case = refused_in_clear(notify, version=version)
    assert unknown_to_peer(case) is not None
    assert child_error(case) is None
    assert reason(case, "child-proposal-mismatch") is None
    assert unknown_to_peer(refused_in_clear(notify, by="i", version=version)) is None
    assert unknown_to_peer(refused_in_clear(14, version=version)) is None
