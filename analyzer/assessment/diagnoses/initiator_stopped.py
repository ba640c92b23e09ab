"""The initiator stopped."""

from analyzer.assessment.authentication import refusal
from analyzer.assessment.case import Case, frames
from analyzer.assessment.diagnoses.answers_lost import DROPPED, RULE, answer_as_asked
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, shown_of_path
from analyzer.assessment.scene import pair
from analyzer.assessment.silence import last_word_before_moving, last_word_of_init
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.astray import astray_exchanges
from analyzer.negotiation.model import Step
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="initiator-stopped",
    kind="diagnosis",
    title="The initiator stopped",
    what="The responder answered, and the initiator never sent its next message in this capture.",
    why=(
        "The initiator rejected the answer without saying so (an identity, or a post-quantum pre-shared key "
        "that it insists on), was stopped, or its next message took a port or a way that was not recorded."
    ),
    wire="An answer, perhaps retransmitted, and nothing after it.",
    lookalikes="The next message on UDP 4500 where only UDP 500 was captured; a scanner; a forged source address.",
    advice="Read the initiator's log; capture UDP 4500 too.",
    references=(
        "RFC 7296 2.1, 2.23",
        "RFC 8784 3",
    ),
)
NEEDS = (Trait.INCOMPLETE, Trait.IKE_FAILED)

TICKET_NACK = NotifyV2.TICKET_NACK.name


def diagnose(case: Case) -> Diagnosis | None:
    """The verdict blames the initiator, and no message of its own says why."""
    n = case.n
    answer = last_word_of_init(case)
    if answer is not None:
        return _after_init(case, answer)
    answer = last_word_before_moving(case)
    if answer is not None and n.outcome == "incomplete":
        detail = "Main mode message 4 is the last one; with a NAT between the two message 5 goes to UDP 4500."
        others = shown_of_path(case)
        basis = n.outcome_basis + (BY_OTHERS if others.text else "")
        shown, advice = (answer.frame_number, *others.frames), _advice(case, answer)
        return case.diagnosis(ABOUT, "possible", shown, detail + others.text, basis, advice, absence=True)
    if not case.ike_failed or n.failed_by != "initiator" or refusal(case) is not None:
        return None
    if n.failure not in (None, TICKET_NACK) or any(e.step.from_initiator for e in case.errors):
        return None
    last = n.exchanges[-1]
    frames = tuple(s.frame_number for s in (last.request, last.response) if s is not None)
    detail = f"{last.exchange} is the last exchange."
    if n.failure == TICKET_NACK:
        detail = f"The responder refused the session ticket ({TICKET_NACK}), and no full IKE_SA_INIT follows."
    sure: Confidence = "possible" if n.outcome_confidence == "possible" else "likely"
    advice = _advice(case, last.steps[-1])
    return case.diagnosis(ABOUT, sure, frames, detail, n.outcome_basis, advice, absence=True)


def _after_init(case: Case, answer: Step) -> Diagnosis:
    """IKE_SA_INIT is complete and nothing follows."""
    asked = [s for e in case.n.of_type("IKE_SA_INIT") for s in e.steps if s.from_initiator]
    shown = frames(*asked[-1:], answer)
    if _says(asked[-1:], NotifyV2.USE_PPK) and not _says([answer], NotifyV2.USE_PPK):
        detail = "The initiator announced a post-quantum pre-shared key (USE_PPK), and the answer does not take it up."
        basis = "an initiator for which the key is mandatory stops here (RFC 8784 section 3)"
        advice = "Give the responder the same post-quantum pre-shared key (RFC 8784); update it if it knows none."
        return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice, absence=True)
    detail = "IKE_SA_INIT is complete, and no IKE_AUTH follows."
    _, astray = next(astray_exchanges(case.n), (None, None))
    if astray is not None:
        detail += f" {astray.sentence}: {DROPPED}"
        advice, basis = answer_as_asked(astray), f"{case.n.outcome_basis}; {RULE}"
        return case.diagnosis(ABOUT, "possible", shown, detail, basis, advice, absence=True)
    others, basis = shown_of_path(case), case.n.outcome_basis
    if others.text:
        detail, basis = detail + others.text, basis + BY_OTHERS
    advice = _advice(case, answer)
    return case.diagnosis(ABOUT, "possible", (*shown, *others.frames), detail, basis, advice, absence=True)


def _advice(case: Case, answer: Step) -> str:
    """To capture UDP 4500 too helps only where the next message may go there, and the capture shows nothing of it."""
    seen = answer.transport != "udp" or case.scene.has_udp_4500 or pair(case.n) in case.scene.seen_on_4500
    moved = any(s.from_initiator and s.encrypted for s in case.n.steps())  # it has chosen its port by then
    return "Read the initiator's log." if seen or moved else ABOUT.advice


def _says(steps: list[Step], notify_type: int) -> bool:
    return any(notify.notify_type == notify_type for step in steps for notify in step.notifies)
