import ast
import tracemalloc
from datetime import UTC, datetime

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import ocsp

from analyzer.isakmp import Memory, x509
from analyzer.isakmp.der import name_text
from tests.conftest import ROOT

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


def test_a_key_that_is_refused_has_its_numbers_all_the_same() -> None:
    key = rsa.RSAPublicNumbers(3, (1 << 2047) + 9).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    facts = x509.key_facts(der[:-1] + b"\x01")
    assert (facts.key_type, facts.key_bits, facts.public_exponent, facts.roca) == ("RSA", 2048, 1, False)
    assert x509.key_facts(b"\0" * 40) == x509.CertificateFacts()


def test_numbers_of_an_rsa_key() -> None:
    numbers = rsa.RSAPublicNumbers(65537, (1 << 2047) + 9)
    key = numbers.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert dict(x509.facts("key", key)) == {
        "public_key": "RSA 2048",
        "public_exponent": "65537",
        "modulus": f"{numbers.n:x}",
    }


def test_an_exponent_of_any_size_is_told() -> None:
    exponent = (1 << 16380) + 1  # more decimal digits than Python makes text of
    numbers = rsa.RSAPublicNumbers(exponent, (1 << 16383) + 9)
    key = numbers.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert dict(x509.facts("key", key))["public_exponent"] == f"0x{exponent:x}"


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


def with_names(subject: str, issuer: str = "gw.example") -> library.CertificateBuilder:
    names = [library.Name([library.NameAttribute(library.NameOID.COMMON_NAME, text)]) for text in (subject, issuer)]
    builder = library.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(KEY.public_key())
    builder = builder.serial_number(1).not_valid_before(datetime(2024, 1, 2, tzinfo=UTC))
    return builder.not_valid_after(datetime(2025, 1, 2, tzinfo=UTC))


STRINGS = {"UTF8String": 12, "PrintableString": 19, "T61String": 20, "IA5String": 22, "of no kind": 83}


@pytest.mark.parametrize("string", STRINGS)
@pytest.mark.parametrize("side", ["subject", "issuer"])
def test_names_with_bytes_that_their_type_does_not_allow(string: str, side: str) -> None:
    marked = with_names(**{"subject": "gw.example", side: "MXller GmbH"})
    der = marked.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    plain = dict(x509.facts("certificate", der))
    hostile = der.replace(b"\x0c\x0bMXller", bytes([STRINGS[string], 0x0B]) + b"M\xfcller")
    assert hostile != der
    facts = dict(x509.facts("certificate", hostile))
    told = {"T61String": "CN=M\u00fcller GmbH", "of no kind": "CN=#4dfc6c6c657220476d6248"}.get(
        string, "CN=M\ufffdller GmbH"
    )
    found = x509.certificate_facts(hostile)
    assert getattr(found, side) == told
    assert getattr(found, "issuer" if side == "subject" else "subject") == "CN=gw.example"
    if string == "PrintableString":  # cryptography refuses the whole certificate: its names are still told
        assert facts == {"subject": plain["subject"], "issuer": plain["issuer"], "other_fields": "cannot be read"} | {
            side: told
        }
    else:
        assert facts == plain | {side: told}
        assert found.key_type == "EC secp256r1"


def test_subject_and_issuer_are_not_mistaken_for_each_other() -> None:
    der = with_names("leaf", "authority").sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    assert x509.distinguished_names(der) == ("CN=leaf", "CN=authority")


def test_a_revocation_list_whose_issuer_cannot_be_read_keeps_its_other_facts() -> None:
    builder = library.CertificateRevocationListBuilder().issuer_name(NAME).last_update(datetime(2024, 1, 1, tzinfo=UTC))
    der = builder.next_update(datetime(2024, 2, 1, tzinfo=UTC)).sign(KEY, hashes.SHA256())
    hostile = der.public_bytes(serialization.Encoding.DER).replace(b"gw.example", b"gw.ex\xfcmple")
    facts = dict(x509.facts("crl", hostile))
    assert "issuer" not in facts
    assert facts["revoked_certificates"] == "0"


def evaluated(source: str) -> list[int]:
    """Lines where what is to be tried is worked out before `_attempt` (or the caller of a fact) is entered."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_attempt":
            tried = node.args[0]
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            tried = node.value.elts[1]
        else:
            continue
        bound = isinstance(tried, ast.Call) and getattr(tried.func, "id", "") == "partial"
        if not (isinstance(tried, ast.Lambda | ast.Name) or bound):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("module", ["x509", "x509_extensions"])
def test_nothing_is_worked_out_before_it_is_tried(module: str) -> None:
    assert not evaluated((ROOT / "analyzer" / "isakmp" / f"{module}.py").read_text("utf-8"))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("_attempt(found.subject.rfc4514_string)", [1]),
        ("_attempt(found.public_key)", [1]),
        ("_attempt(f())", [1]),
        ("def f():\n    yield 'issuer', found.issuer.rfc4514_string", [2]),
        ("_attempt(lambda: found.subject.rfc4514_string())", []),
        ("_attempt(read)", []),
        ("def f():\n    yield name, partial(_text, extension)", []),
    ],
)
def test_what_is_worked_out_too_early_is_found(source: str, lines: list[int]) -> None:
    assert evaluated(source) == lines


def of_many_names(names: int) -> tuple[bytes, int]:
    """A certificate, and where its serial number is: what it says does not depend on the signature."""
    builder = library.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(KEY.public_key())
    builder = builder.serial_number(0x12345678).not_valid_before(datetime(2024, 1, 2, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2025, 1, 2, tzinfo=UTC))
    found = builder.add_extension(library.SubjectAlternativeName([library.DNSName("a")] * names), critical=False)
    der = found.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return der, der.index(bytes.fromhex("12345678"))


def test_a_certificate_that_comes_again_in_a_run_is_not_parsed_again() -> None:
    der, _ = of_many_names(1)
    again, memory = bytes(bytearray(der)), Memory()
    assert memory.recall(x509.certificate_facts, der) is memory.recall(x509.certificate_facts, again)
    assert memory.recall(x509.facts, "certificate", der) is memory.recall(x509.facts, "certificate", again)
    assert x509.certificate_facts(der) is not x509.certificate_facts(again)


def test_a_flood_of_certificates_takes_no_more_than_the_limit() -> None:
    """What they say takes up to 25 times their bytes: many short names, as text."""
    der, at = of_many_names(2500)
    memory, most = Memory(4 << 20), 0
    memory.recall(x509.certificate_facts, der)
    tracemalloc.start()
    kept = tracemalloc.get_traced_memory()[0]
    for number in range(60):
        other = der[:at] + (0x10000000 + number).to_bytes(4, "big") + der[at + 4 :]
        memory.recall(x509.certificate_facts, other)
        most = max(most, tracemalloc.get_traced_memory()[0] - kept)
    tracemalloc.stop()
    assert 1 << 20 < most < 4 << 20


def test_an_ocsp_answer_says_what_it_says_of_which_certificate() -> None:
    own = certificate()
    builder = ocsp.OCSPResponseBuilder().add_response(
        own, own, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, datetime(2024, 2, 3, tzinfo=UTC), None, None, None
    )
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, own).sign(KEY, hashes.SHA256())
    assert x509.facts("ocsp", answer.public_bytes(serialization.Encoding.DER)) == (
        ("response_status", "SUCCESSFUL"),
        ("certificate_status", "GOOD"),
        ("serial_number", "1234"),
        ("this_update", "2024-02-03 00:00:00 UTC"),
    )
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert x509.facts("ocsp", later.public_bytes(serialization.Encoding.DER)) == (("response_status", "TRY_LATER"),)


def test_an_interrupt_while_a_certificate_is_read_is_none_of_its_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "load_der_x509_certificate", stop)
    with pytest.raises(KeyboardInterrupt):
        x509.certificate_facts(b"\x30\x00")
