from tests.assessment.authority import certificate, rsa_key, sent
from tests.assessment.build import Talk, found, healthy
from tests.isakmp.test_roca import modulus

ID = "roca-key"


def talk(der: bytes) -> Talk:
    made = healthy()
    made.n.certificates = (sent(der, initiator=False, frame=4),)
    return made


def test_a_modulus_of_the_form() -> None:
    (finding,) = found(ID, talk(certificate(public_key=rsa_key(65537, modulus(2048, 5)))))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "likely", (4,))
    assert finding.detail == "Of the responder: RSA with 2048 bits and the form of such keys."


def test_other_keys() -> None:
    assert found(ID, talk(certificate(rsa_bits=2048))) == []
    assert found(ID, talk(certificate())) == []
    assert found(ID, talk(b"no certificate")) == []
    assert found(ID, healthy()) == []
