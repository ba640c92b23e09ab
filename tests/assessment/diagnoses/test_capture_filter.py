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


def after_init() -> Talk:
    """IKE_SA_INIT is answered on UDP 500; nothing follows for half a minute."""
    return Talk(outcome="incomplete").ike_sa_init().choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def test_a_filter_that_the_file_names_leaves_out_udp_4500() -> None:
    made = diagnosed(after_init(), last=60, filters=("udp port 500",))
    assert "udp-4500-blocked" not in ids(made)
    first = made[0]
    assert (first.diagnosis, first.title, first.confidence) == (ID, "The capture filter leaves out UDP 4500", "likely")
    assert "'udp port 500' leaves out: whether it was sent, and answered, cannot be known" in first.detail


def test_a_filter_that_may_let_it_pass_says_nothing() -> None:
    for filters in (
        (),
        ("",),
        ("udp port 500", ""),
        ("port 500 or 4500",),
        ("udp port 500 or (ip[6:2] & 0x1fff != 0)",),
    ):
        made = ids(diagnosed(after_init(), last=60, filters=filters))
        assert ID not in made
        assert "udp-4500-blocked" in made


def test_fragments_that_the_filter_certainly_drops() -> None:
    once = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    once.say("IKE_AUTH", message_id=1, length=2800)
    first = diagnosed(once, beginnings=frozenset({3}), last=10, filters=("udp port 500 or udp port 4500",))[0]
    assert (first.diagnosis, first.confidence) == (ID, "likely")
    assert "lets none pass" in first.basis
