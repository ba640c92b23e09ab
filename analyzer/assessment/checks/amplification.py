"""Responder that amplifies."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding

ABOUT = Explanation(
    id="amplification",
    kind="check",
    title="Responder that amplifies",
    severity="medium",
    what=(
        "A responder sent several times as many bytes as it got, to an initiator that sent nothing but "
        "its first message."
    ),
    why="With a forged source address the answers hit somebody else (CVE-2016-5361).",
    wire="One first message, then its answer retransmitted without a request: more than three times the bytes.",
    lookalikes="A path that loses the initiator's next messages makes an honest responder retransmit too.",
    advice=(
        "Update or limit the responder: an unproven initiator deserves one answer (IKEv2 never "
        "retransmits an answer unasked)."
    ),
    references=("CVE-2016-5361",),
)

LEAST_RATIO = 3
LEAST_ANSWERS = 3


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if case.established or case.from_responder < LEAST_ANSWERS or case.from_responder <= case.from_initiator:
        return
    asked = [s for s in n.steps() if s.from_initiator and not s.duplicate]
    answers = [s for s in n.steps() if not s.from_initiator and not s.duplicate]
    if not asked or any(s.retransmission_of is None for s in asked[1:]):
        return
    sent, got = sum(s.length for s in answers), sum(s.length for s in asked)
    if got and sent > LEAST_RATIO * got:
        detail = f"{len(answers)} messages of {sent} bytes to {n.initiator_ip}, for {len(asked)} of {got} bytes."
        frames = tuple(s.frame_number for s in (*asked, *answers))
        yield case.finding(ABOUT, n.responder_ip, frames, detail, confidence="likely")
