from datetime import UTC, datetime

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from analyzer.isakmp import x509
from analyzer.isakmp.der import name_text

KEY = ec.derive_private_key(7, ec.SECP256R1())
NAME = library.Name([library.NameAttribute(library.NameOID.COMMON_NAME, "gw.example")])


def certificate() -> library.Certificate:
    builder = library.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(KEY.public_key())
    builder = builder.serial_number(0x1234).not_valid_before(datetime(2024, 1, 2, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC))
    names = library.SubjectAlternativeName([library.DNSName("gw.example")])
    return builder.add_extension(names, critical=False).sign(KEY, hashes.SHA256())


def test_certificate_facts() -> None:
    der = certificate().public_bytes(serialization.Encoding.DER)
    assert dict(x509.facts("certificate", der)) == {
        "version": "v3",
        "subject": "CN=gw.example",
        "issuer": "CN=gw.example",
        "serial_number": "1234",
        "not_before": "2024-01-02 00:00:00 UTC",
        "not_after": "2025-01-02 03:04:05 UTC",
        "public_key": "EC secp256r1",
        "signature_algorithm": "ecdsa-with-SHA256",
        "signature_hash": "sha256",
        "subject_alternative_names": "DNSName:gw.example",
    }


def test_bundle_and_revocation_list_and_key() -> None:
    bundle = pkcs7.serialize_certificates([certificate()], serialization.Encoding.DER)
    assert ("subject", "CN=gw.example") in x509.facts("bundle", bundle)
    builder = library.CertificateRevocationListBuilder().issuer_name(NAME).last_update(datetime(2024, 1, 1, tzinfo=UTC))
    revoked = builder.next_update(datetime(2024, 2, 1, tzinfo=UTC)).sign(KEY, hashes.SHA256())
    facts = dict(x509.facts("crl", revoked.public_bytes(serialization.Encoding.DER)))
    assert (facts["issuer"], facts["revoked_certificates"]) == ("CN=gw.example", "0")
    key = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert x509.facts("key", key) == (("public_key", "EC secp256r1"),)


def test_numbers_of_an_rsa_key() -> None:
    numbers = rsa.RSAPublicNumbers(65537, (1 << 2047) + 9)
    key = numbers.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert dict(x509.facts("key", key)) == {
        "public_key": "RSA 2048",
        "public_exponent": "65537",
        "modulus": f"{numbers.n:x}",
    }


@pytest.mark.parametrize("kind", ["certificate", "bundle", "crl", "key", "ocsp"])
def test_other_bytes_have_no_facts(kind: str) -> None:
    der = certificate().public_bytes(serialization.Encoding.DER)
    for data in (b"", b"\x30", b"\x30\x80", der[:100], bytes(200)):
        assert x509.facts(kind, data) == ()


def test_a_damaged_certificate_keeps_the_facts_that_can_be_read() -> None:
    der = bytearray(certificate().public_bytes(serialization.Encoding.DER))
    place = der.find(bytes.fromhex("2a8648ce3d030107"))  # the curve's name
    der[place + 7] ^= 0x40
    facts = dict(x509.facts("certificate", bytes(der)))
    assert facts["subject"] == "CN=gw.example"
    assert "public_key" not in facts


def test_names_are_written_as_in_payloads() -> None:
    der = certificate().public_bytes(serialization.Encoding.DER)
    assert x509.distinguished_names(der) == (name_text(NAME.public_bytes()),) * 2
    assert x509.distinguished_names(b"\x30\x80") == (None, None)
