"""The child SA was not agreed on."""

from analyzer.assessment.case import Case, ErrorSeen, frames, span_s
from analyzer.assessment.causes import (
    SOMEBODY,
    child_cause,
    child_error,
    failed_child,
    failed_child_frames,
    how_read,
    unknown_to_peer,
)
from analyzer.assessment.diagnoses import ike_rekey_refused
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.pieces import came_in_part
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.ignored import ignored
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="child-negotiation-failed",
    kind="diagnosis",
    title="IKE SA up, child SA refused",
    what="The peers authenticated each other, then one refused the child SA.",
    why="ESP algorithms, PFS group, traffic selectors or mode differ, or the gateway has no inner address to give.",
    wire=(
        "IKEv2: an IKE_AUTH or CREATE_CHILD_SA response too short for SA and traffic selectors. IKEv1: an "
        "encrypted INFORMATIONAL in place of quick mode's second message."
    ),
    lookalikes=(
        "Different proposals and different traffic selectors have the same length: without keys they "
        "look the same. Peers whose kernel refuses the SA answer NO_PROPOSAL_CHOSEN too."
    ),
    advice=(
        "Compare ESP proposals, PFS group and traffic selectors of both sides; the log of the side that "
        "refused names the reason."
    ),
    references=("RFC 7296 1.2, 1.3", "RFC 2409 5.5"),
)
NEEDS = (Trait.FAILED,)

IGNORED = (
    "See the log of the side that was asked for this request: it may drop one that holds a payload it does not know, "
    "or a proposal or selectors that it does not accept, without saying so. Then compare both sides' settings of the "
    "child SA."
)
NOT_ANSWERED = "IKE SA up, child SA not answered"
# Rekeys that cross (RFC 7296 section 2.25)
TRANSIENT = (NotifyV2.TEMPORARY_FAILURE, NotifyV2.CHILD_SA_NOT_FOUND)

CHILDLESS = (
    "The responder takes the IKE SA and not a child SA with it: it may insist on starting without one (RFC 6023). Let "
    "the initiator do so, or the responder allow both; else see its log for what it found wrong in the request."
)
FULL = "The peer allows no more child SAs under one IKE SA: join selectors into one child SA, or set up another IKE SA."
LATER = "Nothing, if a later try works; else give one side a longer lifetime, so that the two do not rekey at once."
OTHERWISE = "It is not about proposals or selectors: the log of the side that refused names the reason."


def diagnose(case: Case) -> Diagnosis | None:
    """A child SA failed and the reason could not be read, or is none that has a diagnosis of its own."""
    if not case.child_failed or child_cause(case) is not None or unknown_to_peer(case) is not None:
        return None
    if ike_rekey_refused.diagnose(case) is not None:
        return None
    n = case.n
    if n.failed_by == "none" and came_in_part(case):
        return None  # fragment-lost
    failed = failed_child(case)
    inferred = failed is None or failed.basis == "inferred"
    error = child_error(case)
    if error is not None:
        detail = f"{case.notify_name(error)} in {n.failed_at}.{case.scene.again(n)}"
        transient = case.n.ike_version == 2 and error.notify.notify_type in TRANSIENT
        if transient:
            detail += " It asks for a later retry."
        confidence: Confidence = "possible" if transient else error.confidence
        advice = LATER if transient else _advice(case, error)
        return case.diagnosis(ABOUT, confidence, failed_child_frames(case), detail, how_read(error), advice)
    shown = failed_child_frames(case)
    if n.failed_by == "none":
        sent = _transmissions(case)
        seconds = span_s(sent)
        over = f" over {seconds:.1f} s" if seconds else ""
        often = f", {len(sent)} transmissions{over}" if len(sent) > 1 else ""
        detail = f"{n.failed_at}: not answered in this capture{often}.{case.scene.again(n)}"
        shown = tuple(dict.fromkeys((*shown, *frames(*sent))))
        basis = "absence of an answer in this capture"
        return case.diagnosis(ABOUT, "likely", shown, detail, basis, IGNORED, absence=True)._replace(title=NOT_ANSWERED)
    detail = f"{n.failed_at}: refused by the {n.failed_by or SOMEBODY}; the reason is encrypted.{case.scene.again(n)}"
    basis = "order and lengths of encrypted messages" if inferred else "payloads that could be read"
    return case.diagnosis(ABOUT, "likely", shown, detail, basis)


def _transmissions(case: Case) -> list[Step]:
    """Of the request that the child SA failed with, as its sender repeated it."""
    failed = failed_child(case)
    if case.n.failed_at == "IKE_FOLLOWUP_KE":
        own = [e for e in ignored(case.n) if e.exchange == case.n.failed_at][-1:]
    else:
        own = [e for e in case.exchanges if failed is not None and e.first_frame == failed.frame_number]
    return [s for e in own for s in e.steps if not s.duplicate and s.from_initiator == e.begun_by_initiator]


def _advice(case: Case, error: ErrorSeen) -> str:
    """What to do about an error that no other diagnosis is about."""
    if case.n.ike_version == 2 and error.notify.notify_type == NotifyV2.NO_ADDITIONAL_SAS:
        return FULL
    at_first = case.n.ike_version == 2 and case.n.failed_at == "IKE_AUTH"
    return CHILDLESS if at_first and error.notify.notify_type == NotifyV2.INVALID_SYNTAX else OTHERWISE
