"""Sent to another gateway."""

import ipaddress

from analyzer.assessment.case import REDIRECT, Case
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="redirected",
    kind="diagnosis",
    needs=("redirected",),
    title="The gateway sends the client elsewhere",
    precedence=10,
    what="The responder answered with the address of another gateway.",
    why="Load sharing or maintenance: the client is to begin anew there.",
    wire="REDIRECT (16407) with the new gateway in its data; in IKE_SA_INIT it is in clear and unauthenticated.",
    lookalikes="A forged REDIRECT in IKE_SA_INIT; the nonce in it ties it to the request only.",
    advice="Follow the negotiation with the new gateway; check that its address is one of yours.",
    references=("RFC 5685",),
)

IPV4, IPV6, FQDN = 1, 2, 3


def diagnose(case: Case) -> Diagnosis | None:
    """A REDIRECT that ended the negotiation."""
    if not case.redirected or case.redirect is None:
        return None
    notify = next(n for n in case.redirect.notifies if n.notify_type == REDIRECT)
    confidence = "certain" if notify.authenticated else "likely"
    detail = f"REDIRECT to {gateway(notify.data)}."
    basis = "decrypted notify" if notify.authenticated else "clear-text notify, which is unauthenticated"
    return case.diagnosis(ABOUT, confidence, (case.redirect.frame_number,), detail, basis)


def gateway(data: bytes) -> str:
    """The new gateway as text: identity type, length, identity (RFC 5685 3)."""
    kind, value = (data[0], data[2 : 2 + data[1]]) if len(data) >= 2 else (0, b"")
    if (kind, len(value)) in ((IPV4, 4), (IPV6, 16)):
        return str(ipaddress.ip_address(value))
    if kind == FQDN and value:
        return value.decode("utf-8", "backslashreplace")
    return "a gateway that could not be read"
