from tests.assessment.authority import certificate, sent
from tests.assessment.build import found, healthy

ID = "weak-certificate-key"


def test_the_policy_says_how_long_keys_have_to_be() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=1024)),)
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.policy, finding.clause) == ("medium", "ietf", "RFC 8247 3.1.1")
    assert finding.detail.startswith("Of the initiator: RSA with 1024 bits.")
    assert found(ID, talk, policy="nist") == []


def test_what_is_enough_for_one_is_too_short_for_another() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate(rsa_bits=2048)),)
    assert found(ID, talk) == []
    assert found(ID, talk, policy="bsi")[0].clause.startswith("BSI TR-02102-3")


def test_other_keys_are_not_measured_like_rsa() -> None:
    talk = healthy()
    talk.n.certificates = (sent(certificate()),)  # 256 bits on a curve
    assert found(ID, talk, policy="bsi") == []
