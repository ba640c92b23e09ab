"""Additional key exchanges of SAs that are made later: IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4).

Where the answer of CREATE_CHILD_SA chose any, the SA exists only after the last IKE_FOLLOWUP_KE. Which exchange goes on
with which is said by ADDITIONAL_KEY_EXCHANGE inside encryption; without keys by the order of one side's requests.
"""

from collections.abc import Iterator

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.model import ChildSa, Exchange, Negotiation, Step, Suite
from analyzer.vocabulary import ChildOutcome

_LINK = int(NotifyV2.ADDITIONAL_KEY_EXCHANGE)
_FIRST, _NEXT = "CREATE_CHILD_SA", "IKE_FOLLOWUP_KE"


def settle_children(n: Negotiation) -> None:
    """What became of each child SA that was agreed but for its additional key exchanges.

    One that was rekeyed later had come up, whatever is not in the capture.
    """
    up = {c.frame_number: c for c in n.children if c.created_by == _FIRST and c.outcome == "established"}
    if not any(c.suite and c.suite.additional_ke_ids for c in up.values()) and not (up and n.of_type(_NEXT)):
        return
    rekeyed = {c.rekeys for c in n.children}
    for first, followups in _chains(n):
        child = up.get(first.first_frame)
        if child is not None and child.child not in rekeyed:
            child.outcome, refusal = _became(n, child.suite, followups)
            child.response_frame = child.response_frame if refusal is None else refusal.frame_number


def refused_at(n: Negotiation, child: ChildSa) -> str:
    """The exchange whose answer refused a child SA: the one that asked for it, or an IKE_FOLLOWUP_KE."""
    answers = {s.frame_number for e in n.of_type(_NEXT) for s in e.steps if s.is_response}
    return _NEXT if child.response_frame in answers else child.created_by


def settle_ike_sas(negotiations: list[Negotiation]) -> list[Negotiation]:
    """Without the IKE SAs that never were: made inside another, of which there is no message, and then refused.

    Those whose last additional key exchange is not answered are doubted.
    """
    waiting = [n for n in negotiations if n.suite and n.suite.additional_ke_ids and n.rekeyed_from and not n.exchanges]
    if not waiting:
        return negotiations
    by_number = {n.number: n for n in negotiations}
    chains: dict[tuple[int | None, int | None], list[Exchange]] = {}
    for number in {n.rekeyed_from for n in waiting}:
        if number in by_number:
            for first, followups in _chains(by_number[number]):
                chains.update({(number, step.frame_number): followups for step in first.steps})
    refused = set()
    for n in waiting:
        chain = chains.get((n.rekeyed_from, n.chosen_frame))
        if chain is None:
            continue
        outcome, refusal = _became(by_number[n.rekeyed_from or 0], n.suite, chain)
        if refusal is not None:
            refused.add(n.number)
        elif outcome == "unknown":
            n.outcome_basis += "; its additional key exchange is not answered in the capture"
            n.outcome_confidence = "possible"
    return [n for n in negotiations if n.number not in refused]


def _became(n: Negotiation, suite: Suite | None, followups: list[Exchange]) -> tuple[ChildOutcome, Step | None]:
    """What became of an SA that CREATE_CHILD_SA agreed on, and the answer that refuses it."""
    states = [course(n, e).state for e in followups]
    if "refused" in states:
        return "failed", followups[states.index("refused")].response
    due = len(suite.additional_ke_ids) if suite is not None else 0
    answered = sum(state in ("answered", "unfinished") for state in states)
    return "unknown" if answered < max(due, len(states)) else "established", None


def _chains(n: Negotiation) -> list[tuple[Exchange, list[Exchange]]]:
    """Each CREATE_CHILD_SA with the exchanges that go on with it."""
    found: list[tuple[Exchange, list[Exchange]]] = []
    linked: dict[bytes, list[Exchange]] = {}
    newest: dict[bool, list[Exchange]] = {}  # by the side that began
    for exchange in n.of_type(_FIRST, _NEXT):
        if exchange.exchange == _FIRST:
            chain: list[Exchange] = []
            found.append((exchange, chain))
        else:
            known = next((linked[d] for d in _links(exchange, response=False) if d in linked), None)
            chain = known if known is not None else newest.get(exchange.begun_by_initiator, [])
            chain.append(exchange)
        newest[exchange.begun_by_initiator] = chain
        linked.update(dict.fromkeys(_links(exchange, response=True), chain))
    return found


def _links(exchange: Exchange, *, response: bool) -> Iterator[bytes]:
    for step in exchange.steps:
        if step.is_response == response:
            yield from (s.data for s in step.notifies if s.notify_type == _LINK and s.authenticated)
