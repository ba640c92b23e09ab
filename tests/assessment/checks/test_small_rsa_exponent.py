import pytest
from cryptography.hazmat.primitives import serialization

from tests.assessment.authority import certificate, rsa_key, sent
from tests.assessment.build import Talk, found, healthy

ID = "small-rsa-exponent"
_EXPONENT = bytes.fromhex("0203010001")  # 65537 in DER


def talk(der: bytes) -> Talk:
    made = healthy()
    made.n.certificates = (sent(der),)
    return made


@pytest.mark.parametrize("exponent", [3, 5, 17, 257])
def test_small_ones(exponent: int) -> None:
    (finding,) = found(ID, talk(certificate(public_key=rsa_key(exponent))))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("low", "certain", (3,))
    assert finding.detail == f"Of the initiator: RSA with the public exponent {exponent}."


@pytest.mark.parametrize(
    ("written", "text"), [("0203010000", "65536"), ("0203010002", "that is even"), ("0203000001", "1")]
)
def test_what_no_key_can_have(written: str, text: str) -> None:
    der = certificate(rsa_bits=2048).replace(_EXPONENT, bytes.fromhex(written))
    (finding,) = found(ID, talk(der))
    assert (finding.severity, finding.detail) == ("high", f"Of the initiator: RSA with the public exponent {text}.")


@pytest.mark.parametrize(
    ("encoding", "form"),
    [(11, serialization.PublicFormat.PKCS1), (15, serialization.PublicFormat.SubjectPublicKeyInfo)],
)
def test_keys_without_a_certificate(encoding: int, form: serialization.PublicFormat) -> None:
    made = talk(b"")
    der = rsa_key(3).public_bytes(serialization.Encoding.DER, form)
    made.n.certificates = (sent(der)._replace(encoding=encoding),)
    (finding,) = found(ID, made)
    assert finding.subject == "a public key without a certificate"
    der = rsa_key(65537).public_bytes(serialization.Encoding.DER, form)
    made.n.certificates = (sent(der)._replace(encoding=encoding), sent(b"no key")._replace(encoding=encoding))
    assert found(ID, made) == []


@pytest.mark.parametrize("exponent", [65537, 65539, 2**32 + 15])
def test_others(exponent: int) -> None:
    assert found(ID, talk(certificate(public_key=rsa_key(exponent)))) == []


def test_other_keys_have_none() -> None:
    assert found(ID, talk(certificate())) == []
    assert found(ID, talk(b"no certificate")) == []
    assert found(ID, healthy()) == []
