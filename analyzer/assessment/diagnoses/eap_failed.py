"""EAP authentication failed."""

from analyzer.assessment.authentication import eap_answered, eap_rounds, refusal
from analyzer.assessment.case import Case
from analyzer.assessment.eap import ending
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import AUTHENTICATING, Exchange
from analyzer.negotiation.read.eap import succeeded

ABOUT = Explanation(
    id="eap-failed",
    kind="diagnosis",
    title="EAP authentication failed",
    what="The negotiation ended inside the EAP rounds of IKE_AUTH.",
    why="Wrong user name or password, a method that one side refuses, or the RADIUS server does not answer.",
    wire="Several IKE_AUTH exchanges, the last answer short enough for EAP-Failure only; then nothing.",
    lookalikes=(
        "Several authentication rounds (RFC 4739); EAP-Success is as short as EAP-Failure, but IKE_AUTH "
        "continues after it. With keys EAP itself says which method was declined, or with which error it ended."
    ),
    advice=(
        "Check the credentials, the EAP method on both sides, and the authentication server; a delay of "
        "seconds before the failure points to the server."
    ),
    references=("RFC 7296 2.16", "RFC 3748"),
)
NEEDS = (Trait.IKE_FAILED,)


_SLOW_S = 0.5  # an answer that took so long may have waited for an authentication server


def diagnose(case: Case) -> Diagnosis | None:
    """IKE_AUTH went several rounds and was then refused or given up."""
    rounds = eap_rounds(case)
    if not rounds or not case.ike_failed or case.n.failed_by == "none" or succeeded(case.n):
        return None
    seen = eap_answered(case)
    refused = case.n.failed_by == "responder" or refusal(case) is not None or case.n.failure is not None
    last = f"a refusal by the {case.n.failed_by}" if refused else "nothing more from the initiator"
    detail = f"{len(rounds)} rounds of IKE_AUTH, then {last}."
    waited = _wait_s(rounds[-1])
    if case.n.failed_by == "responder" and waited is not None and waited >= _SLOW_S:
        detail += f" The last answer took {waited:.1f} s, typical of a server that rejects the credentials."
    basis = "EAP payloads (decrypted)" if seen else "number of IKE_AUTH exchanges; " + case.n.outcome_basis
    frames = case.frames_of(*AUTHENTICATING)
    confidence = case.n.outcome_confidence if seen else "likely"  # that it was EAP is certain, not that it failed
    reason = ending(case.n)
    if reason is not None:
        return case.diagnosis(ABOUT, confidence, reason.frames, f"{reason.text} {detail}", basis, reason.advice)
    return case.diagnosis(ABOUT, confidence, frames, detail, basis)


def _wait_s(exchange: Exchange) -> float | None:
    """Seconds from the last round's request to its answer: an authentication server that is asked takes its time."""
    asked, answered = exchange.request, exchange.response
    if asked is None or answered is None or asked.time_ns is None or answered.time_ns is None:
        return None
    return (answered.time_ns - asked.time_ns) / 1e9
