"""A payload's content in a few words, for the `payloads` table and the ladder."""

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


def summary(  # noqa: C901, PLR0911  (a line for each kind of body)
    payload: Payload, major_version: int, memory: Memory = NOTHING
) -> str:
    """A few words on one payload; its size where it says nothing by itself. memory: of the run."""
    body = payload.body
    match body:
        case SecurityAssociation(proposals=proposals):
            return (
                _count(len(proposals), "proposal")
                + ", "
                + _count(sum(len(p.transforms) for p in proposals), "transform")
            )
        case KeyExchange(group=group, data=data):
            named = f"{registry.name('ikev2-ke', group)}, " if group is not None else ""
            return f"{named}{len(data)} bytes"
        case Notify(notify_type=notify_type, data=data):
            return registry.notify_name(major_version, notify_type) + (f", {len(data)} bytes" if data else "")
        case VendorID(data=data):
            match_ = registry.vendors.identify(data)
            return match_.name if match_ else memory.recall(bytes.hex, data)
        case Identification():
            return body.text
        case Encrypted() | EncryptedFragment() as sealed:
            part = f"fragment {sealed.number} of {sealed.total}, " if isinstance(sealed, EncryptedFragment) else ""
            return f"{part}{len(sealed.data)} bytes, encrypted"
        case CiscoFragment(fragment_id=ident, number=number, last=last):
            return f"fragment {number}{' (last)' if last else ''} of message {ident}"
        case Delete(protocol_id=protocol_id, spis=spis):
            protocol = registry.name(f"ikev{major_version}-protocol-ids", protocol_id)
            return " ".join([protocol, *(spi.hex() for spi in spis)])
        case Authentication(method=method):
            return registry.name("ikev2-auth-methods", method)
        case Certificate(encoding=encoding) | CertificateRequest(encoding=encoding):
            return registry.name(f"ikev{major_version}-cert-encodings", encoding)
        case TrafficSelectors(selectors=selectors):
            return ", ".join(s.text for s in selectors)
        case Eap(code=code, eap_type=eap_type):
            kind = f" {registry.name('eap-types', eap_type)}" if eap_type is not None else ""
            return registry.name("eap-codes", code) + kind
        case Configuration(cfg_type=cfg_type):
            return registry.name(f"ikev{major_version}-cfg-types", cfg_type)
    return f"{max(0, payload.length - 4)} bytes"


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" + ("" if n == 1 else "s")
