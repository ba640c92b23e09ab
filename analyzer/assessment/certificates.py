"""What the certificates of a negotiation say, as far as they could be read.

None is trusted, and no signature verified.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.isakmp import Memory
from analyzer.isakmp.memory import NOTHING
from analyzer.isakmp.numbers import HashAndUrl, IdType, RawKey
from analyzer.isakmp.payloads import content
from analyzer.isakmp.x509 import CertificateFacts, certificate_facts, distinguished_names, key_facts
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.identities import own_identity
from analyzer.negotiation.seen import SeenCertificate
from analyzer.vocabulary import side

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The name forms of certificates by the type of identity that they confirm (RFC 4945 section 3.1)
_NAMES: dict[int, str] = {
    IdType.ID_IPV4_ADDR: "IPAddress",
    IdType.ID_FQDN: "DNSName",
    IdType.ID_RFC822_ADDR: "RFC822Name",
    IdType.ID_IPV6_ADDR: "IPAddress",
}


_URLS, _KEYS = frozenset(map(int, HashAndUrl)), frozenset(map(int, RawKey))


class Shown(NamedTuple):
    """A certificate as a side sent it, and what it says."""

    frame_number: int
    from_initiator: bool
    at: datetime | None  # when it was captured
    facts: CertificateFacts
    der: bytes

    @property
    def side(self) -> str:
        """Who sent it."""
        return side(self.from_initiator)

    @property
    def name(self) -> str:
        """Its subject, for people."""
        if self.facts.subject is None and self.facts.issuer is None:
            return "a public key without a certificate"
        return self.facts.subject or "a certificate without a subject"


def shown(n: Negotiation, memory: Memory = NOTHING) -> list[Shown]:
    """Each certificate of a side once, in the order sent; those that cannot be parsed are left out.

    memory: what this run has read before.
    """
    if not n.certificates:
        return []
    kept = [s for s in n.certificates if not s.asked_for and s.encoding not in _URLS and s.encoding not in _KEYS]
    return _read(kept, memory, certificate_facts)


def public_keys(n: Negotiation, memory: Memory = NOTHING) -> list[Shown]:
    """As `shown`, and behind the certificates public keys that a side sent without one (RFC 7670)."""
    if not n.certificates:
        return []
    return shown(n, memory) + _read([s for s in n.certificates if s.encoding in _KEYS], memory, key_facts)


def _read(some: list[SeenCertificate], memory: Memory, read: Callable[[bytes], CertificateFacts]) -> list[Shown]:
    first: dict[tuple[bool, bytes], SeenCertificate] = {}
    for seen in some:
        first.setdefault((seen.from_initiator, seen.der), seen)
    facts = [(seen, memory.recall(read, seen.der)) for seen in first.values()]
    return [Shown(s.frame_number, s.from_initiator, _time(s.time_ns), f, s.der) for s, f in facts if f != _UNREADABLE]


_UNREADABLE = CertificateFacts()


def _time(time_ns: int | None) -> datetime | None:
    return None if time_ns is None or not is_dated(time_ns) else _EPOCH + timedelta(microseconds=time_ns // 1000)


def outside_validity(certificate: Shown) -> str | None:
    """What is wrong with its period of validity when it was captured (RFC 5280 section 4.1.2.5), if anything."""
    facts, at = certificate.facts, certificate.at
    if at is None:
        return None
    if facts.not_after is not None and at > facts.not_after:
        return f"expired on {facts.not_after:%Y-%m-%d %H:%M:%S} UTC and was sent on {at:%Y-%m-%d %H:%M:%S} UTC"
    if facts.not_before is not None and at < facts.not_before:
        return f"is valid from {facts.not_before:%Y-%m-%d %H:%M:%S} UTC on and was sent on {at:%Y-%m-%d %H:%M:%S} UTC"
    return None


class Objection(NamedTuple):
    """What a peer may hold against a certificate."""

    frame_number: int
    text: str
    advice: str


def objections(n: Negotiation, memory: Memory = NOTHING, *, to_initiator: bool) -> Iterator[Objection]:
    """What the other side may hold against a side's certificates: dates, the identity, the authority."""
    chain = [c for c in shown(n, memory) if c.from_initiator == to_initiator]
    for certificate in chain:
        wrong = outside_validity(certificate)
        if wrong is not None:
            text = f"The certificate {certificate.name} of the {certificate.side} {wrong}."
            advice = f"Renew it, and check the clocks of the {certificate.side} and its peer."
            yield Objection(certificate.frame_number, text, advice)
    if chain:
        yield from _identity(n, chain[0])
        yield from _authority(n, chain)


def _identity(n: Negotiation, leaf: Shown) -> Iterator[Objection]:
    """The identity is not in the certificate that proves it, the first one (RFC 7296 section 3.6, RFC 4945 3.1)."""
    identity = own_identity(n, initiator=leaf.from_initiator)
    names = leaf.facts.subject_alt_names
    if identity is None or not identity.text or names is None:
        return
    if identity.id_type == IdType.ID_DER_ASN1_DN:
        subject, _ = distinguished_names(leaf.der)
        confirmed = subject is None or identity.text.lower() == subject.lower()
    elif identity.id_type in _NAMES:
        wanted = f"{_NAMES[identity.id_type]}:{identity.text}".lower()
        confirmed = any(wanted == name.lower() or "*" in name for name in names)  # who takes wildcards is not known
    else:
        return  # no document says how a certificate would confirm it
    if not confirmed:
        text = f"The {leaf.side} claims the identity {identity.text}, and its certificate is for {leaf.name}"
        text += f" with {', '.join(names)}." if names else " with no other names."
        advice = f"Let the {leaf.side} use an identity that its certificate has, or issue one for {identity.text}."
        yield Objection(leaf.frame_number, text, advice)


def _authority(n: Negotiation, chain: list[Shown]) -> Iterator[Objection]:
    """None of its issuers is one that the other side asks for. Only IKEv1's requests name them (RFC 2408 3.10)."""
    if n.ike_version != 1:
        return
    asked = [c for c in n.certificates if c.asked_for and c.from_initiator != chain[0].from_initiator]
    names = [name for c in asked if (name := content.text_of("name", c.der))]
    issuers = {issuer for c in chain if (issuer := distinguished_names(c.der)[1])}
    if not names or len(names) < len(asked) or not issuers:
        return  # an empty request asks for any authority
    if not {i.lower() for i in issuers} & {name.lower() for name in names}:
        text = f"The certificate of the {chain[0].side} comes from {', '.join(sorted(issuers))}; "
        advice = (
            f"Give the {chain[0].side} a certificate from an authority that its peer trusts; let the peer trust this "
            "one only if it is yours."
        )
        yield Objection(asked[0].frame_number, f"{text}the other side asks for {', '.join(names)}.", advice)
