from analyzer.assessment import assess, policies
from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import all_checks
from analyzer.assessment.judged import marked
from analyzer.assessment.scene import Scene
from tests.assessment.build import healthy, sa2, story


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
    found = marked(case.offered, lambda a: a.kind == "encr" and a.key_bits is None)
    assert [(a.number, frames) for a, frames in found.items()] == [(3, (1, 3)), (2, (1,))]
    assert marked([], lambda _: True) == {}


def test_checks_of_offers_share_their_words() -> None:
    pages = [c.about for c in all_checks() if c.about.id.startswith("weak-") and c.about.id.endswith("-offered")]
    offered = [p for p in pages if p.id != "weak-block-size-offered"]
    assert len(offered) == 6
    assert len({(p.why, p.wire, p.lookalikes) for p in offered}) == 1
    assert len({p.what for p in offered}) == 6
