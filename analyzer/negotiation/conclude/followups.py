"""Additional key exchanges of SAs that are made later: IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4).

Where the answer of CREATE_CHILD_SA chose any, the SA exists only after the last IKE_FOLLOWUP_KE. Which exchange goes on
with which is said by ADDITIONAL_KEY_EXCHANGE inside encryption; without keys by the order of one side's requests.
"""

from collections.abc import Iterator

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.ignored import ignored, never_answered
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import ChildSa, Suite
from analyzer.vocabulary import ChildOutcome

_LINK = int(NotifyV2.ADDITIONAL_KEY_EXCHANGE)
_FIRST, _NEXT = "CREATE_CHILD_SA", "IKE_FOLLOWUP_KE"


def settle_children(n: Negotiation) -> None:
    """What became of each child SA that was agreed but for its additional key exchanges.

    It failed with one that is refused, or that a living peer never answers (ignored.py). One that was rekeyed later had
    come up, whatever is not in the capture.
    """
    up = {c.frame_number: c for c in n.children if c.created_by == _FIRST and c.outcome == "established"}
    if not any(c.suite and c.suite.additional_ke_ids for c in up.values()) and not (up and n.of_type(_NEXT)):
        return
    rekeyed, in_vain = {c.rekeys for c in n.children}, _ignored(n)
    for first, followups in _chains(n):
        child = up.get(first.first_frame)
        if child is not None and child.child not in rekeyed:
            child.outcome, refusal = _became(n, child.suite, followups, in_vain)
            child.response_frame = child.response_frame if refusal is None else refusal.frame_number


def refused_at(n: Negotiation, child: ChildSa) -> str:
    """The exchange whose answer refused a child SA: the one that asked for it, or an IKE_FOLLOWUP_KE."""
    answers = {s.frame_number for e in n.of_type(_NEXT) for s in e.steps if s.is_response}
    return _NEXT if child.response_frame in answers else child.created_by


def asked_in_vain(n: Negotiation, child: ChildSa) -> Exchange | None:
    """The IKE_FOLLOWUP_KE that a child SA waits for, and that a living peer never answers."""
    in_vain = _ignored(n)
    chains = _chains(n) if in_vain else []
    chain = next((chain for first, chain in chains if first.first_frame == child.frame_number), [])
    return next((e for e in chain if e.index in in_vain), None)


def failed_followup(n: Negotiation, first: Exchange) -> Exchange | None:
    """The IKE_FOLLOWUP_KE, refused or ignored, with which what this CREATE_CHILD_SA agreed on came to nothing."""
    in_vain = _ignored(n)
    chain = next((chain for one, chain in _chains(n) if one.index == first.index), [])
    return next((e for e in chain if e.index in in_vain or course(n, e).state == "refused"), None)


def _ignored(n: Negotiation) -> set[int]:
    """The IKE_FOLLOWUP_KE exchanges that a living peer never answers, by their places in the log."""
    if not any(never_answered(n, e) for e in n.of_type(_NEXT)):
        return set()
    return {e.index for e in ignored(n) if e.exchange == _NEXT}


def settle_ike_sas(negotiations: list[Negotiation]) -> list[Negotiation]:
    """Without the IKE SAs that never were: made inside another, without a message of their own, and then refused.

    Ignored by a living peer is refused too. Those whose last additional key exchange is not answered are doubted.
    """
    waiting = [n for n in negotiations if n.suite and n.suite.additional_ke_ids and n.rekeyed_from and not n.exchanges]
    if not waiting:
        return negotiations
    by_number = {n.number: n for n in negotiations}
    chains: dict[tuple[int | None, int | None], list[Exchange]] = {}
    in_vain: set[int] = set()
    for number in {n.rekeyed_from for n in waiting}:
        if number in by_number:
            in_vain |= _ignored(by_number[number])
            for first, followups in _chains(by_number[number]):
                chains.update({(number, step.frame_number): followups for step in first.steps})
    refused = set()
    for n in waiting:
        chain = chains.get((n.rekeyed_from, n.chosen_frame))
        if chain is None:
            continue
        outcome, _ = _became(by_number[n.rekeyed_from or 0], n.suite, chain, in_vain)
        if outcome == "failed":
            refused.add(n.number)
        elif outcome == "unknown":
            n.outcome_basis += "; its additional key exchange is not answered in the capture"
            n.outcome_confidence = "possible"
    return [n for n in negotiations if n.number not in refused]


def _became(
    n: Negotiation, suite: Suite | None, followups: list[Exchange], in_vain: set[int]
) -> tuple[ChildOutcome, Step | None]:
    """What became of an SA that CREATE_CHILD_SA agreed on, and the answer that refuses it.

    in_vain: places in the log of exchanges that a living peer never answers.
    """
    states = [course(n, e).state for e in followups]
    if "refused" in states:
        return "failed", followups[states.index("refused")].response
    if any(e.index in in_vain for e in followups):
        return "failed", None
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
