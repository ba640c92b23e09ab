import pytest

from analyzer.assessment import Finding, policies
from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import all_checks
from analyzer.assessment.judged import BY_KEYS, marked
from analyzer.assessment.scene import Scene
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.story import Story
from tests.assessment.assessed import assess
from tests.assessment.build import healthy, sa2, story
from tests.negotiation import build, keyed
from tests.negotiation.sealer import Sealer


def test_an_algorithm_of_several_offers_is_one_finding_with_all_frames() -> None:
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(sa2({"encr": [(12, 128)], "prf": [5], "ke": [2, 14]}), 1).offer(sa2({"ke": [2]}), 3)
    findings = [f for f in assess(story(talk)).findings if f.finding == "weak-ke-offered"]
    assert [(f.subject, f.evidence_frames, f.severity) for f in findings] == [("1024-bit MODP Group", (1, 3), "medium")]


def test_chosen_and_offered_are_apart() -> None:
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(sa2({"encr": [(12, 128)], "prf": [5], "ke": [2]}), 1)
    talk.choose(2, encryption_id=12, key_bits=128, prf_id=5, ke_id=2)
    found = {f.finding: f for f in assess(story(talk)).findings}
    assert (found["weak-ke-offered"].severity, found["weak-ke-offered"].evidence_frames) == ("medium", (1,))
    assert (found["weak-ke-chosen"].severity, found["weak-ke-chosen"].evidence_frames) == ("high", (2,))
    assert found["weak-ke-chosen"].policy == "ietf"
    assert found["weak-ke-chosen"].clause == "RFC 8247 2.4"
    assert found["weak-ke-chosen"].evidence == "read"
    assert found["weak-ke-chosen"].confidence == "certain"


def test_what_a_scanner_is_answered_is_accepted_and_not_in_use() -> None:
    weak = {"encryption_id": 3, "prf_id": 1, "integrity_id": 1, "ke_id": 2}
    titles = {}
    for outcome in ("probe", "established"):
        talk = healthy(outcome=outcome).choose(2, **weak)
        found = assess(story(talk)).findings
        titles[outcome] = {f.finding: f.title for f in found if f.finding.endswith("-chosen")}
    assert titles["probe"].keys() == titles["established"].keys()
    assert titles["probe"]["weak-ke-chosen"] == "Weak key exchange accepted"
    assert titles["probe"]["weak-block-size-chosen"] == "Cipher with 64-bit blocks accepted"
    assert titles["established"]["weak-ke-chosen"] == "Weak key exchange in use"
    assert not any("in use" in title for title in titles["probe"].values())


def test_algorithms_that_pass_a_test_have_all_their_frames_in_wire_order() -> None:
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(sa2({"encr": [3, (12, 128), 2], "prf": [5], "ke": [2]}), 1).offer(sa2({"encr": [3]}), 3)
    case = Case(Scene(story(talk), policies.load("ietf")), talk.n)
    found = marked(case.seen.terms.offered, lambda a: a.kind == "encr" and a.key_bits is None)
    assert case.seen.frames == [1, 2, 3]  # in the terms they stand as ranks
    assert [(a.number, frames) for a, frames in found.items()] == [(3, (0, 2)), (2, (0,))]
    assert marked([], lambda _: True) == {}


def test_checks_of_offers_share_their_words() -> None:
    pages = [c.about for c in all_checks() if c.about.id.startswith("weak-") and c.about.id.endswith("-offered")]
    offered = [p for p in pages if p.id != "weak-block-size-offered"]
    assert len(offered) == 6
    assert len({(p.why, p.wire, p.lookalikes) for p in offered}) == 1
    assert len({p.what for p in offered}) == 6


# -- a suite that a key row names


WEAK, GOOD = Sealer("3des-md5", ((1, 3), (2, 2), (3, 1), (4, 2))), Sealer("aes-gcm-16", build.GCM)
OF_THE_SUITE = {"weak-integrity-chosen", "weak-block-size-chosen"}


def late(sealer: Sealer, *, keys: bool, begins: bool = False, responder_asks: bool = False, pieces: int = 0) -> Story:
    """An SA that was up before the capture, or (begins) was not."""
    talk = build.Talk(sealer.keys() if keys else None)
    if begins:
        build.init_done(talk, sealer.suite)
    if pieces:  # and not the last one
        for number in range(1, pieces):
            talk.say(
                sealer.seal(build.IKE_AUTH, keyed.identity(True, "client"), keyed.auth(), fragment=(number, pieces))
            )
        return talk.story(later=30)
    for mid in (5, 6):
        talk.say(sealer.seal(build.INFORMATIONAL, mid=mid, initiator=not responder_asks), after=10)
        answer = sealer.seal(build.INFORMATIONAL, mid=mid, initiator=responder_asks, response=True)
        talk.answer(answer)
    return talk.story(later=30)


def of_the_suite(made: Story) -> list[Finding]:
    return [f for f in assess(made).findings if f.finding in OF_THE_SUITE]


@pytest.mark.parametrize("responder_asks", [False, True])
def test_a_weak_suite_that_a_key_row_names(responder_asks: bool) -> None:
    found = of_the_suite(late(WEAK, keys=True, responder_asks=responder_asks))
    assert {f.finding for f in found} == OF_THE_SUITE
    for finding in found:
        assert (finding.confidence, finding.evidence_frames) == ("likely", (1,))
        assert finding.detail.endswith(BY_KEYS)


def test_fragments_are_enough() -> None:
    found = of_the_suite(late(WEAK, keys=True, pieces=3))
    assert {f.finding for f in found} == OF_THE_SUITE
    assert {f.evidence_frames for f in found} == {(1,)}


def test_a_suite_that_was_seen_chosen_is_certain() -> None:
    found = of_the_suite(late(WEAK, keys=True, begins=True))
    assert {f.finding for f in found} == OF_THE_SUITE
    assert {(f.confidence, f.evidence_frames) for f in found} == {("certain", (2,))}
    assert not any(BY_KEYS in f.detail for f in found)


def test_no_keys_a_good_suite_and_keys_that_open_nothing() -> None:
    assert of_the_suite(late(WEAK, keys=False)) == []
    assert of_the_suite(late(GOOD, keys=True)) == []
    talk = build.Talk(Sealer("3des-md5", WEAK.suite, salt="other").keys())
    talk.say(WEAK.seal(build.INFORMATIONAL, mid=5))
    assert of_the_suite(talk.story()) == []


def test_a_child_sa_that_was_read_is_certain_beside_it() -> None:
    talk = healthy(chosen_frame=None, suite=Suite(encryption_id=3, integrity_id=1))
    talk.say("INFORMATIONAL", message_id=5, payloads=(46,), encrypted=True, inner=())
    talk.child(protocol="ESP", suite=Suite(encryption_id=3, integrity_id=12), response_frame=4)
    talk.n.suite, talk.n.chosen_frame = Suite(encryption_id=3, integrity_id=1), None
    found = [f for f in assess(story(talk)).findings if f.finding == "weak-block-size-chosen"]
    assert {(f.subject, f.confidence) for f in found} == {("ESP ENCR_3DES", "certain"), ("ENCR_3DES", "likely")}


def test_a_resumed_sa_has_its_suite_from_another_one() -> None:
    """Which has the finding: its own messages do not show it."""
    talk = healthy()
    talk.say("INFORMATIONAL", message_id=5, payloads=(46,), encrypted=True, inner=())
    talk.n.suite, talk.n.chosen_frame = Suite(encryption_id=3, prf_id=2, integrity_id=2, ke_id=2), None
    assert of_the_suite(story(talk)) == []
