"""Responder that amplifies."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import BEGINNINGS
from analyzer.vocabulary import Confidence, Severity

ABOUT = Explanation(
    id="amplification",
    kind="check",
    title="Responder that amplifies",
    severity="medium",
    what=(
        "A responder sent more bytes than it got, in several answers to one message or more than three times as many, "
        "to an initiator that sent nothing but its first message."
    ),
    why="With a forged source address the answers hit somebody else (CVE-2016-5361).",
    wire=(
        "One first message, then its answer retransmitted without a request: medium where three answers or more have "
        "more than three times its bytes; else low, and only possible."
    ),
    lookalikes=(
        "A path, or a capture, that loses the initiator's next messages: an honest responder retransmits its answer "
        "then. So does one whose initiator gives up without a word, as with another group secret."
    ),
    advice=(
        "Update or limit the responder: an unproven initiator deserves one answer (IKEv2 never "
        "retransmits an answer unasked)."
    ),
    references=("CVE-2016-5361",),
)
NEEDS = (Trait.DOWN,)

LEAST_RATIO = 3
LEAST_ANSWERS = 3


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if case.established or not case.from_initiator or case.from_responder < case.from_initiator:
        return
    asked = [s for s in n.steps() if s.from_initiator and not s.duplicate]
    answers = [s for s in n.steps() if not s.from_initiator and not s.duplicate]
    begun = (e.request for e in n.exchanges if e.exchange in BEGINNINGS)
    if not asked or any(s.retransmission_of is None for s in asked[1:]) or asked[0] not in begun:
        return  # who sends an encrypted message has given no false address
    sent, got = sum(s.length for s in answers), sum(s.length for s in asked)
    if (sent > got and len(answers) > len(asked)) or sent > LEAST_RATIO * got:
        several = len(answers) > 1
        detail = f"{len(answers)} message{'s' if several else ''} of {sent} bytes to {n.initiator_ip}, "
        detail += f"for {len(asked)} of {got} bytes."
        frames = tuple(s.frame_number for s in (*asked, *answers))
        much = len(answers) >= LEAST_ANSWERS and len(answers) > len(asked) and sent > LEAST_RATIO * got
        weight: tuple[Severity, Confidence] = ("medium", "likely") if much else ("low", "possible")
        yield case.finding(ABOUT, n.responder_ip, frames, detail, severity=weight[0], confidence=weight[1])
