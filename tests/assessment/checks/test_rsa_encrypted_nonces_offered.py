from tests.assessment.build import found, main_mode, sa1

ID = "rsa-encrypted-nonces-offered"


def test_offer() -> None:
    talk = main_mode(outcome="established").offer(sa1((7, 4, 4, 14, 128), (7, 2, 4, 14, 128)), 1)
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.severity) == ("Encryption with RSA", "medium")


def test_group_4_is_not_method_4() -> None:
    assert found(ID, main_mode(outcome="established").offer(sa1((5, 2, 1, 4)), 1)) == []
