from datetime import UTC, datetime

from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from analyzer.isakmp import x509
from tests.isakmp.test_x509 import KEY, NAME

LIST = library.DistributionPoint([library.UniformResourceIdentifier("http://ca.example/l.crl")], None, None, None)
OCSP = library.AccessDescription(
    AuthorityInformationAccessOID.OCSP, library.UniformResourceIdentifier("http://ca.example/o")
)
POLICY = library.PolicyInformation(library.ObjectIdentifier("2.5.29.32.0"), None)
ISSUER = library.AuthorityKeyIdentifier(bytes.fromhex("aabb"), [library.DirectoryName(NAME)], 0x77)


def usage(*wanted: str) -> library.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    names += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return library.KeyUsage(**{name: name in wanted for name in names})


def certificate(*extensions: tuple[library.ExtensionType, bool]) -> bytes:
    builder = library.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(datetime(2024, 1, 2, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2025, 1, 2, tzinfo=UTC))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def told(*extensions: tuple[library.ExtensionType, bool]) -> list[tuple[str, str]]:
    """The facts behind those that every certificate has."""
    facts = list(x509.facts("certificate", certificate(*extensions)))
    names = [name for name, _ in facts]
    return facts[names.index("signature_hash") + 1 :]


def test_extensions_of_a_gateway() -> None:
    purposes = library.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH, library.ObjectIdentifier("1.3.6.1.5.5.8.2.2")]
    )
    assert told(
        (library.BasicConstraints(ca=False, path_length=None), True),
        (usage("digital_signature", "key_encipherment"), True),
        (purposes, False),
        (library.CRLDistributionPoints([LIST]), False),
        (library.AuthorityInformationAccess([OCSP]), False),
        (library.CertificatePolicies([POLICY]), False),
        (ISSUER, False),
        (library.SubjectKeyIdentifier(bytes.fromhex("ccdd")), False),
    ) == [
        ("basic_constraints", "not a CA (critical)"),
        ("key_usage", "digitalSignature, keyEncipherment (critical)"),
        ("extended_key_usage", "serverAuth, iKEIntermediate"),
        ("crl_distribution_points", "http://ca.example/l.crl"),
        ("authority_information_access", "OCSP http://ca.example/o"),
        ("certificate_policies", "anyPolicy"),
        ("authority_key_identifier", "aabb, issuer CN=gw.example, serial number 77"),
        ("subject_key_identifier", "ccdd"),
    ]


def test_authority_and_agreement() -> None:
    assert told(
        (library.BasicConstraints(ca=True, path_length=0), False), (usage("key_agreement", "decipher_only"), False)
    ) == [
        ("basic_constraints", "CA, path length 0"),
        ("key_usage", "keyAgreement, decipherOnly"),
    ]


def test_extensions_without_a_reader_are_named() -> None:
    unknown = library.UnrecognizedExtension(library.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    named = library.UnrecognizedExtension(library.ObjectIdentifier("2.16.840.1.113730.1.13"), b"\x05\x00")
    assert told((unknown, True), (named, False)) == [
        ("extension", "1.2.3.4 (critical)"),
        ("extension", "Netscape comment"),
    ]


def test_long_extensions_are_cut() -> None:
    links = [
        library.DistributionPoint([library.UniformResourceIdentifier("http://" + "a" * 1000)], None, None, None)
    ] * 17
    ((_, text),) = told((library.CRLDistributionPoints(links), False))
    assert text == ", ".join(["http://" + "a" * 193 + "..."] * 16) + ", and more"
    many = [
        (library.UnrecognizedExtension(library.ObjectIdentifier(f"1.2.3.{n}"), b"\x05\x00"), False) for n in range(40)
    ]
    assert len(told(*many)) == 32


def test_damage_anywhere_never_raises_and_never_hides_the_subject() -> None:
    whole = certificate((usage("digital_signature"), True), (library.BasicConstraints(ca=True, path_length=3), True))
    broken = 0
    for place in range(whole.find(bytes.fromhex("551d0f")) + 3, whole.find(bytes.fromhex("551d13")) + 16):
        for value in (0x00, 0xFF, whole[place] ^ 0x01):
            facts = dict(x509.facts("certificate", whole[:place] + bytes([value]) + whole[place + 1 :]))
            assert not facts or facts["subject"] == "CN=gw.example"
            assert not facts or "key_usage" in facts or "cannot be read" in facts.values()
            broken += "extensions" in facts
    assert broken
