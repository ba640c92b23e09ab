"""Identity not accepted."""

from analyzer.assessment.authentication import IDENTITY_ERROR, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation

ABOUT = Explanation(
    id="identity-rejected",
    kind="diagnosis",
    needs=("unproven",),
    title="The identity is not accepted",
    precedence=50,
    what="One side's identity is not the one that the other expects.",
    why=(
        "Type or value of the identity differ (an address instead of a name, another name), or no "
        "connection is configured for it."
    ),
    wire=(
        "IKEv1: INVALID-ID-INFORMATION in phase 1; or aggressive mode that is answered for other identities only. "
        "Otherwise not told apart from other authentication failures."
    ),
    lookalikes="A wrong pre-shared key or an untrusted certificate.",
    advice="Compare the identities that both sides send and expect, type and value.",
    references=("RFC 7296 2.15, 3.5", "RFC 2408 3.14.1"),
)


def diagnose(case: Case) -> Diagnosis | None:
    """Said by IKEv1's notify, or a candidate beside authentication-failed."""
    if case.n.ike_version == 1 and case.ike_failed:
        error = case.error(IDENTITY_ERROR)
        if error is not None:
            detail = f"{case.notify_name(error)} in phase 1."
            frames = (error.step.frame_number,)
            return case.diagnosis(ABOUT, error.confidence, frames, detail, "the notify itself")
    if case.n.mode == "aggressive" and case.n.outcome == "unanswered":
        return _unknown_name(case)
    refused = refusal(case)
    hint = unspoken(case) if refused is None and case.established else None
    if hint is not None:
        basis = "one of the reasons for an early end"
        return case.diagnosis(ABOUT, "possible", hint.frames, hint.text, basis, precedence=61)
    if refused is None or reason_named(case):
        return None
    basis = "one of the reasons for which authentication fails"
    return case.diagnosis(ABOUT, "possible", refused.frames, "The refusal fits an unexpected identity.", basis)


def _unknown_name(case: Case) -> Diagnosis | None:
    """Aggressive mode is answered for other identities: for one that it does not know a gateway may keep silent."""
    mine = next((i for i in case.n.identities if i.from_initiator), None)
    others = case.scene.answered_identities.get(case.n.responder_ip, set())
    if mine is None or not others or mine.text in others:
        return None
    detail = f"{mine.text} gets no answer, while the responder answers {', '.join(sorted(others)[:3])}."
    basis = "answers to other identities in this capture"
    return case.diagnosis(ABOUT, "possible", (mine.frame_number,), detail, basis)
