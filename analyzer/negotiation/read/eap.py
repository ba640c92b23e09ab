"""What a negotiation shows of EAP (RFC 7296 section 2.16): with keys only, since all of it is encrypted."""

from analyzer.isakmp.payloads.ikev2.eap import Eap
from analyzer.negotiation.model import Negotiation, SeenEap, Step

_KEPT = 64  # packets of an SA: with EAP-TLS and long certificates there are some thirty
_BYTES = 512  # of a packet: what says why a method failed is short


def note(n: Negotiation, step: Step, body: Eap) -> None:
    """Keep an EAP packet's beginning; of too many the last ones, which say how it ended."""
    seen = SeenEap(step.frame_number, step.from_initiator, body.code, body.eap_type, body.data[:_BYTES])
    n.eap = (*n.eap[1 - _KEPT :], seen)
