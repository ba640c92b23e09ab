from tests.assessment.build import found, healthy, sa2

ID = "weak-prf-offered"


def test_md5_and_sha1() -> None:
    talk = healthy().offer(sa2({"prf": [1, 2, 5]}), 1)
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [
        ("medium", "PRF_HMAC_MD5"),
        ("info", "PRF_HMAC_SHA1"),
    ]


def test_sha2_is_fine() -> None:
    assert found(ID, healthy()) == []
