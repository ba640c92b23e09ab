from tests.assessment.build import found, healthy, sa2

ID = "weak-block-size-offered"


def test_once_for_each_cipher_with_all_frames() -> None:
    talk = healthy().offer(sa2({"encr": [3, 6]}), 1).offer(sa2({"encr": [3]}), 3)
    assert [(f.subject, f.evidence_frames, f.severity) for f in found(ID, talk)] == [
        ("ENCR_3DES", (1, 3), "low"),
        ("ENCR_CAST", (1,), "low"),
    ]


def test_aes_only() -> None:
    assert found(ID, healthy()) == []
