"""Identity not accepted."""

from analyzer.assessment.authentication import PROOF_IN_DOUBT, drops_proof, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.ranking import notifies
from analyzer.assessment.scene import began
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.identities import asked_identity, own_identity

ABOUT = Explanation(
    id="identity-rejected",
    kind="diagnosis",
    title="The identity is not accepted",
    what="One side's identity is not the one that the other expects.",
    why=(
        "Type or value of the identity differ (an address instead of a name, another name), or no "
        "connection is configured for it."
    ),
    wire=(
        "IKEv1: INVALID-ID-INFORMATION in phase 1; or aggressive mode that is answered for other identities only. "
        "Otherwise the same as other authentication failures."
    ),
    lookalikes="A wrong pre-shared key or an untrusted certificate.",
    advice="Compare the identities that both sides send and expect, type and value.",
    references=("RFC 7296 2.15, 3.5", "RFC 2408 3.14.1"),
)
NEEDS = (*PROOF_IN_DOUBT, Trait.UNANSWERED)

ONE_AT_A_TIME = (
    "See whether the responder allows one SA for each identity (uniqueids) and keeps the first: give each client an "
    "identity of its own, or end the other SA."
)


def diagnose(case: Case) -> Diagnosis | None:
    """Said by IKEv1's notify, or a candidate beside authentication-failed."""
    if case.n.ike_version == 1 and case.ike_failed:
        error = case.error(*notifies("IKE SA", 1, ABOUT.id))
        if error is not None:
            detail = f"{case.notify_name(error)} in phase 1."
            frames = (error.step.frame_number,)
            return case.diagnosis(ABOUT, error.confidence, frames, detail, "the notify itself")
    if case.n.mode == "aggressive" and case.n.outcome == "unanswered":
        return _unknown_name(case)
    refused = refusal(case)
    hint = unspoken(case) if refused is None and (case.established or drops_proof(case)) else None
    if hint is not None:
        basis = "one of the reasons for no answer or an early end"
        return case.diagnosis(ABOUT, "possible", hint.frames, hint.text, basis, place="unspoken")
    if refused is None or reason_named(case):
        return None
    basis = "one of the reasons for which authentication fails"
    other = _already_in(case)
    if other is not None:
        detail = (
            f"The same identity has an SA with this responder from {other.initiator_ip}: negotiation {other.number}."
        )
        shown = (*refused.frames, other.first_frame)
        return case.diagnosis(ABOUT, "possible", shown, detail, basis, ONE_AT_A_TIME)
    detail = f"The refusal fits an unexpected identity.{_named(case.n)}"
    return case.diagnosis(ABOUT, "possible", refused.frames, detail, basis)


def _named(n: Negotiation) -> str:
    """Who they said they are, and whom the initiator asked for, as far as it could be read."""
    said = (
        ("the initiator gives", own_identity(n, initiator=True)),
        ("the responder gives", own_identity(n, initiator=False)),
        ("the initiator asks for", asked_identity(n)),
    )
    words = [f"{word} {identity.text}" for word, identity in said if identity is not None and identity.text]
    return f" Seen: {', '.join(words)}." if words else ""


def _already_in(case: Case) -> Negotiation | None:
    """An SA of the initiator's identity with this responder, from another address, that was up by then."""
    n, mine = case.n, own_identity(case.n, initiator=True)
    if mine is None or n.failed_by != "responder":
        return None
    ends = case.scene.lives.life.ends
    for other in reversed(case.scene.admitted.get((n.responder_ip, mine.text), [])):
        end = ends.get(other.number)
        over = end is not None and end.time_ns is not None and end.time_ns <= (began(n) or 0)
        if other.initiator_ip != n.initiator_ip and other.first_frame < n.first_frame and not over:
            return other
    return None


def _unknown_name(case: Case) -> Diagnosis | None:
    """Aggressive mode is answered for other identities: for one that it does not know a gateway may keep silent."""
    mine = next((i for i in case.n.identities if i.from_initiator), None)
    others = case.scene.answered_identities.get(case.n.responder_ip, set())
    if mine is None or not others or mine.text in others:
        return None
    detail = f"{mine.text} gets no answer, while the responder answers {', '.join(sorted(others)[:3])}."
    basis = "answers to other identities in this capture"
    return case.diagnosis(ABOUT, "possible", (mine.frame_number,), detail, basis)
