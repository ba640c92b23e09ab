"""What a certificate says, for the `certificates` table: decoded by `cryptography`, never trusted, never verified."""

import warnings
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.payloads.certificate import Certificate

Row = tuple[Any, ...]

_X509_SIGNATURE, _X509_KEY_EXCHANGE = 4, 5  # RFC 2408 section 3.9; IKEv2 keeps 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(NamedTuple):
    """Columns from `subject` to `subject_alt_names`; times in ns. All None where the bytes are no X.509 certificate."""

    subject: str | None = None
    issuer: str | None = None
    serial: str | None = None
    not_before: int | None = None
    not_after: int | None = None
    key_type: str | None = None
    key_bits: int | None = None
    signature_hash: str | None = None
    subject_alt_names: tuple[str, ...] | None = None


def certificate_row(version: int, certificate: Certificate) -> Row:
    """The columns behind `side`, the capture left out."""
    name = registry.name(f"ikev{version}-cert-encodings", certificate.encoding)
    facts = facts_of(certificate.data) if certificate.encoding in (_X509_SIGNATURE, _X509_KEY_EXCHANGE) else Facts()
    return (certificate.encoding, name, *facts, sha256(certificate.data).hexdigest())


@lru_cache(maxsize=1024)
def facts_of(der: bytes) -> Facts:
    """What an X.509 certificate says of itself (RFC 5280). Each fact that cannot be read is missing; nothing raises."""
    from cryptography import x509  # noqa: PLC0415  (only captures with certificates need it)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of certificates that break the rules: here they are the object of study
        try:
            certificate = x509.load_der_x509_certificate(der)
        except (ValueError, TypeError):
            return Facts()
        key_type, key_bits = _attempt(lambda: _key(certificate.public_key())) or (None, None)
        return Facts(
            _attempt(certificate.subject.rfc4514_string),
            _attempt(certificate.issuer.rfc4514_string),
            _attempt(lambda: f"{certificate.serial_number:x}"),
            _attempt(lambda: _ns(certificate.not_valid_before_utc)),
            _attempt(lambda: _ns(certificate.not_valid_after_utc)),
            key_type,
            key_bits,
            _attempt(lambda: certificate.signature_hash_algorithm and certificate.signature_hash_algorithm.name),
            _attempt(lambda: _alternative_names(certificate)),
        )


def _attempt(read: Any) -> Any:
    """The value, or None: lazily parsed parts of hostile certificates fail one by one."""
    try:
        return read()
    except Exception:
        return None


def _ns(when: datetime) -> int:
    return int((when - _EPOCH).total_seconds()) * 10**9


def _key(key: Any) -> tuple[str, int | None]:
    """Kind and size in bits of a public key."""
    kind = type(key).__name__.removesuffix("PublicKey").lstrip("_")
    curve = getattr(key, "curve", None)
    return (f"EC {curve.name}" if curve is not None else kind), getattr(key, "key_size", None)


def _alternative_names(certificate: Any) -> tuple[str, ...] | None:
    from cryptography import x509  # noqa: PLC0415

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(f"{type(n).__name__}:{getattr(n, 'value', n)}" for n in names)
