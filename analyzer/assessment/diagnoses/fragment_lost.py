"""Fragments missing."""

from collections import Counter

from analyzer.assessment.case import Case, frames, once
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.pieces import (
    Heard,
    Missing,
    all_alone,
    beginnings,
    headless,
    missing,
    origin,
    sureness,
    unanswered_at_end,
)
from analyzer.negotiation.conclude.rests import Lacking
from analyzer.negotiation.conclude.verdict import PATIENCE_NS, times, waited
from analyzer.negotiation.exchanges.messages import CROSSING_NS
from analyzer.negotiation.life.reported import about_traffic
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import Confidence
from analyzer.vocabulary import side as side_name

ABOUT = Explanation(
    id="fragment-lost",
    kind="diagnosis",
    title="Fragments of a message are missing",
    what="Not all fragments of a message, its own or of IP, are in the capture, and the exchange did not complete.",
    why=(
        "The receiver can do nothing with an incomplete set. If the same number is missing each time, its "
        "size is the problem; otherwise loss is."
    ),
    wire=(
        "Encrypted Fragment payloads (IKEv1: fragment payloads) k of n with numbers missing; or IP fragments of an IKE "
        "message of which only the first came, or between its hosts only later ones; or ICMP time exceeded in fragment "
        "reassembly that quotes the first."
    ),
    lookalikes=(
        "Fragments that only the capture lost: a filter by port drops all IP fragments but the first (capture-filter). "
        "A message that was answered arrived whole."
    ),
    advice="Lower the fragment size on the sender, and look for loss and for filters on the way.",
    references=("RFC 7383 2.5, 2.6",),
)


_NAMED = 10  # fragments


@once
def diagnose(case: Case) -> Diagnosis | None:
    """A set of fragments with gaps in an exchange that stopped, of IKE's fragments or IP's."""
    if not case.troubled and (unanswered_at_end(case) is None or all_alone(case)):
        return None
    of_ike = _of_ike(case) if case.fragmented else None
    return _reported(case) or of_ike or _of_ip(case) or _headless(case)


def _reported(case: Case) -> Diagnosis | None:
    """A host says that it waited for the rest of a datagram in vain: it has the first fragment (RFC 792)."""
    errors = [e for e in case.n.icmp_errors if e.kind == "reassembly-timeout" and not about_traffic(e)]
    if not errors or case.established:
        return None
    last = errors[-1]
    detail = (
        f"{last.reporter_ip} reports that the other IP fragments of a datagram from {last.src_ip} did not come "
        f"(fragment reassembly time exceeded), {times(len(errors))}."
    )
    shown = tuple(e.frame_number for e in errors)
    return case.diagnosis(ABOUT, "likely", shown, detail, "ICMP error that quotes the first fragment")


def _of_ike(case: Case) -> Diagnosis | None:
    gaps = ((e, side, missing(e, side)) for e in reversed(case.exchanges) for side in (True, False))
    heard: Heard | None = None
    for exchange, side, lacking in gaps:
        if lacking is None:
            continue
        heard = heard or Heard(case.n)
        pieces = [s for s in exchange.steps if s.from_initiator == side and s.fragment is not None]
        if heard.arrived(exchange, side) or not _had_their_time(case, exchange, pieces):
            continue
        detail = f"{exchange.exchange}: {_which(lacking, side)} never seen."
        sent = Counter(s.fragment[0] for s in pieces if s.fragment and not s.duplicate)
        rounds = min(sent.values(), default=1)
        if rounds > 1:
            detail += f" Missing in each of {rounds} transmissions: its size or a filter rather than chance."
        sure: Confidence = "likely" if _repeated(exchange.steps) else "possible"
        return case.diagnosis(ABOUT, sure, frames(*pieces), detail, "fragment numbers")
    return None


def _which(lacking: Missing, from_initiator: bool) -> str:
    who = side_name(from_initiator)
    numbers = ", ".join(map(str, lacking.numbers[:_NAMED]))
    if lacking.total is not None:
        return f"of {lacking.total} fragments of the {who}, number {numbers}"
    last = "the last one, which says how many there are,"  # the others of a vendor's do not
    return f"of the fragments of the {who}, {f'number {numbers} and {last}' if numbers else last}"


def _of_ip(case: Case) -> Diagnosis | None:
    begun = beginnings(case)
    sure = sureness(case, begun) if begun else None
    if sure is None:
        return None
    exchange, last = begun[-1]
    often = times(len(begun))
    name = (
        exchange.exchange
        if last.from_initiator == exchange.begun_by_initiator
        else f"The answer to {exchange.exchange}"
    )
    came = "only the first came" if all_alone(case) else "not all of them came"
    detail = f"{name} of {last.length} bytes was sent in IP fragments {often}; {came}."
    if any(_is_whole(s, last, case.scene.story.beginnings) for s in exchange.steps):
        detail += " In another transmission they did."
    basis = "IP fragments without the rest of their packet"
    shown = frames(*(step for _, step in begun))
    return case.diagnosis(ABOUT, sure, shown, detail, basis)


def _is_whole(step: Step, of: Step, beginnings: frozenset[int]) -> bool:
    return origin(step) == origin(of) and step.frame_number not in beginnings


def _headless(case: Case) -> Diagnosis | None:
    """Only later IP fragments came of what may be the message that is missing."""
    found = headless(case)
    if found is None or not (_comes_again(found) or _waited(found, case.scene.story.last_time)):
        return None
    who, what = side_name(found.from_initiator), "answer" if found.answers else "next message"
    detail = (
        f"{found.exchange.exchange}: of what may be the {who}'s {what} only later IP fragments came, "
        f"{times(len(found.rests))}; the first one, which shows what it is, did not."
    )
    shown = {*frames(found.last), *(f for r in found.rests for f in (r.first_frame, r.last_frame))}
    sure: Confidence = "likely" if found.in_vain or (not found.answers and _comes_again(found)) else "possible"
    return case.diagnosis(ABOUT, sure, tuple(shown), detail, "IP fragments without the first one of their packet")


def _comes_again(found: Lacking) -> bool:
    """A datagram of the same size follows, no sooner than a retransmission does."""
    first, *others = found.rests
    times_ns = [r.time_ns for r in others if r.size == first.size and r.time_ns is not None]
    return first.time_ns is not None and max(times_ns, default=first.time_ns) - first.time_ns >= CROSSING_NS


def _waited(found: Lacking, capture_end: int | None) -> bool:
    last = found.rests[-1].time_ns
    return last is not None and capture_end is not None and capture_end - last >= PATIENCE_NS


def _had_their_time(case: Case, exchange: Exchange, pieces: list[Step]) -> bool:
    """What is missing could have been seen, and the exchange is the one that stopped."""
    at = case.n.failed_at
    if case.established and (exchange is not case.exchanges[-1] if at is None else exchange.exchange != at):
        return False
    if case.n.starts_late and exchange.first_frame == case.exchanges[0].first_frame:
        return False  # it may have come before the capture
    return case.n.outcome != "incomplete" or _repeated(pieces) or waited(pieces[-1], case.scene.story.last_time)


def _repeated(steps: list[Step]) -> bool:
    return any(s.retransmission_of is not None and not s.duplicate for s in steps)
