from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.damage import damaged, is_cut, is_read
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, story


def case_of(talk: Talk) -> Case:
    return Case(Scene(story(talk), policies.load("ietf")), talk.n)


def test_messages_with_a_defect_copies_left_out() -> None:
    talk = healthy()
    assert damaged(case_of(talk)) == ()
    talk.say("INFORMATIONAL", message_id=2, defects=("wire-stray-bytes",))
    talk.say("INFORMATIONAL", message_id=2, duplicate=True, defects=("wire-stray-bytes",))
    talk.say("INFORMATIONAL", message_id=3)
    assert [s.frame_number for s in damaged(case_of(talk))] == [5]


def test_what_was_cut_and_what_was_read() -> None:
    talk = Talk()
    cut = talk.say("IKE_SA_INIT", defects=("capture-truncated",))
    broken = talk.say("IKE_SA_INIT", by="r", defects=("wire-chain-broken",))
    odd = talk.say("IKE_SA_INIT", defects=("wire-reserved-bits",))
    assert [is_cut(s) for s in (cut, broken, odd)] == [True, False, False]
    assert [is_read(s) for s in (cut, broken, odd)] == [False, False, True]
