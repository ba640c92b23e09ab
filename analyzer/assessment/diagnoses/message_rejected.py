"""A message was rejected as such."""

from analyzer.assessment.authentication import AUTHENTICATION_ERRORS, CERTIFICATE_ERRORS, IDENTITY_ERROR, refusal
from analyzer.assessment.case import (
    ATTRIBUTES_NOT_SUPPORTED,
    BAD_PROPOSAL_SYNTAX,
    INVALID_KE_PAYLOAD,
    INVALID_MAJOR_VERSION,
    NO_PROPOSAL_CHOSEN,
    Case,
)
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="message-rejected",
    kind="diagnosis",
    title="A message was rejected",
    precedence=35,
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

_OWN_DIAGNOSIS = {
    1: frozenset(
        {
            ATTRIBUTES_NOT_SUPPORTED,
            NO_PROPOSAL_CHOSEN,
            BAD_PROPOSAL_SYNTAX,
            IDENTITY_ERROR,
            *CERTIFICATE_ERRORS,
            INVALID_MAJOR_VERSION,
            *AUTHENTICATION_ERRORS[1],
        }
    ),
    2: frozenset(
        {NO_PROPOSAL_CHOSEN, INVALID_KE_PAYLOAD, INVALID_MAJOR_VERSION, *AUTHENTICATION_ERRORS[2], 34, 36, 37, 38}
    ),
}


def diagnose(case: Case) -> Diagnosis | None:
    """The last error of a failed IKE SA, if no other diagnosis explains its type."""
    if not case.ike_failed or refusal(case) is not None:
        return None
    known = _OWN_DIAGNOSIS.get(case.n.ike_version, frozenset())
    for error in reversed(case.errors):
        if error.notify.notify_type not in known:
            side = "initiator" if error.step.from_initiator else "responder"
            detail = f"{case.notify_name(error)} from the {side} in {error.exchange.exchange}."
            basis = "clear-text notify, which is unauthenticated" if error.clear else "decrypted notify"
            return case.diagnosis(ABOUT, error.confidence, (error.step.frame_number,), detail, basis)
    return None
