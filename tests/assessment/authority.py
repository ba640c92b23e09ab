"""Certificates made for a test: small, deterministic in what they say."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from analyzer.negotiation.seen import SeenCertificate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHA256_RSA = bytes.fromhex("2a864886f70d01010b")
_KEY = ec.derive_private_key(7, ec.SECP256R1())


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def certificate(
    subject: str = "i.example",
    issuer: str = "CA",
    days: tuple[int, int] = (-1, 1),
    alternative_names: tuple[x509.GeneralName, ...] = (x509.DNSName("i.example"),),
    rsa_bits: int | None = None,
    signed_by_rsa_with: int | None = None,
    public_key: Any = None,
) -> bytes:
    """DER. days: of validity, from the first day of the tests' time (1979-12-30) on.

    signed_by_rsa_with: last number of the signature's OID (RFC 8017 appendix C: 4 is MD5, 5 SHA-1); the library no
    longer makes these, so the certificate says it of a signature by another hash. public_key: another one than the
    usual.
    """
    key = public_key or (_KEY if rsa_bits is None else _rsa(rsa_bits)).public_key()
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).serial_number(1)
    builder = builder.public_key(key)
    first, last = (EPOCH + timedelta(days=day + 3650) for day in days)
    builder = builder.not_valid_before(first).not_valid_after(last)
    if alternative_names:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names), critical=False)
    authority = _KEY if signed_by_rsa_with is None else _rsa(1024)
    der = builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return (
        der if signed_by_rsa_with is None else der.replace(_SHA256_RSA, _SHA256_RSA[:-1] + bytes([signed_by_rsa_with]))
    )


@cache
def _rsa(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def rsa_key(exponent: int, modulus: int | None = None) -> rsa.RSAPublicKey:
    """A public key of 2048 bits, of which nobody has the private one."""
    return rsa.RSAPublicNumbers(exponent, modulus or _rsa(2048).public_key().public_numbers().n).public_key()


def sent(der: bytes, *, initiator: bool = True, day: int = 0, frame: int = 3) -> SeenCertificate:
    """As an SA shows it, on a day of the tests' time."""
    return SeenCertificate(frame, (day + 3650) * 86_400 * 10**9, initiator, False, der)


def asked(common_name: str | None, *, initiator: bool = False, frame: int = 2) -> SeenCertificate:
    """An authority that a side asks for; None: any."""
    der = name(common_name).public_bytes() if common_name else b""
    return SeenCertificate(frame, 0, initiator, True, der)
