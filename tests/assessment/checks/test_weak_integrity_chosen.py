from tests.assessment.build import found, healthy

ID = "weak-integrity-chosen"


def test_md5_and_sha1() -> None:
    md5 = healthy().choose(2, encryption_id=12, key_bits=128, prf_id=5, integrity_id=1, ke_id=19)
    sha1 = healthy(2, 10).choose(11, encryption_id=12, key_bits=128, prf_id=5, integrity_id=2, ke_id=19)
    assert [(f.negotiation, f.severity, f.subject) for f in found(ID, md5, sha1)] == [
        (1, "high", "AUTH_HMAC_MD5_96"),
        (2, "low", "AUTH_HMAC_SHA1_96"),
    ]


def test_aead_needs_none() -> None:
    assert found(ID, healthy()) == []
