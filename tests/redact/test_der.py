from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp.x509 import certificate_facts, facts
from analyzer.redact.der import DerRedactor
from analyzer.redact.key import Key
from analyzer.redact.values import Values

VALUES = Values(Key(b"a secret"))
DER: DerRedactor = VALUES._der
START = datetime(2026, 1, 2)
KEYS: dict[str, Callable[[], object]] = {
    "rsa": lambda: rsa.generate_private_key(65537, 1024),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


def certificate(kind: str = "P-256") -> x509.Certificate:
    key = KEYS[kind]()
    name = x509.Name((
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Beispiel GmbH"),
        x509.NameAttribute(NameOID.COMMON_NAME, "gw01.example.org"),
    ))  # fmt: skip
    public = key.public_key()  # type: ignore[attr-defined]
    names = (
        x509.DNSName("gw01.example.org"),
        x509.IPAddress(ip_address("8.8.4.4")),
        x509.RFC822Name("ops@example.org"),
    )
    built = (
        x509.CertificateBuilder(name, name, public, 0x1234567890ABCDEF1234, START, START + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=2), critical=True)
    )
    return built.sign(key, None if kind == "ed25519" else SHA256())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KEYS)
def test_a_certificate_stays_one_that_judges_alike_and_names_nobody(kind: str) -> None:
    der = certificate(kind).public_bytes(Encoding.DER)
    copy = DER.of(der)
    assert copy is not None
    assert len(copy) == len(der)
    old, new = certificate_facts(der), certificate_facts(copy)
    kept = ("not_before", "not_after", "key_type", "key_bits", "signature_hash")
    assert [getattr(old, name) for name in kept] == [getattr(new, name) for name in kept]
    assert new.subject == new.issuer != old.subject
    assert new.serial != old.serial
    for word in (
        b"gw01",
        b"example",
        b"Beispiel",
        b"GmbH",
        ip_address("8.8.4.4").packed,
        bytes.fromhex("1234567890abcdef"),
    ):
        assert word in der
        assert word not in copy
    shown = dict(facts("certificate", copy))
    assert shown["basic_constraints"] == dict(facts("certificate", der))["basic_constraints"]
    assert VALUES.addresses.of(ip_address("8.8.4.4").packed) in copy
    assert VALUES.names.text(b"gw01.example.org") in copy
    assert shown["subject_key_identifier"] == shown["authority_key_identifier"]


def test_a_bundle_holds_the_same_certificate() -> None:
    one = certificate("rsa")
    der, bundle = one.public_bytes(Encoding.DER), pkcs7.serialize_certificates([one], Encoding.DER)
    copy = DER.of(bundle)
    assert copy is not None
    assert DER.of(der) in (copy[at : at + len(der)] for at in range(len(copy) - len(der) + 1))


def test_a_certificate_that_the_capture_cuts_keeps_its_beginning() -> None:
    der = certificate("rsa").public_bytes(Encoding.DER)[:200]
    copy = DER.of(der, cut=True)
    assert copy is not None
    assert copy[:4] == der[:4]
    assert b"example" not in copy
    assert DER.of(der) is None


def test_an_enterprise_s_own_number_goes_and_a_known_one_stays() -> None:
    known, own = bytes.fromhex("06032a8648"), bytes.fromhex("060a2b0601040182f7130502")
    assert DER.of(known) == known
    copy = DER.of(own)
    assert copy is not None
    assert copy[:7] == own[:7]
    assert copy != own


@given(st.binary(max_size=200))
def test_nothing_raises_and_nothing_grows(data: bytes) -> None:
    for cut in (False, True):
        copy = DER.of(data, cut=cut)
        assert copy is None or len(copy) == len(data)


def test_what_is_nested_without_end_is_none() -> None:
    data = b""
    for _ in range(60):
        data = b"\x30\x84" + len(data).to_bytes(4, "big") + data
    assert DER.of(data) is None
    assert DER.of(b"\x05\x00" * 30_000) is None
