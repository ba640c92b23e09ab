"""A message was rejected as such."""

from analyzer.assessment.authentication import refusal
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.ranking import named

ABOUT = Explanation(
    id="message-rejected",
    kind="diagnosis",
    title="A message was rejected",
    what="The peer answered with an error that is neither about proposals nor about authentication.",
    why=(
        "The message is malformed for the peer, carries something critical that it does not know, or "
        "belongs to nothing it knows."
    ),
    wire="INVALID_SYNTAX, UNSUPPORTED_CRITICAL_PAYLOAD, INVALID_MESSAGE_ID, PAYLOAD-MALFORMED and the like.",
    lookalikes=(
        "In IKEv1 PAYLOAD-MALFORMED after decryption mostly means a wrong pre-shared key. Clear-text "
        "notifies are unauthenticated."
    ),
    advice="Look at the rejected message for defects, and at the peer's log; update the side that lacks an extension.",
    references=("RFC 7296 2.21, 3.10.1", "RFC 2408 3.14.1"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """The last error of a failed IKE SA, if no other diagnosis explains its type."""
    if not case.ike_failed or refusal(case) is not None:
        return None
    for error in reversed(case.errors):
        if named("IKE SA", case.n.ike_version, error.notify.notify_type) is None:
            side = "initiator" if error.step.from_initiator else "responder"
            detail = f"{case.notify_name(error)} from the {side} in {error.exchange.exchange}."
            basis = "clear-text notify, which is unauthenticated" if error.clear else "decrypted notify"
            return case.diagnosis(ABOUT, error.confidence, (error.step.frame_number,), detail, basis)
    return None
