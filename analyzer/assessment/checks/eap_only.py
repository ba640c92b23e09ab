"""EAP as the only authentication."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.eap import method_name
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="eap-only",
    kind="check",
    title="EAP as the only authentication",
    severity="info",
    what="The initiator allowed EAP alone to authenticate both sides, and the responder sent no AUTH before EAP.",
    why=(
        "The responder then proves itself by the EAP method alone. One that is not mutual, or that gives a listener in "
        "the middle something to guess a password with, leaves the client without protection from a false gateway."
    ),
    wire=(
        "N(EAP_ONLY_AUTHENTICATION) in the first IKE_AUTH request, and an answer with EAP and without AUTH. Visible "
        "only with keys. High where the method is MD5, OTP, GTC or MSCHAPv2: RFC 5998 does not list them as safe."
    ),
    lookalikes=(
        "A responder that authenticates itself first, also in a round before EAP (RFC 4739), is not reported. A "
        "method inside a tunnel (TTLS, PEAP) protects as far as the client checks the server's certificate."
    ),
    advice="Authenticate the responder by a certificate as well, or use EAP-TLS, EAP-AKA' or EAP-pwd.",
    references=("RFC 5998 3", "RFC 5998 4"),
)
NEEDS = (Trait.IKEV2 | Trait.EAP,)

_AUTH, _EAP = int(PayloadV2.AUTH), int(PayloadV2.EAP)
_NOT_MUTUAL = frozenset({4, 5, 6, 26, 29})  # MD5-Challenge, OTP, GTC, EAP MSCHAPv2, MS-CHAP-V2
_NO_METHODS = frozenset({None, 1, 2, 3})  # Identity, Notification, Nak


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.ike_version != 2 or not n.eap:
        return
    found = _asked_and_answered(case)
    if found is None:
        return
    method = next((p.eap_type for p in n.eap if not p.from_initiator and p.eap_type not in _NO_METHODS), None)
    severity: Severity = "high" if method in _NOT_MUTUAL else "info"
    name = f"the method is {method_name(method)}" if method is not None else "the method is not visible"
    detail = f"The responder answered with EAP and without AUTH; {name}."
    frames = tuple(step.frame_number for step in found)
    yield case.finding(ABOUT, n.responder_ip, frames, detail, severity=severity)


def _asked_and_answered(case: Case) -> tuple[Step, Step] | None:
    """The request that allows it, and its answer, if that has EAP and no AUTH: an earlier round may have had one."""
    wanted = NotifyV2.EAP_ONLY_AUTHENTICATION
    asked = next((s for s, notify in case.notifies if notify.notify_type == wanted and s.from_initiator), None)
    for exchange in case.n.of_type("IKE_AUTH") if asked is not None else ():
        if asked is not None and asked.frame_number in exchange.frames:
            for step in exchange.steps:
                if not step.from_initiator and _EAP in (step.inner_types or ()):
                    return None if _AUTH in (step.inner_types or ()) else (asked, step)
    return None
