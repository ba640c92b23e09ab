from tests.assessment.build import found, healthy

ID = "weak-prf-chosen"


def test_md5_and_sha1() -> None:
    md5 = healthy().choose(2, encryption_id=20, key_bits=128, prf_id=1, ke_id=19)
    sha1 = healthy(2, 10).choose(11, encryption_id=20, key_bits=128, prf_id=2, ke_id=19)
    assert [(f.severity, f.subject) for f in found(ID, md5, sha1)] == [
        ("high", "PRF_HMAC_MD5"),
        ("low", "PRF_HMAC_SHA1"),
    ]


def test_sha2_is_fine_unless_a_policy_wants_more() -> None:
    assert found(ID, healthy()) == []
    assert [f.severity for f in found(ID, healthy(), policy="disa-vpn")] == ["high"]
