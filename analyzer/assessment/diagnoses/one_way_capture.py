"""Only one direction is in the capture."""

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="one-way-capture",
    kind="diagnosis",
    title="Only one direction is in the capture",
    what="Messages of one side only are seen although the other side must have answered.",
    why=(
        "A mirror port that copies one direction, asymmetric routing, or a filter at the capture point. "
        "Outcome and missing answers cannot be judged then."
    ),
    wire=(
        "The initiator continues with later exchanges, or uses a responder SPI, without any answer in the "
        "capture; or there are answers without a question."
    ),
    lookalikes=(
        "Answers alone, from 30 responders or more to one address that asked nobody, are a reflection: somebody forged "
        "that address (unsolicited-answers)."
    ),
    advice="Capture both directions, at a place that both take.",
    references=("RFC 7296 2.1",),
)
NEEDS = (Trait.ONE_SIDED,)

NEVER_ANSWERED = "0" * 16


def diagnose(case: Case) -> Diagnosis | None:
    """One side is missing, and something proves that it spoke."""
    n = case.n
    if (case.from_initiator and case.from_responder) or n.starts_late or n.unread:
        return None
    if n.mode == "group-rekey":
        return None  # nobody answers a key server's message to all members
    last = n.last_frame
    shown = (n.first_frame, last) if last != n.first_frame else (last,)
    if not case.from_initiator:
        confidence: Confidence = "likely" if len(n.exchanges) > 1 else "possible"
        detail = "Only the responder's messages are in the capture."
        return case.diagnosis(ABOUT, confidence, shown, detail, "answers without a question")
    names = list(dict.fromkeys(e.exchange for e in n.exchanges))
    phase1 = n.exchanges[0].sent_by(initiator=True) if n.ike_version == 1 else []
    if len(names) > 1 or len(phase1) > 1:
        detail = f"Only the initiator's messages are in the capture, and they continue: {', '.join(names[:4])}."
        return case.diagnosis(ABOUT, "likely", shown, detail, "later exchanges need the peer's answers")
    return None
