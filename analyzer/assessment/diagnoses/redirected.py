"""Sent to another gateway."""

import ipaddress

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import GatewayIdType, NotifyV1, NotifyV2
from analyzer.negotiation.model import Step
from analyzer.negotiation.seen import SeenNotify
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="redirected",
    kind="diagnosis",
    title="The gateway sends the client elsewhere",
    what="The responder answered with the address of another gateway.",
    why="Load sharing or maintenance: the client is to start over there.",
    wire=(
        "REDIRECT (16407) with the new gateway in its data: in IKE_SA_INIT, in clear and unauthenticated; in IKE_AUTH, "
        "or in an INFORMATIONAL of an SA that is up, visible with keys. IKEv1: Cisco's UNITY-LOAD-BALANCE (40501)."
    ),
    lookalikes="A forged REDIRECT in IKE_SA_INIT; the nonce in it ties it to the request only.",
    advice="Follow the negotiation with the new gateway; check that its address is one of yours.",
    references=("RFC 5685",),
)
NEEDS = (Trait.REDIRECT,)

_ADDRESSES = (  # with their size
    (GatewayIdType.IPV4_ADDRESS_OF_THE_VPN_GATEWAY, 4),
    (GatewayIdType.IPV6_ADDRESS_OF_THE_VPN_GATEWAY, 16),
)
UNREADABLE = "a gateway that could not be read"


def diagnose(case: Case) -> Diagnosis | None:
    """A REDIRECT that ended the negotiation, or that came with proof inside an SA that was up."""
    kind = int(NotifyV2.REDIRECT if case.n.ike_version == 2 else NotifyV1.UNITY_LOAD_BALANCE)
    seen = _redirect(case, kind)
    if seen is None:
        return None
    step, notify = seen
    if not case.redirected and not notify.authenticated:
        return None
    to = gateway(notify.data) if kind == NotifyV2.REDIRECT else address(notify.data)
    confidence: Confidence = "certain" if notify.authenticated else "likely"
    detail = f"{registry.notify_name(case.n.ike_version, kind)} to {to}."
    basis = "decrypted notify" if notify.authenticated else "clear-text notify, which is unauthenticated"
    return case.diagnosis(ABOUT, confidence, (step.frame_number,), detail, basis)


def _redirect(case: Case, kind: int) -> tuple[Step, SeenNotify] | None:
    """The first notify of this type; in IKEv2 of the responder, whose it is alone."""
    for step, notify in case.notifies:
        if notify.notify_type == kind and not (case.n.ike_version == 2 and step.from_initiator):
            return step, notify
    return None


def gateway(data: bytes) -> str:
    """The new gateway as text: identity type, length, identity (RFC 5685 3)."""
    kind, value = (data[0], data[2 : 2 + data[1]]) if len(data) >= 2 else (0, b"")
    if kind == GatewayIdType.FQDN_OF_THE_VPN_GATEWAY and value:
        return value.decode("utf-8", "backslashreplace")
    return address(value) if (kind, len(value)) in _ADDRESSES else UNREADABLE


def address(data: bytes) -> str:
    """An address in its bytes as text."""
    return str(ipaddress.ip_address(data)) if len(data) in (4, 16) else UNREADABLE
