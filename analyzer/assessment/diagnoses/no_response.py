"""No response."""

from analyzer.assessment.case import Case, frames, span_s
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import first_step
from analyzer.assessment.silence import last_unanswered
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="no-response",
    kind="diagnosis",
    title="No response",
    what="A message was sent, often several times, and this capture holds no answer to it.",
    why=(
        "The peer is down or unreachable, UDP 500 or 4500 is filtered on the way there or back, or the "
        "peer ignores initiators or proposals that it does not know."
    ),
    wire="The same message retransmitted with growing gaps; nothing from the other side, no ICMP error.",
    lookalikes=(
        "One direction not recorded; a capture point behind a firewall that drops the answer; a responder "
        "that does not answer on purpose."
    ),
    advice=(
        "Check address and route; open UDP 500 and 4500 (and IP protocol 50) both ways; look into the "
        "peer's log and capture there to see whether the request arrives."
    ),
    references=("RFC 7296 2.1, 2.4", "RFC 9329"),
)

TCP_WITHIN_S = 300


def diagnose(case: Case) -> Diagnosis | None:
    """Silence at the first message, or in the middle once the other side had spoken."""
    n = case.n
    if (
        n.outcome not in ("unanswered", "failed")
        or n.failed_by not in (None, "none")
        or lost_answers_at_end(n) is not None
    ):
        return None
    stopped = last_unanswered(case)
    if stopped is None:
        return None
    sent = [s for s in stopped.steps if not s.duplicate]
    last = sent[-1]
    tries = sum(s.from_initiator == last.from_initiator for s in sent)
    seconds = span_s([s for s in sent if s.from_initiator == last.from_initiator])
    over = f" over {seconds:.1f} s" if tries > 1 and seconds is not None else ""
    detail = f"{stopped.exchange}: {tries} transmission{'s' if tries > 1 else ''}{over}, no answer in this capture."
    spoken = case.from_responder > 0
    if spoken:
        detail += " The peer had answered before."
    unreachable = next((e for e in n.icmp_errors if e.kind in ("host-unreachable", "net-unreachable")), None)
    basis = "absence of any answer in this capture"
    if unreachable is not None:
        detail += f" {unreachable.reporter_ip} reports: {unreachable.kind.replace('-', ' ')}."
        basis += ", and an ICMP error"
    tcp = next((o for o in case.scene.neighbours(n, TCP_WITHIN_S, most=4) if _came_over_tcp(o)), None)
    if tcp is not None:
        detail += f" Negotiation {tcp.number} of the two came through over TCP: UDP does not."
        basis += "; the same peer answers over TCP"
    confidence: Confidence = "likely" if tries > 1 and not spoken else "possible"
    return case.diagnosis(ABOUT, confidence, frames(*sent), detail, basis)


def _came_over_tcp(other: Negotiation) -> bool:
    step = first_step(other)
    return step is not None and step.transport == "tcp" and other.outcome == "established"
