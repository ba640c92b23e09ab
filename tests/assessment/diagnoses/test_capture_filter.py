from analyzer.assessment.diagnoses.capture_filter import ABOUT, KEEP_FRAGMENTS
from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "capture-filter"


def silent(**fields) -> Talk:
    """IKE_AUTH of 2800 bytes, frames 3 and 4, and no answer."""
    talk = Talk(**{"outcome": "failed", "failed_at": "IKE_AUTH", "failed_by": "none", **fields}).ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, length=2800)
    talk.say("IKE_AUTH", message_id=1, length=2800, again=True)
    return talk


def test_first_fragments_and_no_others_in_the_whole_capture() -> None:
    first = diagnosed(silent(), beginnings=frozenset({3, 4}))[0]
    assert (first.diagnosis, first.confidence, first.evidence_frames) == (ID, "likely", (3, 4))
    assert "2800 bytes was sent in IP fragments twice" in first.detail
    assert KEEP_FRAGMENTS in first.advice
    assert first.advice == ABOUT.advice


def test_one_message_may_as_well_have_lost_a_fragment() -> None:
    once = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    once.say("IKE_AUTH", message_id=1, length=2800)
    made = diagnosed(once, beginnings=frozenset({3}), last=10)
    assert (made[0].diagnosis, made[0].confidence) == (ID, "possible")
    assert "fragment-lost" in ids(made)


def test_other_fragments_are_there() -> None:
    assert one(ID, silent(), beginnings=frozenset({3, 4}), later_fragments=1) is None


def test_no_fragments_at_all() -> None:
    assert one(ID, silent()) is None
    assert one(ID, silent(), later_fragments=3) is None


def test_an_sa_that_came_up_or_was_refused_has_no_need_of_it() -> None:
    assert one(ID, healthy(), beginnings=frozenset({3, 4})) is None
    refused = silent(failed_by="responder")
    refused.say("IKE_AUTH", by="r", message_id=1, length=65)
    assert one(ID, refused, beginnings=frozenset({3, 4})) is None


def test_beginnings_of_other_negotiations() -> None:
    assert one(ID, silent(), beginnings=frozenset({30, 40})) is None
