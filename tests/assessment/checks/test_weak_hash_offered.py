from tests.assessment.build import found, main_mode, sa1

ID = "weak-hash-offered"


def test_ikev1_hashes() -> None:
    talk = main_mode(outcome="established").offer(sa1((7, 1, 1, 14, 128), (7, 2, 1, 14, 128)), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [("medium", "MD5"), ("info", "SHA")]


def test_sha2_is_fine() -> None:
    assert found(ID, main_mode(outcome="established")) == []
