from tests.assessment.build import found, healthy, main_mode

ID = "weak-ke-chosen"


def test_groups_by_weight() -> None:
    talks = [healthy(k + 1, 10 * k + 1).choose(2, encryption_id=20, ke_id=g) for k, g in enumerate((1, 2, 5, 22, 24))]
    severities = [f.severity for f in found(ID, *talks)]
    assert severities == ["critical", "high", "medium", "high", "medium"]


def test_ikev1_groups_have_the_same_numbers() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=7, key_bits=128, integrity_id=4, ke_id=5)
    assert [f.severity for f in found(ID, talk)] == ["medium"]


def test_good_groups_and_additional_exchanges() -> None:
    assert found(ID, healthy().choose(2, encryption_id=20, ke_id=31, additional_ke_ids=(36,))) == []
    assert [
        f.severity
        for f in found(ID, healthy().choose(2, encryption_id=20, ke_id=20, additional_ke_ids=(36,)), policy="cnsa2")
    ] == ["medium"]


def test_an_additional_key_exchange_is_outside_a_policy_and_never_weak() -> None:
    hybrid = {"encryption_id": 20, "key_bits": 256, "ke_id": 20, "additional_ke_ids": (36,)}
    for policy, severity in (("nist", "info"), ("suiteb", "medium"), ("cnsa1", "medium"), ("cnsa2", "medium")):
        (finding,) = found(ID, healthy().choose(2, **hybrid), policy=policy)
        assert (finding.title, finding.severity) == ("Key exchange in use, outside the policy", severity)
        assert finding.detail.endswith("As an additional key exchange it does not weaken the first.")
    (alone,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=36), policy="cnsa2")
    assert (alone.title, alone.severity) == ("Weak key exchange in use", "high")
    assert found(ID, healthy().choose(2, **{**hybrid, "additional_ke_ids": (37,)}), policy="cnsa2") == []


def test_the_title_follows_the_word_of_the_policy() -> None:
    (group,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=14), policy="cnsa2")
    assert (group.title, group.severity) == ("Key exchange in use, outside the policy", "medium")
    (broken,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=2), policy="cnsa2")
    assert (broken.title, broken.severity) == ("Weak key exchange in use", "high")  # outside, and within reach
    (dated,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=14), policy="anssi")
    assert dated.title == "Key exchange in use, for a limited time under the policy"


def test_any_other_group_need_not_be_weak() -> None:
    (other,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=19), policy="cnsa1")
    assert (other.title, other.severity) == ("Key exchange in use, outside the policy", "high")
    (raised,) = found(ID, healthy().choose(2, encryption_id=20, key_bits=256, ke_id=2), policy="cnsa1")
    assert raised.title == "Weak key exchange in use"
