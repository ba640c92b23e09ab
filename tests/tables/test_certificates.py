"""Rows of the `certificates` table."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.tables.certificates import certificate_row
from analyzer.tables.schema import SCHEMA

NAMES = SCHEMA["certificates"].names[3:]


def der() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "=gw.example")])
    begin = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xABC)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gw.example")]), critical=False)
        .sign(key, hashes.SHA384())
    )
    return built.public_bytes(serialization.Encoding.DER)


def test_a_certificate_says_what_it_says() -> None:
    data = der()
    row = dict(zip(NAMES, certificate_row(2, Certificate(4, data), "a.pcap"), strict=True))
    assert row["subject"] == row["issuer"] == "CN==gw.example"
    assert row["serial"] == "abc"
    assert row["not_before"] == 1767323045 * 10**9
    assert row["not_after"] - row["not_before"] == 86400 * 10**9
    assert (row["key_type"], row["key_bits"], row["signature_hash"]) == ("EC secp256r1", 256, "sha384")
    assert (row["capture"], row["signature_algorithm"]) == ("a.pcap", "ecdsa-with-SHA384")
    assert row["subject_alt_names"] == ("DNSName:gw.example",)
    assert row["sha256"] == sha256(data).hexdigest()


def test_what_is_no_x509_certificate_keeps_its_digest_only() -> None:
    row = dict(zip(NAMES, certificate_row(2, Certificate(12, b"hash and url"), "a.pcap"), strict=True))
    assert row["subject"] is None
    assert row["encoding_name"] == "Hash and URL of X.509 certificate"
    assert row["sha256"] == sha256(b"hash and url").hexdigest()


@given(st.binary(max_size=300), st.integers(0, 255), st.sampled_from([1, 2]))
def test_never_raises(data: bytes, encoding: int, version: int) -> None:
    assert len(certificate_row(version, Certificate(encoding, data), "a.pcap")) == len(NAMES)
