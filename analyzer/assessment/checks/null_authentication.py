"""Peer that proves no identity."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp.numbers import AuthMethodV2
from analyzer.negotiation.model import AUTHENTICATING

ABOUT = Explanation(
    id="null-authentication",
    kind="check",
    title="Peer that proves no identity",
    severity="high",
    what="A side used NULL authentication.",
    why=(
        "Anyone can stand in the middle of an SA whose ends prove nothing. It is meant for opportunistic "
        "encryption only."
    ),
    wire="Authentication method 13 in the AUTH payload. Visible only with keys.",
    lookalikes=(
        "EAP as the only authentication (RFC 5998): there EAP proves both sides (check eap-only). Each side is judged "
        "for itself: a client without an identity may well have checked the gateway's."
    ),
    advice="Require certificates or a strong pre-shared key, unless opportunistic encryption is what you want.",
    references=("RFC 7619",),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side."""
    n = case.n
    if n.ike_version != 2 or not n.decrypted:
        return
    for side, method in (("initiator", n.auth_method_initiator), ("responder", n.auth_method_responder)):
        if method == AuthMethodV2.NULL_AUTHENTICATION:
            yield case.finding(
                ABOUT, side, case.frames_of(*AUTHENTICATING), f"The {side} authenticates with method 13."
            )
