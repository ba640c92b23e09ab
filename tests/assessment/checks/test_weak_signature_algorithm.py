import pytest

from tests.assessment.build import found, healthy

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
