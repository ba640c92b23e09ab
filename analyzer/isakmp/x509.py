"""What certificates, revocation lists, keys and OCSP answers say of themselves, by `cryptography`. Nothing is verified.

`facts` are pairs of name and text for the dissection tree, `certificate_facts` the values of a certificate for tables.
What cannot be parsed has no facts; nothing raises. Reading takes long: what comes again is asked of `memory.recall`.
"""

import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from analyzer.isakmp import x509_extensions
from analyzer.isakmp.der import certificate_names, dotted_name, name_text, rsa_key
from analyzer.isakmp.roca import has_the_form

Facts = tuple[tuple[str, str], ...]


def facts(kind: str, der: bytes) -> Facts:
    """Facts of `der` as a "certificate", "bundle" (PKCS #7), "crl", "key" or "ocsp"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about certificates that break the rules: here they are what is looked at
        found = _attempt(lambda: tuple(_KINDS[kind](der)))
        if found is None:
            return ()
        return tuple((name, text) for name, read in found if (text := _attempt(read)))


def _attempt(read: Callable[[], Any]) -> Any:
    """The value, or None: lazily parsed parts of hostile objects fail one by one, some as panics.

    `read` is a lambda: `found.subject.x` as an argument would already parse, and raise, out here.
    """
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic is no Exception
        return None


class CertificateFacts(NamedTuple):
    """What a certificate says (RFC 5280). Each fact that cannot be read is None.

    `subject_alt_names` is () where there are none. public_exponent, roca: of RSA keys; roca: the modulus has the form
    of keys that can be factored (roca.py).
    """

    subject: str | None = None
    issuer: str | None = None
    serial: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_type: str | None = None
    key_bits: int | None = None
    signature_hash: str | None = None
    subject_alt_names: tuple[str, ...] | None = None
    public_exponent: int | None = None
    roca: bool | None = None
    signature_algorithm: str | None = None


def certificate_facts(der: bytes) -> CertificateFacts:
    """The facts of a DER certificate: of one that `cryptography` refuses its names, of other bytes none."""
    from cryptography import x509  # noqa: PLC0415  (only captures with certificates need it)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _attempt(lambda: x509.load_der_x509_certificate(der))
        return CertificateFacts(*distinguished_names(der)) if found is None else _read_certificate(found, der)


def key_facts(der: bytes) -> CertificateFacts:
    """The facts of a public key alone, as of a certificate that says nothing else."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    key = _attempt(lambda: load_der_public_key(der))
    return CertificateFacts()._replace(**_of_key(key, der))


def distinguished_names(der: bytes) -> tuple[str | None, str | None]:
    """Subject and issuer of a DER certificate, written as ID and CERTREQ payloads are: comparable with theirs."""
    issuer, subject = certificate_names(der) or (b"", b"")
    return name_text(subject), name_text(issuer)


def _read_certificate(found: Any, der: bytes) -> CertificateFacts:
    subject, issuer = distinguished_names(der)
    key = _public_key_of(found)
    return CertificateFacts(
        _name(lambda: found.subject, subject),
        _name(lambda: found.issuer, issuer),
        _attempt(lambda: f"{found.serial_number:x}"),
        _attempt(lambda: found.not_valid_before_utc),
        _attempt(lambda: found.not_valid_after_utc),
        signature_hash=_attempt(lambda: found.signature_hash_algorithm and found.signature_hash_algorithm.name),
        subject_alt_names=_attempt(lambda: _alternative_names(found)),
        signature_algorithm=_attempt(lambda: dotted_name(found.signature_algorithm_oid.dotted_string)),
    )._replace(**_of_key(key, der))


def _of_key(key: Any, der: bytes) -> dict[str, Any]:
    """The fields of CertificateFacts that a public key fills. key: None: `cryptography` refuses that of these bytes."""
    if key is None:
        numbers = rsa_key(der)
        return {} if numbers is None else _of_numbers(*numbers)
    curve = getattr(key, "curve", None)
    kind = type(key).__name__.removesuffix("PublicKey").lstrip("_")
    return {
        "key_type": f"EC {curve.name}" if curve is not None else kind,
        "key_bits": _attempt(lambda: key.key_size),
        "public_exponent": _attempt(lambda: key.public_numbers().e),
        "roca": _attempt(lambda: has_the_form(key.public_numbers().n)),
    }


def _of_numbers(modulus: int, exponent: int) -> dict[str, Any]:
    """The same of an RSA key that no library takes: its exponent is even or 1, or it is very short."""
    facts = {"key_type": "RSA", "key_bits": modulus.bit_length(), "public_exponent": exponent}
    return {**facts, "roca": has_the_form(modulus)}


def _public_key_of(found: Any) -> Any:
    def read() -> Any:
        return found.public_key()

    return _attempt(read)


def _name(read: Callable[[], Any], otherwise: str | None) -> str | None:
    """A distinguished name in text; `otherwise` where its strings hold bytes that their types do not allow."""
    text: str | None = _attempt(lambda: read().rfc4514_string())
    return otherwise if text is None else text


def _time(when: datetime | None) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S UTC") if when is not None else ""


Reads = Iterator[tuple[str, Callable[[], Any]]]


def _certificate(der: bytes) -> Reads:
    from cryptography import x509  # noqa: PLC0415

    found = _attempt(lambda: x509.load_der_x509_certificate(der))
    return _names_only(der) if found is None else _of_certificate(found, der)


def _names_only(der: bytes) -> Reads:
    """What can be read of a certificate that breaks the rules in a place where `cryptography` gives up."""
    subject, issuer = distinguished_names(der)
    if subject is not None or issuer is not None:
        yield "subject", lambda: subject
        yield "issuer", lambda: issuer
        yield "other_fields", lambda: "cannot be read"


def _of_certificate(found: Any, der: bytes) -> Reads:
    read = _read_certificate(found, der)
    yield "version", lambda: found.version.name
    yield "subject", lambda: read.subject
    yield "issuer", lambda: read.issuer
    yield "serial_number", lambda: read.serial
    yield "not_before", lambda: _time(read.not_before)
    yield "not_after", lambda: _time(read.not_after)
    yield "public_key", lambda: _key(found.public_key())
    yield from _key_numbers(_public_key_of(found))
    yield "signature_algorithm", lambda: read.signature_algorithm
    yield "signature_hash", lambda: read.signature_hash
    yield "subject_alternative_names", lambda: ", ".join(read.subject_alt_names or ())
    extensions = _attempt(lambda: tuple(found.extensions))
    if extensions is None:  # read all or none: a malformed one, or one that stands twice
        yield "extensions", lambda: "cannot be read"
    yield from x509_extensions.facts(extensions or ())


def _key(key: Any) -> str:
    kind = type(key).__name__.removesuffix("PublicKey").lstrip("_")
    curve = getattr(key, "curve", None)
    size = getattr(key, "key_size", "")
    return f"EC {curve.name}" if curve is not None else f"{kind} {size}".rstrip()


def _key_numbers(key: Any) -> Reads:
    """What an RSA key consists of; the modulus tells the same key in other certificates."""
    exponent = _attempt(lambda: key.public_numbers().e)
    if exponent is not None:
        yield "public_exponent", lambda: str(exponent) if exponent.bit_length() <= 64 else f"0x{exponent:x}"
        yield "modulus", lambda: f"{key.public_numbers().n:x}"


def _alternative_names(found: Any) -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415

    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(f"{type(name).__name__}:{getattr(name, 'value', name)}" for name in names)


def _bundle(der: bytes) -> Reads:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7  # noqa: PLC0415

    for certificate in pkcs7.load_der_pkcs7_certificates(der):
        yield from _of_certificate(certificate, certificate.public_bytes(Encoding.DER))


def _crl(der: bytes) -> Reads:
    from cryptography import x509  # noqa: PLC0415

    found = x509.load_der_x509_crl(der)
    yield "issuer", lambda: _name(lambda: found.issuer, None)
    yield "last_update", lambda: _time(found.last_update_utc)
    yield "next_update", lambda: found.next_update_utc and _time(found.next_update_utc)
    yield "revoked_certificates", lambda: str(len(found))


def _public_key(der: bytes) -> Reads:
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    found = load_der_public_key(der)
    yield "public_key", lambda: _key(found)
    yield from _key_numbers(found)


def _ocsp(der: bytes) -> Reads:
    from cryptography.x509 import ocsp  # noqa: PLC0415

    found = ocsp.load_der_ocsp_response(der)
    yield "response_status", lambda: found.response_status.name
    yield "certificate_status", lambda: found.certificate_status.name
    yield "serial_number", lambda: f"{found.serial_number:x}"
    yield "this_update", lambda: _time(found.this_update_utc)


_KINDS = {"bundle": _bundle, "certificate": _certificate, "crl": _crl, "key": _public_key, "ocsp": _ocsp}
