from analyzer.assessment import policies
from analyzer.assessment.verdicts import NO_OBJECTION, Verdicts, no_key_length, post_quantum, small_block
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import SEVERITIES
from tests.assessment.build import sa1, sa2

GOOD = {"encr": [(20, 256)], "prf": [5], "ke": [19]}


def verdicts() -> Verdicts:
    return Verdicts(policies.load("ietf"))


def test_facts_of_an_offer() -> None:
    facts = verdicts().sa(2, sa2({"encr": [12, 3], "prf": [1], "ke": [2, 36]}), child=False)
    assert {kind: [o.algorithm.number for o in found] for kind, found in facts.objections.items()} == {
        "prf": [1],
        "ke": [2],
    }
    for test, number in ((small_block, 3), (no_key_length, 12), (post_quantum, 36)):
        assert [a.number for a in facts.algorithms if test(a)] == [number]
    assert facts.objections["prf"][0].offered_severity == "medium"


def test_the_same_payload_is_judged_once_and_another_is_not_taken_for_it() -> None:
    judge, first, second = verdicts(), sa2(GOOD), sa2({"encr": [2], "ke": [1]})
    assert judge.sa(2, first, child=False) is judge.sa(2, first, child=False)
    assert judge.sa(2, first, child=False).objections == {}
    assert "encr" in judge.sa(2, second, child=False).objections


def test_best_rank_of_ikev2_takes_one_of_each_kind() -> None:
    judge = verdicts()
    mixed = sa2({"encr": [(12, 256), 2], "prf": [1, 5], "integ": [12], "ke": [14]})
    assert judge.sa(2, mixed, child=False).best_rank == NO_OBJECTION
    weak = sa2({"encr": [(12, 256)], "prf": [5], "ke": [5]}, {"encr": [2], "prf": [5], "ke": [14]})
    assert judge.sa(2, weak, child=False).best_rank == SEVERITIES.index("medium")


def test_best_rank_of_ikev1_takes_whole_transforms() -> None:
    crossed = sa1((7, 1, 1, 14, 128), (1, 4, 1, 14))  # AES with MD5, DES with SHA2-256
    assert verdicts().sa(1, crossed, child=False).best_rank == SEVERITIES.index("high")


def test_facts_of_suites_by_protocol() -> None:
    judge = verdicts()
    suite = Suite(encryption_id=3, integrity_id=1)
    assert judge.suite(2, suite, "ESP").objections.keys() == {"encr", "integ"}
    assert judge.suite(2, suite).objections.keys() == {"integ"}
    assert judge.suite(2, Suite(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)).objections == {}


def test_empty_offer() -> None:
    facts = verdicts().sa(2, sa2(), child=False)
    assert (facts.algorithms, facts.objections, facts.best_rank) == ([], {}, 0)
