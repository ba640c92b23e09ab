from tests.assessment.build import found, healthy, sa2

ID = "weak-ke-offered"


def test_weak_groups_in_a_long_offer() -> None:
    talk = healthy().offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19, 14, 2, 1]}), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [
        ("high", "768-bit MODP Group"),
        ("medium", "1024-bit MODP Group"),
    ]


def test_good_groups() -> None:
    assert found(ID, healthy()) == []
