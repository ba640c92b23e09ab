from tests.assessment.build import found, healthy, sa2

ID = "weak-integrity-offered"


def test_md5_and_sha1() -> None:
    talk = healthy().offer(sa2({"encr": [(12, 128)], "integ": [1, 2, 12], "prf": [5], "ke": [19]}), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [
        ("medium", "AUTH_HMAC_MD5_96"),
        ("info", "AUTH_HMAC_SHA1_96"),
    ]


def test_sha2_is_fine() -> None:
    assert found(ID, healthy().offer(sa2({"integ": [12, 13, 14]}), 1)) == []
