"""A request of an SA that is up, to which the capture holds no answer."""

from analyzer.assessment.alive import Traffic, traffic_of
from analyzer.assessment.case import MAKE_CHILDREN, Case, frames, span_s
from analyzer.assessment.diagnoses import fragment_lost, peer_dead, requests_ignored
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.capture.placed_frame import named
from analyzer.negotiation.conclude.ignored import REPEATS
from analyzer.negotiation.conclude.unanswered import transmissions, unanswered
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import Confidence, side

LONG_NS = 10 * 10**9  # who has no answer has retransmitted by then

ABOUT = Explanation(
    id="request-unanswered",
    kind="diagnosis",
    title="A request has no answer in this capture",
    what=(
        "One side of an SA that is up asks for something (a child SA, a rekey, a liveness check, mode config), this "
        "capture holds no answer, and that side asks nothing more."
    ),
    why=(
        "The peer dropped the request without the error that is due, or is gone, and the side that asked stopped or "
        "gave up; or the answer came and this capture lacks it."
    ),
    wire=(
        "An encrypted request, mostly sent once, without an answer under its message ID. The capture goes on for 3 "
        "seconds or longer, and the same side begins no other request, which would show that it had its answer."
    ),
    lookalikes=(
        "An answer that the capture lost: a side without an answer retransmits, so one that asks once and goes on "
        "sending ESP probably had it. A Delete is not counted, for the peer may have gone first."
    ),
    advice=(
        "The log of the side that asked says whether an answer came. If it did not, see the log of the other side for "
        "this request; if it did, see what the capture lost (filters, dropped packets, another path back)."
    ),
    references=("RFC 7296 2.1, 2.3", "RFC 2409 5.5"),
)
NEEDS = (Trait.UP,)


def diagnose(case: Case) -> Diagnosis | None:
    """The last such request of an SA about which nothing else is known to have failed."""
    n = case.n
    if not case.up or n.failed_at is not None or n.unused_end is not None or n.unread:
        return None  # the answer may be what was not read
    found = unanswered(n, case.scene.story.last_time)
    begun = _begun(case) if found else []
    found = [e for e in found if not _took_effect(case, e, begun)]
    found = [e for e in found if not case.scene.rests.may_be_answered(n, e)]
    if not found or any(d.diagnose(case) is not None for d in (peer_dead, requests_ignored, fragment_lost)):
        return None
    exchange, sent = found[-1], transmissions(found[-1])
    who, other = side(exchange.begun_by_initiator), side(not exchange.begun_by_initiator)
    count = sum(s.frame_number == sent[0].frame_number or s.retransmission_of == sent[0].frame_number for s in sent)
    seconds = span_s(sent)
    over = f" over {seconds:.1f} s" if seconds else ""
    plural = "s" if count > 1 else ""
    detail = f"{exchange.exchange}: {count} transmission{plural}{over}, no answer in this capture."
    if not any(e.begun_by_initiator == sent[0].from_initiator and _after(e, sent[-1]) for e in case.exchanges):
        detail += f" The {who} begins no other exchange after it."
    detail += _heard(case, sent[-1], other)
    confidence: Confidence = "possible"
    basis = "absence of an answer in this capture"
    refused = [e for e in n.icmp_errors if e.kind == "port-unreachable" and e.frame_number > sent[0].frame_number]
    if refused:
        error = refused[-1]
        confidence = "likely"
        detail += f" {error.reporter_ip} reports UDP port {error.dst_port} of {error.dst_ip} unreachable."
        basis += ", and ICMP port unreachable"
    elif count > REPEATS:
        confidence = "likely"
        basis += f", and retransmissions: the {who} has none either"
    elif (traffic := _goes_on(case, sent[-1])) is not None:
        detail += f" {traffic.name} of the {who} goes on after it: the answer may have come, and be missing here."
    if len(found) > 1:
        detail += f" In all, {len(found)} requests of this SA have none."
    shown = (*frames(*sent, *(e.first for e in found[:-1])), *(e.frame_number for e in refused))
    return case.diagnosis(ABOUT, confidence, shown, detail, basis, absence=True)


def _after(exchange: Exchange, step: Step) -> bool:
    return exchange.first_frame > step.frame_number


def _heard(case: Case, asked: Step, other: str) -> str:
    """A sentence on IKE messages of the other side that come after a request; "": none does."""
    initiator = other == "initiator"
    theirs = (s.frame_number for s in case.n.steps() if s.from_initiator == initiator and not s.duplicate)
    last = max(theirs, default=0)
    if last <= asked.frame_number:
        return ""
    return f" IKE messages of the {other} come after it, the last in frame {named(last)}."


def _goes_on(case: Case, asked: Step) -> Traffic | None:
    """ESP or AH of the side that asks, long after its last transmission."""
    traffic = traffic_of(case, from_initiator=asked.from_initiator)
    if traffic is None or asked.time_ns is None or traffic.time_ns < asked.time_ns + LONG_NS:
        return None
    return traffic


def _took_effect(case: Case, exchange: Exchange, begun: list[tuple[int, int]]) -> bool:
    """What came after a request for an SA shows that it was made: an IKE SA in this one's place, or new ESP or AH SAs.

    New beside older ones in the same direction: the first ever may be of the child SA that there was before. begun:
    `_begun`.
    """
    if exchange.exchange not in MAKE_CHILDREN:
        return False
    asked, n = exchange.first, case.n
    heir = case.scene.by_number.get(case.scene.lives.life.heirs.get(n.number, 0))
    if heir is not None and heir.exchanges and heir.first_frame > asked.frame_number:
        return True
    return any(oldest <= asked.frame_number < newest for oldest, newest in begun)


def _begun(case: Case) -> list[tuple[int, int]]:
    """Frames with which the oldest and the newest ESP or AH SA of each direction begin."""
    ways: dict[bool | None, list[int]] = {}
    for joined in case.scene.streams_of.get(case.n.number, ()):
        ways.setdefault(joined.to_initiator, []).append(joined.stream.first_frame)
    return [(min(own), max(own)) for own in ways.values()]
