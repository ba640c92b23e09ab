"""No common proposal for the IKE SA."""

from analyzer.assessment.case import ATTRIBUTES_NOT_SUPPORTED, BAD_PROPOSAL_SYNTAX, NO_PROPOSAL_CHOSEN, Case
from analyzer.assessment.mismatch import compare
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="ike-proposal-mismatch",
    kind="diagnosis",
    needs=("failed", "errors"),
    title="No common proposal for the IKE SA",
    precedence=20,
    what="The responder found no acceptable combination of algorithms among those offered.",
    why=(
        "Each combination of encryption, integrity, PRF and key exchange must be configured on both "
        "sides, key lengths included; IKEv1 adds the authentication method."
    ),
    wire="NO_PROPOSAL_CHOSEN in clear as the answer to the first message.",
    lookalikes=(
        "The same bytes come from a responder that does not speak this IKE version, or that has no "
        "connection configured for these addresses or this identity. The notify is unauthenticated: "
        "anyone on the path can send it."
    ),
    advice=(
        "Compare the two configurations transform by transform; check the IKE version and the addresses "
        "the responder's connection is for."
    ),
    references=("RFC 7296 2.7", "RFC 2408 5.4"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """NO_PROPOSAL_CHOSEN before keys exist; with what the responder is known to accept, the transforms that differ."""
    error = case.refusal(NO_PROPOSAL_CHOSEN, ATTRIBUTES_NOT_SUPPORTED, BAD_PROPOSAL_SYNTAX)
    if error is None:
        return None
    comparison = compare(case)
    name = case.notify_name(error)
    confidence = "likely"
    if not comparison.found and case.responder_only_speaks_other_version():
        confidence = "possible"
    detail = f"{name} in clear. {comparison.text}"
    basis = "clear-text notify, which is unauthenticated" + (f"; {comparison.basis}" if comparison.basis else "")
    frames = (*(o.frame_number for o in case.ike_offers()), error.step.frame_number, *comparison.frames)
    return case.diagnosis(ABOUT, confidence, frames, detail, basis, comparison.advice)
