"""Fragments missing."""

from collections import Counter

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.pieces import Heard, Missing, all_alone, beginnings, missing
from analyzer.negotiation.conclude.verdict import side as side_name
from analyzer.negotiation.conclude.verdict import times, waited
from analyzer.negotiation.life.reported import about_traffic
from analyzer.negotiation.model import Exchange, Step

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
        "message of which only the first came; or ICMP time exceeded in fragment reassembly that quotes the first."
    ),
    lookalikes=(
        "Fragments that only the capture lost: a filter by port drops all IP fragments but the first (capture-filter). "
        "A message that was answered arrived whole."
    ),
    advice="Lower the fragment size on the sender, and look for loss and for filters on the way.",
    references=("RFC 7383 2.5, 2.6",),
)


_NAMED = 10  # fragments


def diagnose(case: Case) -> Diagnosis | None:
    """A set of fragments with gaps in an exchange that stopped, of IKE's fragments or IP's."""
    if not case.troubled:
        return None
    return _reported(case) or _of_ike(case) or _of_ip(case)


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
        return case.diagnosis(ABOUT, "likely", frames(*pieces), detail, "fragment numbers")
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
    if not begun:
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
    basis = "IP fragments without the rest of their packet"
    shown = frames(*(step for _, step in begun))
    return case.diagnosis(ABOUT, "possible" if all_alone(case) else "likely", shown, detail, basis)


def _had_their_time(case: Case, exchange: Exchange, pieces: list[Step]) -> bool:
    """What is missing could have been seen, and the exchange is the one that stopped."""
    if case.established and exchange.exchange != case.n.failed_at:
        return False
    if case.n.starts_late and exchange.first_frame == case.exchanges[0].first_frame:
        return False  # it may have come before the capture
    repeated = any(s.retransmission_of is not None and not s.duplicate for s in pieces)
    return repeated or case.n.outcome != "incomplete" or waited(pieces[-1], case.scene.story.last_time)
