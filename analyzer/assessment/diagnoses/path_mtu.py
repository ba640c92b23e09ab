"""Messages too large for the path."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, shown_of_path, smaller
from analyzer.assessment.pieces import all_alone, beginnings, sureness
from analyzer.assessment.silence import fell_silent, last_unanswered, lost_at_end, surely_carried
from analyzer.assessment.traits import Trait
from analyzer.negotiation.conclude.lost_answers import LostAnswers, lost_answers
from analyzer.negotiation.life.reported import about_traffic
from analyzer.negotiation.model import Exchange, Step

ABOUT = Explanation(
    id="path-mtu",
    kind="diagnosis",
    title="Messages too large for the path",
    what="Small messages are answered, large ones are not.",
    why=(
        "IKE_AUTH with certificates is larger than the path carries; its IP fragments are dropped, often "
        "by firewalls or NAT."
    ),
    wire=(
        "The unanswered message does not fit into a packet of 1280 bytes while smaller ones were answered; or an ICMP "
        "error asks for smaller packets."
    ),
    lookalikes="A responder that rejects the content silently; UDP 4500 blocked.",
    advice=(
        "Enable IKE fragmentation on both peers (RFC 7383), lower its fragment size, shorten the "
        "certificate chain, or let IP fragments between the two addresses and ICMP fragmentation needed pass."
    ),
    references=("RFC 7383 1", "RFC 1191", "RFC 8201"),
)
NEEDS = (Trait.DOWN, Trait.FAILED)

_SMALLER = (
    "Lower the fragment size of IKE on both peers, or let IP fragments between the two addresses and ICMP "
    "fragmentation needed pass."
)
_UNFRAGMENTED = (
    "Let IP fragments between the two addresses and ICMP fragmentation needed pass: IKE fragmentation begins after "
    "IKE_SA_INIT. Key exchanges with large values (ML-KEM) can go into IKE_INTERMEDIATE (RFC 9370)."
)


def diagnose(case: Case) -> Diagnosis | None:
    """ICMP asks for smaller packets, or size separates what is answered from what is not."""
    if not case.troubled:
        return None
    lost = lost_at_end(case)
    if lost is not None:
        return _answers_too_large(case, lost)
    errors = [e for e in case.n.icmp_errors if e.kind == "fragmentation-needed" and not about_traffic(e)]
    stopped = fell_silent(case)
    if errors and case.n.failed_by not in ("initiator", "responder"):  # who refuses had the message
        mtu = next((e.mtu for e in reversed(errors) if e.mtu), None)
        detail = f"{errors[-1].reporter_ip} asks for packets of at most {mtu or 'fewer'} bytes."
        sent = stopped.request if stopped else None
        shown = (*frames(sent), *(e.frame_number for e in errors))
        basis, advice = "ICMP error that quotes the message", _advice(case, stopped or last_unanswered(case))
        return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice)
    begun = beginnings(case)
    sure = sureness(case, begun) if begun else None
    if sure is not None:
        exchange, large = max(begun, key=lambda found: found[1].length)
        came = "only the first of them came" if all_alone(case) else "not all of them came"
        detail = f"{exchange.exchange} of {large.length} bytes takes several IP packets, and {came}."
        basis = "IP fragments without the rest of their packet"
        shown = frames(*(step for _, step in begun))
        return case.diagnosis(ABOUT, sure, shown, detail, basis, _advice(case, exchange))
    if stopped is None:
        return _first_too_large(case)
    unanswered, answered = _by_answer(case, stopped)
    smallest = min((s.length for s in unanswered), default=0)
    largest = max((s.length for s in answered), default=0)
    if any(surely_carried(case, s) for s in unanswered) or smallest <= largest or not largest:
        return None
    offered = {"used": "in use", "supported": "offered by both", "offered": "offered by one side only"}
    text = offered.get(case.n.fragmentation or "", "not offered")
    detail = (
        f"{stopped.exchange} of {smallest} bytes is not answered; the largest answered message has "
        f"{largest} bytes. IKE fragmentation: {text}."
    )
    basis, others = "sizes of answered and unanswered messages", shown_of_path(case)
    if others.text:
        detail, basis = detail + others.text, basis + BY_OTHERS
    shown, advice = (*frames(*unanswered), *others.frames), _advice(case, stopped)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, advice)


def _advice(case: Case, exchange: Exchange | None) -> str:
    """Fragmentation helps where it is not in use, and IKE_SA_INIT comes before it (RFC 7383 section 2.4)."""
    if exchange is not None and exchange.exchange == "IKE_SA_INIT":
        return _UNFRAGMENTED
    return _SMALLER if case.n.fragmentation == "used" else ABOUT.advice


def _first_too_large(case: Case) -> Diagnosis | None:
    """A first message that takes several packets is never answered; a much smaller one of the same side is."""
    stopped = last_unanswered(case) if case.n.outcome == "unanswered" else None
    if stopped is None:
        return None
    sent = [s for s in stopped.steps if not s.duplicate]
    found = None if surely_carried(case, sent[0]) else smaller(case, sent[0])
    if found is None:
        return None
    other, size = found
    detail = (
        f"A first message of {sent[0].length} bytes is not answered, one of {size} bytes is (negotiation "
        f"{other.number}). The large one does not pass, or the peer drops it for what it holds, such as a key exchange "
        "method (ML-KEM) that it does not know."
    )
    shown = (*frames(*sent), other.first_frame)
    basis, advice = "sizes of first messages of the two hosts", _advice(case, stopped)
    return case.diagnosis(ABOUT, "possible", shown, detail, basis, advice, absence=True)


def _answers_too_large(case: Case, lost: LostAnswers) -> Diagnosis | None:
    """The answers that do not arrive are large ones, and small ones arrived."""
    smallest = min(s.length for s in lost.answers)
    arrived = _arrived(case, lost)
    if any(surely_carried(case, s) for s in lost.answers) or smallest <= max(arrived, default=smallest):
        return None
    detail = (
        f"The answers of {smallest} bytes to {lost.exchange.exchange} do not arrive; answers of up to {max(arrived)} "
        "bytes did before."
    )
    basis = "sizes of answers that arrived and that did not"
    shown = frames(lost.request, *lost.answers)
    return case.diagnosis(ABOUT, "likely", shown, detail, basis, _advice(case, lost.exchange))


def _arrived(case: Case, lost: LostAnswers) -> list[int]:
    """Sizes of the answers, before those that do not arrive, that were answers and were taken.

    The side that retransmits went on to another exchange behind them. What the other side begins itself may never have
    arrived, and within main mode there is always a smaller message before: that is no evidence about the size.
    """
    first = lost.answers[0].frame_number
    before = [
        e
        for e in case.exchanges
        if e is not lost.exchange
        and e.begun_by_initiator == lost.exchange.begun_by_initiator
        and e.outcome == "answered"
        and e.first_frame < first
        and lost_answers(e) is None
    ]
    asks = lost.request.from_initiator
    return [s.length for e in before for s in e.steps if s.from_initiator != asks and s.frame_number < first]


def _by_answer(case: Case, stopped: Exchange) -> tuple[list[Step], list[Step]]:
    """Transmissions that nothing followed from the other side, and all messages before them."""
    steps = [s for s in stopped.steps if not s.duplicate]
    side = steps[-1].from_initiator
    other = [i for i, s in enumerate(steps) if s.from_initiator != side and s.retransmission_of is None]
    cut = other[-1] + 1 if other else 0
    before = [s for e in case.exchanges if e is not stopped and e.outcome == "answered" for s in e.steps]
    return [s for s in steps[cut:] if s.from_initiator == side], before + steps[:cut]
