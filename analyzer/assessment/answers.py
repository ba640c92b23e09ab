"""Answers of a responder: to what the capture shows as asked, and those whose request it does not hold."""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.assessment.case import PHASE1
from analyzer.assessment.targets import Place, Where
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.model import Exchange, Negotiation, Step

_SA = int(PayloadV1.SA)


class Answered(NamedTuple):
    """Where a responder answered whom, and whether something that it answers there is in the capture.

    Without that its direction is known by the message alone, which anybody may have forged.
    """

    place: Place
    peer: str
    asked: bool


def answered(n: Negotiation) -> dict[Answered, tuple[Step, Step]]:
    """Where it was answered, with the first and the last of these messages.

    Of IKEv1 a refusal in clear counts, which is an exchange of its own.
    """
    found = _where_it_went(n) if len(n.addresses) > 1 else _where_it_began(n)
    if n.ike_version == 1 and not any(key.asked for key in found):
        where = Where(n)
        for step in _refusals(n):
            _note(found, where, step, asked=True)
    return found


def first_answers(n: Negotiation) -> dict[Answered, Step]:
    """The first message alone; where addresses and ports stay and it was asked, that of one place is enough."""
    if len(n.addresses) < 2:
        for exchange in n.exchanges:
            for transport, asked, first, _ in exchange.figure.answers:
                if asked:
                    place = n.responder_ip, n.responder_port, transport
                    return {Answered(place, n.initiator_ip, asked): exchange.steps[first]}
    return {key: first for key, (first, _) in answered(n).items()}


def _where_it_began(n: Negotiation) -> dict[Answered, tuple[Step, Step]]:
    """Of one whose addresses and ports stay: few lines for each exchange, since there may be very many."""
    ends: dict[tuple[str, bool, bool], list[tuple[Exchange, int]]] = {}
    version = n.ike_version
    for e in n.exchanges:
        for transport, asked, first, last in e.figure.answers:
            ends.setdefault((transport, asked, asked or e.ike_version == version), [(e, first)])[1:] = [(e, last)]
    found = {}
    for (transport, asked, same), ((one, first), (other, last)) in ends.items():
        if asked or (same and _is_known(n, one)):
            at = Answered((n.responder_ip, n.responder_port, transport), n.initiator_ip, asked)
            found[at] = one.steps[first], other.steps[last]
    return found


def _where_it_went(n: Negotiation) -> dict[Answered, tuple[Step, Step]]:
    """Of one whose addresses or ports change."""
    found: dict[Answered, tuple[Step, Step]] = {}
    where = Where(n)
    for exchange in n.exchanges:
        figure = exchange.figure
        if figure.answers and (figure.asked or _is_known(n, exchange)):
            steps = exchange.steps
            if all(first == last for _, _, first, last in figure.answers):
                answers = [steps[first] for _, _, first, _ in figure.answers]
            else:
                answers = [step for step in steps if not step.from_initiator and not step.duplicate]
            for step in answers:
                _note(found, where, step, asked=figure.asked)
    return found


def _is_known(n: Negotiation, exchange: Exchange) -> bool:
    """Whether what the responder sends is an answer although nothing that was asked is there, and no guess says so.

    IKEv2 has a flag for it, and of two phase 1 messages of IKEv1 with an SA payload the second is the responder's.
    Nothing else of IKEv1 says who sends it.
    """
    if exchange.ike_version != n.ike_version:
        return False
    if exchange.ike_version == 2:
        return True
    return exchange.exchange in PHASE1 and any(_SA in s.payload_types for s in exchange.steps if not s.from_initiator)


def _refusals(n: Negotiation) -> Iterator[Step]:
    """What the responder of IKEv1 says in clear once phase 1 was asked for."""
    began = False
    for exchange in n.exchanges:
        if began and exchange.exchange == "INFORMATIONAL" and not exchange.figure.protected:
            yield from (step for step in exchange.steps if not step.from_initiator and not step.duplicate)
        began = began or (exchange.exchange in PHASE1 and exchange.figure.asked)


def _note(found: dict[Answered, tuple[Step, Step]], where: Where, step: Step, *, asked: bool) -> None:
    at = where.of(step)
    if at is not None:
        _, peer, _, ip, port = at
        key = Answered((ip, port, step.transport), peer, asked)
        found[key] = found.get(key, (step, step))[0], step
