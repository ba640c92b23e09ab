"""What a negotiation shows of EAP (RFC 7296 section 2.16): with keys only, since all of it is encrypted."""

from operator import attrgetter

from analyzer.isakmp.payloads.ikev2 import eap_tls
from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.seen import SeenEap

_KEPT = 64  # packets of an SA: with EAP-TLS and long certificates there are some thirty
_REQUEST, _SUCCESS, _FAILURE = 1, 3, 4  # codes (RFC 3748 section 4)
_MSCHAPV2, _TLS = 26, frozenset({13, 21, 25, 43, 55})  # types; EAP-TLS, EAP-TTLS, PEAP, EAP-FAST, TEAP
_MSCHAPV2_FAILURE = 4  # its opcode (RFC 2759 section 6)
_BYTES = 512  # of a packet: what says why a method failed is short


def note(n: Negotiation, step: Step, body: Eap, message_id: int) -> None:
    """Keep an EAP packet's beginning; of too many the last ones, which say how it ended.

    They stand in the order of their message IDs: a capture may hold them in another one.
    """
    place = message_id, step.is_response
    seen = SeenEap(step.frame_number, step.from_initiator, body.code, body.eap_type, body.data[:_BYTES], place)
    n.eap = tuple(sorted((*n.eap, seen), key=attrgetter("place"))[-_KEPT:])


def is_failure(packet: SeenEap) -> bool:
    """EAP-Failure: the server's last word."""
    return packet.code == _FAILURE


def succeeded(n: Negotiation) -> bool:
    """EAP-Success is the last packet: what fails after it is not EAP."""
    return bool(n.eap) and n.eap[-1].code == _SUCCESS


def is_mschapv2_failure(packet: SeenEap) -> bool:
    """A request in which MS-CHAPv2 reports its error: the server refuses the user or the password."""
    return (packet.code, packet.eap_type, packet.data[:1]) == (_REQUEST, _MSCHAPV2, bytes([_MSCHAPV2_FAILURE]))


def fatal_alert(packet: SeenEap) -> int | None:
    """The alert in clear with which TLS inside EAP ends: its sender refuses the other's proof; None: none."""
    return eap_tls.fatal_alert(packet.data) if packet.eap_type in _TLS else None


def refuser(packets: tuple[SeenEap, ...]) -> bool | None:
    """Whether the initiator refused in the last of these packets; None where none of them is a refusal.

    EAP-Failure behind an alert of the initiator is the server's answer to it.
    """
    last = packets[-2:] if packets and is_failure(packets[-1]) else packets[-1:]
    for packet in last:
        if fatal_alert(packet) is not None:
            return packet.from_initiator
    return False if last and (is_failure(last[-1]) or is_mschapv2_failure(last[-1])) else None
