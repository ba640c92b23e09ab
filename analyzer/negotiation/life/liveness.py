"""Questions whether the peer is alive: empty INFORMATIONALs (RFC 7296 section 2.4), R-U-THERE (RFC 3706).

With keys they are known for what they are. Without, IKEv2's are known by their length where the cipher has no padding
to speak of; IKEv1's by what they look like: encrypted INFORMATIONALs of one size, back and forth.
"""

from itertools import pairwise
from typing import NamedTuple

from analyzer.isakmp.numbers import NotifyV1
from analyzer.negotiation.lengths import inner_bytes
from analyzer.negotiation.life.model import Liveness
from analyzer.negotiation.model import Exchange, Negotiation, Step

_LEAST_GAP_NS = 500_000_000  # nobody asks again sooner
_AT_LEAST = 2  # IKEv1 without keys: questions that were answered, before one is believed to be a question


class Missed(NamedTuple):
    """A question that was asked several times. `answered_ns`: when the answer came at last; None: it never did."""

    first: Step
    transmissions: int
    answered_ns: int | None


def liveness(n: Negotiation) -> tuple[Liveness | None, list[Missed]]:
    """How often one side asked, and the questions asked several times; None where questions cannot be known."""
    return _ikev1(n) if n.ike_version == 1 else _ikev2(n)


def _ikev2(n: Negotiation) -> tuple[Liveness | None, list[Missed]]:
    checks, missed, known = 0, [], False
    exchanges = n.exchanges
    sides = {e.begun_by_initiator for e in exchanges if e.outcome != "unrequested"}
    sides |= {not e.begun_by_initiator for e in exchanges if e.outcome != "unanswered"}
    for exchange in exchanges:
        if exchange.exchange != "INFORMATIONAL":
            continue
        empty = _is_empty(n, exchange)
        known = known or empty is not None
        request = exchange.request
        if not empty or request is None:
            continue
        checks += 1
        sent = [s for s in exchange.steps if not s.duplicate and s.from_initiator == request.from_initiator]
        answer = exchange.response
        before = [s for s in sent if answer is None or s.frame_number < answer.frame_number]
        if len(before) > 1 and _waited(before[0], before[-1]) and (not request.from_initiator) in sides:
            missed.append(Missed(request, len(before), answer.time_ns if answer else None))
    return Liveness(checks, len(missed)) if known else None, missed


def _waited(first: Step, last: Step) -> bool:
    """Not asked on several paths at once, as MOBIKE does, nor seen on both sides of a NAT."""
    return first.time_ns is None or last.time_ns is None or last.time_ns - first.time_ns >= _LEAST_GAP_NS


def _is_empty(n: Negotiation, exchange: Exchange) -> bool | None:
    """The request holds no payload; None where it cannot be known."""
    request = exchange.request
    if request is None or not request.encrypted:
        return None
    if request.inner_types is not None:
        return not request.inner_types
    room = inner_bytes(n.suite, request.length)
    if room is None or (room[0] == 0 and room[1] >= 8):
        return None
    return room == (0, 0) or room[1] < 4


def _ikev1(n: Negotiation) -> tuple[Liveness | None, list[Missed]]:
    messages = [
        step
        for exchange in n.exchanges
        if exchange.exchange == "INFORMATIONAL"
        for step in exchange.steps
        if step.encrypted and not step.duplicate and step.retransmission_of is None
    ]
    if not messages:
        return None, []
    messages.sort(key=lambda s: s.frame_number)
    if not n.decrypted:
        marked = _by_look(messages)
        return (None, []) if marked is None else _count(marked)
    steps = [s for s in messages if _notifies(s, NotifyV1.R_U_THERE) or _notifies(s, NotifyV1.R_U_THERE_ACK)]
    return _count([(s, _notifies(s, NotifyV1.R_U_THERE)) for s in steps])


def _notifies(step: Step, notify_type: int) -> bool:
    return any(s.notify_type == notify_type for s in step.notifies)


def _by_look(messages: list[Step]) -> list[tuple[Step, bool]] | None:
    """Messages of the one size that went back and forth, each with whether it is a question."""
    answered: dict[int, int] = {}
    for before, after in pairwise(messages):
        if before.length == after.length and before.from_initiator != after.from_initiator:
            answered[before.length] = answered.get(before.length, 0) + 1
    size = max(answered, key=lambda length: (answered[length], -length), default=0)
    if answered.get(size, 0) < _AT_LEAST:
        return None
    marked: list[tuple[Step, bool]] = []
    asker: bool | None = None
    last: int | None = None
    for step in messages:
        if step.length != size:
            continue
        soon = last is not None and step.time_ns is not None and step.time_ns - last < _LEAST_GAP_NS
        if soon and asker == step.from_initiator:
            continue  # a burst
        question = asker is None or asker == step.from_initiator
        marked.append((step, question))
        asker, last = (step.from_initiator if question else None), step.time_ns
    return marked


def _count(asked: list[tuple[Step, bool]]) -> tuple[Liveness, list[Missed]]:
    """IKEv1 asks again under a new message ID: a question after an unanswered one repeats it."""
    checks, missed = 0, []
    waiting: list[Step] = []
    for step, question in asked:
        if question and waiting and waiting[0].from_initiator != step.from_initiator:
            waiting = [step]
            checks += 1
        elif question:
            checks += not waiting
            waiting.append(step)
        elif waiting:
            if len(waiting) > 1:
                missed.append(Missed(waiting[0], len(waiting), step.time_ns))
            waiting = []
    if len(waiting) > 1:
        missed.append(Missed(waiting[0], len(waiting), None))
    return Liveness(checks, len(missed)), missed
