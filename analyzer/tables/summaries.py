"""A payload's content in a few words, for the `payloads` table and the ladder."""

from collections.abc import Callable
from typing import Any, Final

from analyzer.isakmp import Memory, Payload, registry
from analyzer.isakmp.memory import NOTHING
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from analyzer.isakmp.payloads.configuration import Configuration
from analyzer.isakmp.payloads.delete import Delete
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.ikev1.cisco_fragment import CiscoFragment
from analyzer.isakmp.payloads.ikev2.authentication import Authentication
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.ikev2.traffic_selectors import TrafficSelectors
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.payloads.vendor_id import VendorID

Words = Callable[[Any, int, Memory], str]


def summary(payload: Payload, major_version: int, memory: Memory = NOTHING) -> str:
    """A few words on one payload; its size where it says nothing by itself. memory: of the run."""
    said = _WORDS.get(type(payload.body))
    return f"{max(0, payload.length - 4)} bytes" if said is None else said(payload.body, major_version, memory)


def _security_association(body: SecurityAssociation, *_: Any) -> str:
    transforms = sum([len(proposal.transforms) for proposal in body.proposals])
    return f"{_count(len(body.proposals), 'proposal')}, {_count(transforms, 'transform')}"


def _key_exchange(body: KeyExchange, *_: Any) -> str:
    named = f"{registry.name('ikev2-ke', body.group)}, " if body.group is not None else ""
    return f"{named}{len(body.data)} bytes"


def _notify(body: Notify, version: int, _: Memory) -> str:
    return registry.notify_name(version, body.notify_type) + (f", {len(body.data)} bytes" if body.data else "")


def _vendor_id(body: VendorID, _: int, memory: Memory) -> str:
    known = registry.vendors.identify(body.data)
    return known.name if known else memory.recall(bytes.hex, body.data)


def _encrypted_fragment(body: EncryptedFragment, *_: Any) -> str:
    return f"fragment {body.number} of {body.total}, {len(body.data)} bytes, encrypted"


def _cisco_fragment(body: CiscoFragment, *_: Any) -> str:
    return f"fragment {body.number}{' (last)' if body.last else ''} of message {body.fragment_id}"


def _delete(body: Delete, version: int, _: Memory) -> str:
    protocol = registry.name(f"ikev{version}-protocol-ids", body.protocol_id)
    return " ".join([protocol, *(spi.hex() for spi in body.spis)])


def _encoding(body: Certificate | CertificateRequest, version: int, _: Memory) -> str:
    return registry.name(f"ikev{version}-cert-encodings", body.encoding)


def _eap(body: Eap, *_: Any) -> str:
    kind = f" {registry.name('eap-types', body.eap_type)}" if body.eap_type is not None else ""
    return registry.name("eap-codes", body.code) + kind


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" + ("" if n == 1 else "s")


_WORDS: Final[dict[type, Words]] = {
    SecurityAssociation: _security_association,
    KeyExchange: _key_exchange,
    Notify: _notify,
    VendorID: _vendor_id,
    Identification: lambda body, *_: str(body.text),
    Encrypted: lambda body, *_: f"{len(body.data)} bytes, encrypted",
    EncryptedFragment: _encrypted_fragment,
    CiscoFragment: _cisco_fragment,
    Delete: _delete,
    Authentication: lambda body, *_: registry.name("ikev2-auth-methods", body.method),
    Certificate: _encoding,
    CertificateRequest: _encoding,
    TrafficSelectors: lambda body, *_: ", ".join(selector.text for selector in body.selectors),
    Eap: _eap,
    Configuration: lambda body, version, _: registry.name(f"ikev{version}-cfg-types", body.cfg_type),
}
