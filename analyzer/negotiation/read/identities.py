"""Whose identity an ID payload is: its sender's own, or the peer's that it asks for.

An initiator may say with IDr which of the responder's identities it wants to talk to (RFC 7296 section 2.15): that is
no word of the responder.
"""

from analyzer.negotiation.model import AUTHENTICATING, Negotiation
from analyzer.negotiation.seen import SeenIdentity


def own_identity(n: Negotiation, *, initiator: bool) -> SeenIdentity | None:
    """The first identity that a side gave as its own; None where none was read."""
    found = [i for i in n.identities if i.from_initiator == initiator]
    asked = set() if initiator else _sent_by_initiator(n, found)
    return next((i for i in found if i.frame_number not in asked), None)


def asked_identity(n: Negotiation) -> SeenIdentity | None:
    """The responder's identity that the initiator asks for; None where it asks for none, or that was not read."""
    found = [i for i in n.identities if not i.from_initiator]
    asked = _sent_by_initiator(n, found)
    return next((i for i in found if i.frame_number in asked), None)


def _sent_by_initiator(n: Negotiation, identities: list[SeenIdentity]) -> set[int]:
    frames = {i.frame_number for i in identities}
    if n.ike_version == 1 or not frames:
        return set()
    return {s.frame_number for e in n.of_type(*AUTHENTICATING) for s in e.steps if s.from_initiator} & frames
