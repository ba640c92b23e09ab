from tests.assessment.build import found, healthy, main_mode

ID = "weak-hash-chosen"


def test_ikev1_hashes() -> None:
    md5 = main_mode(outcome="established").choose(2, encryption_id=7, key_bits=128, integrity_id=1, ke_id=14)
    (finding,) = found(ID, md5)
    assert (finding.severity, finding.subject, finding.clause) == ("high", "MD5", "RFC 8247 2.2")
    assert "written for IKEv2's PRF_HMAC_MD5" in finding.detail


def test_sha2_and_ikev2_are_not_meant() -> None:
    assert found(ID, main_mode(outcome="established")) == []
    assert found(ID, healthy().choose(2, encryption_id=12, integrity_id=1, prf_id=1, ke_id=2)) == []
