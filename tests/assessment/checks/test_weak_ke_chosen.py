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
    ] == ["high"]
