"""What a certificate says, as a row of the `certificates` table. It is never trusted and never verified."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from analyzer.isakmp import Memory, registry
from analyzer.isakmp.memory import NOTHING
from analyzer.isakmp.numbers import CertEncoding
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.x509 import CertificateFacts, certificate_facts

Row = tuple[Any, ...]

_X509 = (CertEncoding.X509_CERTIFICATE_SIGNATURE, CertEncoding.X509_CERTIFICATE_KEY_EXCHANGE)
_COLUMNS = 9  # facts that the table has, the first ones
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def certificate_row(version: int, certificate: Certificate, capture: str, memory: Memory = NOTHING) -> Row:
    """The columns behind `side`. memory: what this run has read before."""
    name = registry.name(f"ikev{version}-cert-encodings", certificate.encoding)
    facts = memory.recall(certificate_facts, certificate.data) if certificate.encoding in _X509 else CertificateFacts()
    dates = _ns(facts.not_before), _ns(facts.not_after)
    row = (facts.subject, facts.issuer, facts.serial, *dates, *facts[5:_COLUMNS])
    known = sha256(certificate.data).hexdigest(), capture, facts.signature_algorithm
    return (certificate.encoding, name, *row, *known)


def _ns(when: datetime | None) -> int | None:
    return None if when is None else int((when - _EPOCH).total_seconds()) * 10**9
