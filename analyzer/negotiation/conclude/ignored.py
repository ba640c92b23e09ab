"""Requests of an SA that is up which the other side never answers, although it is heard after them.

A request of IKEv2 is to be answered, with an error if need be (RFC 7296 section 2.1). Whoever retransmits one has no
answer; that a capture lost the answer to each transmission is not to be believed. What was sent once says nothing: its
answer may be missing from the capture.
"""

from collections.abc import Iterator

from analyzer.negotiation.lengths import inner_bytes
from analyzer.negotiation.life.ends import DELETES
from analyzer.negotiation.model import SETTING_UP, Exchange, Negotiation, Step

REPEATS = 2  # retransmissions without an answer; one may be lost on a healthy path
_IN_SPITE = 4  # retransmissions, where the side that asked goes on as if it had an answer
_ASKED_IN_IKEV1 = frozenset({"TRANSACTION", "NEW_GROUP_MODE"})
_IN_TURN = _ASKED_IN_IKEV1 | {"QUICK_MODE"}
MOST_OF_A_DELETE = 28  # bytes: a Delete of five child SAs
# Of a message with one, under the cipher that has most bytes of header, IV, padding and ICV around it
LARGEST_DELETE = MOST_OF_A_DELETE + 96


def ignored(n: Negotiation) -> Iterator[Exchange]:
    """The exchanges whose request was never answered by a side that is heard later, in order.

    Not IKEv1's INFORMATIONALs, which nothing answers, nor its quick modes, which are child SAs (outcome_ikev1.py).
    """
    exchanges = n.exchanges
    last = _last_heard(n, exchanges)
    with_answers = _content(n, exchanges)
    for exchange in exchanges:
        sent = never_answered(n, exchange)
        if not sent or sent[REPEATS].frame_number > last[not sent[0].from_initiator]:
            continue
        goes_on = with_answers[sent[0].from_initiator] > sent[-1].frame_number
        if len(sent) > _IN_SPITE or not goes_on:
            yield exchange


def _content(n: Negotiation, exchanges: list[Exchange]) -> dict[bool, int]:
    """By side the frame of what it says only with its requests before answered; True is the initiator.

    Who begins something else, but the end, has an answer, for its window is one request (RFC 7296 section 2.3).
    """
    frames = {True: 0, False: 0}
    for exchange in exchanges[:-1]:
        frames[exchange.begun_by_initiator] = exchange.first_frame
    if n.ike_version == 1:
        for by, frame in in_turn(exchanges).items():
            frames[by] = max(frames[by], frame)
    return frames


def in_turn(exchanges: list[Exchange]) -> dict[bool, int]:
    """IKEv1: the frame of the last message of each side that asks for something or answers what was asked.

    It goes step by step from XAUTH to mode config to quick mode: who answers the next one has what it asked for before.
    """
    frames = {True: 0, False: 0}
    for exchange in exchanges:
        if exchange.exchange in _IN_TURN:
            for step in exchange.steps:
                if not step.duplicate:
                    frames[step.from_initiator] = max(frames[step.from_initiator], step.frame_number)
    return frames


def never_answered(n: Negotiation, exchange: Exchange) -> list[Step]:
    """The transmissions of a request that was retransmitted and not answered; empty: it was not so.

    An error in clear is no answer. A Delete does not count: the peer may have gone first.
    """
    if len(exchange.steps) <= REPEATS:
        return []
    request, response = exchange.request, exchange.response
    if not _asks(n, exchange) or (response is not None and response.encrypted):
        return []
    if request is None or not request.encrypted or closing(n, exchange):
        return []
    sent = [s for s in exchange.steps if not s.duplicate and s.encrypted]
    if any(s.from_initiator != request.from_initiator for s in sent):
        return []
    return sent if sum(s.retransmission_of is not None for s in sent) >= REPEATS else []


def _asks(n: Negotiation, exchange: Exchange) -> bool:
    """An exchange of an SA that is up whose request is to be answered in the same exchange."""
    return exchange.exchange in _ASKED_IN_IKEV1 if n.ike_version == 1 else exchange.exchange not in SETTING_UP


def closing(n: Negotiation, exchange: Exchange) -> bool:
    """An INFORMATIONAL that deletes: seen inside, or too long to be empty and too short for more."""
    request = exchange.request
    if exchange.exchange != "INFORMATIONAL" or request is None:
        return False
    if request.inner_types is not None:
        return not DELETES.isdisjoint(request.inner_types)
    inner = inner_bytes(n.suite, request.length) if n.ike_version == 2 else None
    return inner is not None and inner[0] > 0 and inner[1] <= MOST_OF_A_DELETE


def _last_heard(n: Negotiation, exchanges: list[Exchange]) -> dict[bool, int]:
    """The frame of the last message of each side in the SA once it is up; True is the initiator.

    Nothing of its setting up, nor a Delete: whoever sends those may not have the SA (any more).
    """
    last = {True: 0, False: 0}
    for exchange in exchanges:
        if exchange.exchange not in SETTING_UP and not closing(n, exchange):
            for step in (s for s in exchange.steps if s.encrypted):
                last[step.from_initiator] = max(last[step.from_initiator], step.frame_number)
    return last
