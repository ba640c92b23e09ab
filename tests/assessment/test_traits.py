from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.scene import Scene
from analyzer.assessment.traits import FLAGS
from tests.assessment.build import Talk, aggressive, healthy, icmp, sa2, story


def words(*talks: Talk) -> frozenset[str]:
    scene = Scene(story(*talks), policies.load("ietf"))
    return Case(scene, talks[0].n).traits().words()


def test_a_healthy_sa_is_described_in_few_words() -> None:
    assert words(healthy()) == {"ikev2", "established", "chosen"}


def test_outcomes() -> None:
    assert {"open", "troubled", "failed"} <= words(Talk(outcome="failed").ike_sa_init())
    child = healthy(failed_at="IKE_AUTH")
    assert {"troubled", "child-failed", "established"} <= words(child)
    assert "open" not in words(child)


def test_what_the_policy_objects_to() -> None:
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(sa2({"encr": [3, (12, 128)], "prf": [2], "ke": [2]}))
    talk.choose(encryption_id=12, key_bits=128, prf_id=2, integrity_id=12, ke_id=14)
    found = words(talk)
    assert {"offered:ke", "offered:prf", "offered:small-block", "chosen:prf", "chosen:objection"} <= found
    assert not {"chosen:ke", "chosen:small-block", "offered:encr"} & found


def test_a_scanners_offer_is_not_judged() -> None:
    talk = Talk(outcome="probe").offer(sa2({"encr": [2]}))
    talk.say("IKE_SA_INIT")
    assert not {w for w in words(talk) if w.startswith("offered")}


def test_what_was_seen() -> None:
    talk = Talk(outcome="failed")
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14, (16390, b"cookie")])
    talk.n.icmp_errors.append(icmp("port-unreachable"))
    assert {"errors", "cookies", "icmp", "loose-end"} <= words(talk)
    assert "one-sided" not in words(talk)
    lonely = Talk(outcome="unanswered")
    lonely.say("IKE_SA_INIT")
    assert {"one-sided", "loose-end"} <= words(lonely)


def test_exchanges_of_both_sides() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2)
    assert "crossing" not in words(talk)
    talk.say("CREATE_CHILD_SA", by="r", begun_by="r")
    assert "crossing" in words(talk)
    assert "early-child" not in words(talk)
    early = Talk(outcome="incomplete").ike_sa_init()
    early.say("CREATE_CHILD_SA", message_id=1)
    assert "early-child" in words(early)


def test_neighbours_and_given_up() -> None:
    assert {"neighbours", "given-up"} <= words(healthy(), healthy(2, 10, at=60, outcome="failed"))


def test_ikev1_words() -> None:
    talk = aggressive()
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=7)
    assert {"ikev1", "aggressive", "transactions", "chosen:ke", "chosen:hash"} <= words(talk)


def test_flags_are_unique() -> None:
    assert len(set(FLAGS)) == len(FLAGS)
