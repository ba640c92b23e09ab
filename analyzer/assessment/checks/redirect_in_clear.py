"""A REDIRECT in IKE_SA_INIT, which nothing proves."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.diagnoses.redirected import gateway
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="redirect-in-clear",
    kind="check",
    title="Redirect that nothing proves",
    severity="low",
    what="An answer in IKE_SA_INIT sends the client to another gateway. It is neither encrypted nor authenticated.",
    why=(
        "Whoever sees the request can answer so, and lead the client to a gateway of its own, or to none. What "
        "protects the client is that it proves the new gateway's identity as it would prove the first one's."
    ),
    wire=(
        "REDIRECT (16407) in an IKE_SA_INIT response. Medium where the responder's own choice came too, so that one of "
        "the two answers may be another's, or where answers name different gateways."
    ),
    lookalikes="A gateway that shares its load, as RFC 5685 describes it: the usual case.",
    advice=(
        "See whether the new gateway is one of yours. Let gateways redirect in IKE_AUTH, where it is authenticated, "
        "and clients accept it only from those that they are to."
    ),
    references=("RFC 5685 3", "RFC 5685 6"),
)
NEEDS = (Trait.IKEV2 | Trait.REDIRECT,)

_NAMED, _FRAMES_KEPT = 4, 10


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    said = [
        (step.frame_number, gateway(notify.data))
        for step, notify in case.notifies
        if notify.notify_type == NotifyV2.REDIRECT and not step.from_initiator and not step.encrypted
    ]
    if not said or case.n.ike_version != 2:
        return
    gateways = list(dict.fromkeys(to for _, to in said))
    chosen = case.n.chosen_frame is not None
    severity: Severity = "medium" if chosen or len(gateways) > 1 else "low"
    detail = f"To {', '.join(gateways[:_NAMED])}." + (" The responder also chose a proposal." if chosen else "")
    frames = [frame for frame, _ in said[:_FRAMES_KEPT]]
    if case.n.chosen_frame is not None:
        frames.append(case.n.chosen_frame)
    yield case.finding(ABOUT, case.n.responder_ip, tuple(frames), detail, severity=severity)
