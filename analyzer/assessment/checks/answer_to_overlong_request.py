"""Long answer to a request whose lengths lie."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.damage import damaged, is_cut
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.follow.sides import PHASE1
from analyzer.negotiation.follow.windows import LYING
from analyzer.negotiation.model import Step

ABOUT = Explanation(
    id="answer-to-overlong-request",
    kind="check",
    title="Long answer to a request whose lengths lie",
    severity="critical",
    what=(
        "The first message says that a payload or an attribute is longer than the message, and the responder answered "
        "with a long message that is no choice of a proposal."
    ),
    why=(
        "Cisco PIX and IOS answered such requests with parts of their memory, keys among them: the pattern of "
        "CVE-2016-6415 (BENIGNCERTAIN). Whether the answer here holds any is not judged."
    ),
    wire=(
        "IKEv1 phase 1, message 1 with an SA payload and a length beyond the end; an answer of more than 600 bytes in "
        "clear that has no SA payload or does not read to its end, or any answer with bytes behind its end."
    ),
    lookalikes=(
        "An honest choice with many vendor IDs is long, and reads to its end: it is not reported. A request that the "
        "capture cut is not judged."
    ),
    advice=(
        "Look at the answer's bytes (`show --frame`). If the responder is a Cisco device of that time, update it and "
        "take its keys and passwords as known."
    ),
    references=("CVE-2016-6415",),
)
NEEDS = (Trait.IKEV1 | Trait.DAMAGED,)

LONG = 600  # bytes: a choice and a few vendor IDs, or a notify, have less
_SA = int(PayloadV1.SA)
_FRAMES = 5


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if case.n.ike_version != 1 or not case.damaged or not case.from_responder:
        return
    request = next((s for s in damaged(case) if _lies(s)), None)
    first = case.exchanges[0]
    if request is None or first.exchange_type not in PHASE1 or request.frame_number not in first.frames:
        return
    answers = [s for s in case.n.steps() if _is_odd(s) and s.frame_number > request.frame_number]
    if answers:
        size = max(s.length for s in answers)
        behind = any("wire-trailing-bytes" in s.defects for s in answers)
        what = "has bytes behind its end" if behind else "is no choice"
        detail = f"A length in the request goes beyond its end; the answer of {size} bytes {what}."
        frames = (request.frame_number, *(s.frame_number for s in answers[:_FRAMES]))
        yield case.finding(ABOUT, case.n.responder_ip, frames, detail, confidence="likely")


def _lies(step: Step) -> bool:
    lies = not LYING.isdisjoint(step.defects) and not is_cut(step)
    return lies and step.from_initiator and _SA in step.payload_types


def _is_odd(step: Step) -> bool:
    if step.from_initiator or step.encrypted or step.duplicate or step.retransmission_of is not None:
        return False
    more = "wire-trailing-bytes" in step.defects  # its header does not count them
    return more or (step.length > LONG and (_SA not in step.payload_types or bool(step.defects)) and not is_cut(step))
