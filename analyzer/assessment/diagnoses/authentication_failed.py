"""Authentication failed."""

from analyzer.assessment.authentication import AUTHENTICATION_ERRORS, reason_named, refusal
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="authentication-failed",
    kind="diagnosis",
    needs=("failed",),
    title="Authentication failed",
    precedence=30,
    what="One side did not accept the other's proof of identity.",
    why=(
        "Wrong pre-shared key, an identity that the peer does not expect, a certificate it does not trust "
        "or that has expired, or no connection configured for this peer."
    ),
    wire=(
        "IKEv2: an IKE_AUTH response with room for one notify only, or an INFORMATIONAL right after "
        "IKE_AUTH. IKEv1: an encrypted INFORMATIONAL in place of the next message. With keys: "
        "AUTHENTICATION_FAILED itself."
    ),
    lookalikes=(
        "Wrong key, wrong identity and untrusted certificate look the same without keys. Other errors in "
        "IKE_AUTH are as short, but rare."
    ),
    advice=(
        "Read the log of the side that refused: it names the reason. Compare pre-shared key, identities "
        "(type and value), certificates and clocks."
    ),
    references=("RFC 7296 2.15, 2.21.2", "RFC 2409 5"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """The refusing side is known; the reason only if the notify could be read."""
    refused = refusal(case)
    if refused is None or reason_named(case):
        return None
    n = case.n
    error = case.error(*AUTHENTICATION_ERRORS.get(n.ike_version, ()))
    if error is not None:
        read = "in clear, unauthenticated" if error.clear else "decrypted"
        detail = f"{case.notify_name(error)} from the {n.failed_by} ({read})."
        frames = (*refused.frames, error.step.frame_number)
        confidence = "certain" if not error.clear else "likely"
        return case.diagnosis(ABOUT, confidence, frames, detail, "the notify itself")
    return case.diagnosis(ABOUT, n.outcome_confidence, refused.frames, refused.text, n.outcome_basis)
