"""How each side of an IKEv2 SA proves who it is (RFC 7296 2.15, RFC 7427): with keys only, since it is encrypted."""

from analyzer.isakmp.numbers import AuthMethodV2, PayloadV2
from analyzer.isakmp.payloads.ikev2.authentication import Authentication, signature_algorithm
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.eap import succeeded

_MOST_INTERMEDIATE = 8  # IKE_INTERMEDIATE exchanges in front of the first IKE_AUTH


def note(n: Negotiation, body: Authentication, message_id: int, *, from_initiator: bool) -> None:
    """Keep the method of an AUTH payload, and the algorithm that a digital signature names.

    Behind EAP both sides send AUTH with the key that EAP made, as method 2 (RFC 7296 2.16): that is no shared key of
    theirs, and the responder's own proof came before. What may be such a one tells nothing.
    """
    if body.method == AuthMethodV2.SHARED_KEY_MESSAGE_INTEGRITY_CODE and not _begins(n, message_id):
        return
    signed = body.method == AuthMethodV2.DIGITAL_SIGNATURE
    algorithm = signature_algorithm(body.data) if signed else None
    if from_initiator:
        n.auth_method_initiator, n.signatures = body.method, (algorithm, n.signatures[1])
    else:
        n.auth_method_responder, n.signatures = body.method, (n.signatures[0], algorithm)


def by_eap(n: Negotiation) -> tuple[bool, bool]:
    """Whether EAP proves who the initiator is, and the responder too (RFC 5998): it ended well.

    No AUTH of the side's own was seen; the responder's answer in which EAP begins was read and has none.
    """
    if not succeeded(n):
        return False, False
    first = next(iter(n.of_type("IKE_AUTH")), None)
    inside = [step.inner_types or () for step in first.steps if not step.from_initiator] if first else []
    alone = any(PayloadV2.EAP in types and PayloadV2.AUTH not in types for types in inside)
    return n.auth_method_initiator is None, n.auth_method_responder is None and alone


def _begins(n: Negotiation, message_id: int) -> bool:
    """The first round of authentication for sure: all messages before it are of exchanges that come before it."""
    if message_id <= 1:
        return True
    if message_id > _MOST_INTERMEDIATE + 1:
        return False
    before = {exchange.message_id for exchange in n.of_type("IKE_INTERMEDIATE")}
    return before.issuperset(range(1, message_id))
