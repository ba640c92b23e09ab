import pytest

from tests.assessment.build import found, healthy, main_mode

ID = "weak-signature-algorithm"


@pytest.mark.parametrize("algorithm", ["sha1WithRSAEncryption", "dsa-with-sha1", "ecdsa-with-SHA1", "RSASSA-PSS sha1"])
def test_signed_with_sha1(algorithm: str) -> None:
    talk = healthy(decrypted=True, auth_method_responder=14, signatures=(None, algorithm)).ike_auth()
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.clause, finding.subject) == ("high", "RFC 8247 3.2", f"{algorithm} (responder)")


def test_other_hashes_and_policies_that_do_not_speak_of_it() -> None:
    for algorithm in ("sha256WithRSAEncryption", "ecdsa-with-SHA384", "RSASSA-PSS sha256", None):
        assert found(ID, healthy(decrypted=True, signatures=(algorithm, None))) == []
    assert found(ID, healthy(decrypted=True, signatures=("sha1WithRSAEncryption", None)), policy="bsi") == []


def test_small_parameters_of_ml_dsa() -> None:
    assert len(found(ID, healthy(decrypted=True, signatures=("ML-DSA-44", None)), policy="cnsa2")) == 1
    assert found(ID, healthy(decrypted=True, signatures=("ML-DSA-87", None)), policy="cnsa2") == []


def test_md5_that_no_policy_speaks_of() -> None:
    (finding,) = found(ID, healthy(decrypted=True, signatures=("md5WithRSAEncryption", None)))
    assert (finding.severity, finding.detail) == ("high", "Of the initiator. MD5 is broken (RFC 6151).")


def test_method_1_names_no_hash() -> None:
    (finding,) = found(ID, healthy(decrypted=True, auth_method_responder=1, auth_method_initiator=2))
    assert (finding.severity, finding.confidence) == ("low", "likely")
    assert finding.subject == "RSA Digital Signature (responder)"
    assert found(ID, healthy(decrypted=True, auth_method_responder=9)) == []


@pytest.mark.parametrize(
    ("method", "hashed", "severity"),
    [(3, 1, "high"), (2, 2, "medium"), (65005, 2, "medium"), (3, 4, None), (1, 1, None), (9, 2, None), (4, 1, None)],
)
def test_ikev1_signs_a_hash_by_the_chosen_algorithm(method: int, hashed: int, severity: str | None) -> None:
    talk = main_mode(outcome="established").choose(
        2, encryption_id=7, integrity_id=hashed, ke_id=14, auth_method=method
    )
    assert [f.severity for f in found(ID, talk)] == ([severity] if severity else [])
