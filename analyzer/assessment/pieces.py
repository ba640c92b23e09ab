"""Messages in pieces, IKE's or IP's: what of them is not in the capture, and whether they arrived all the same.

Who answers a message had all of it: what the capture lacks then, only the capture lacks.
"""

from collections import Counter
from itertools import dropwhile, takewhile
from typing import NamedTuple

from analyzer.assessment.case import Case
from analyzer.negotiation.conclude.rests import Lacking
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.exchanges.messages import Said, arrived, is_whole, said
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import Confidence

FRAGMENTS_NAMED = 1000


class Missing(NamedTuple):
    """Fragments that no transmission showed. total: of how many; None: the last one, which says so, is missing."""

    total: int | None
    numbers: list[int]


def missing(exchange: Exchange, from_initiator: bool) -> Missing | None:
    """What is missing of the last message in fragments of one side, of the largest set that it was cut into.

    Vendor fragments of IKEv1 say with the last one how many there are (None before it). None: it is whole.
    """
    run = _last_said(exchange, from_initiator)
    if not run or any(m[0].fragment is None or is_whole(m) for m in run):
        return None
    sets = [[s.fragment for s in m if s.fragment is not None] for m in run]
    shown = max(sets, key=lambda pieces: max(total or 0 for _, total in pieces))
    total = max((total for _, total in shown if total is not None), default=None)
    seen = {number for number, _ in shown}
    most = min(total or max(seen), FRAGMENTS_NAMED)
    return Missing(total, [number for number in range(1, most + 1) if number not in seen])


def _last_said(exchange: Exchange, from_initiator: bool) -> list[Said]:
    """The last message of one side, or the sets of fragments that it was cut into: nobody else spoke between them."""
    newest = dropwhile(lambda m: m[0].from_initiator != from_initiator, reversed(said(exchange)))
    return list(takewhile(lambda m: m[0].from_initiator == from_initiator, newest))


class Heard:
    """What shows that messages arrived, gathered once for all exchanges of a negotiation."""

    def __init__(self, n: Negotiation) -> None:
        self._ike_version = n.ike_version
        self._fresh = {True: 0, False: 0}  # by side: frame of its last message that repeats none
        self._asked = {True: -1, False: -1}  # by side: the highest message ID that it asked with
        for exchange in n.exchanges:
            by = exchange.begun_by_initiator
            self._asked[by] = max(self._asked[by], exchange.message_id)
            for step in exchange.steps:
                if step.retransmission_of is None:
                    self._fresh[step.from_initiator] = max(self._fresh[step.from_initiator], step.frame_number)

    def arrived(self, exchange: Exchange, from_initiator: bool) -> bool:
        """The other side went on as only one can who has the whole message of this side in this exchange."""
        sent = [s for s in exchange.steps if s.retransmission_of is None]
        last = max((s.frame_number for s in sent if s.from_initiator == from_initiator), default=None)
        if last is None:
            return False
        if self._ike_version == 1:  # what refuses phase 1, or follows it, is an exchange of its own
            return self._fresh[not from_initiator] > last
        if from_initiator == exchange.begun_by_initiator:
            return any(s.from_initiator != from_initiator for s in sent)
        return self._asked[exchange.begun_by_initiator] > exchange.message_id


def beginnings(case: Case) -> list[tuple[Exchange, Step]]:
    """First IP fragments whose others are not in the capture, of messages that nothing shows to have arrived.

    In the exchange that was the last one, or in which the negotiation failed: others went well.
    """
    known = case.scene.story.beginnings
    if not known:
        return []
    found = [
        (exchange, step)
        for exchange in case.exchanges
        if exchange.exchange == case.n.failed_at or exchange is case.exchanges[-1]
        for step in _mostly_incomplete(exchange, known)
    ]
    heard = Heard(case.n) if found else None
    whole: dict[tuple[int, bool], bool] = {}
    for exchange, step in found:
        key = exchange.first_frame, step.from_initiator
        if heard is not None and key not in whole:
            whole[key] = heard.arrived(exchange, step.from_initiator)
    return [(e, s) for e, s in found if not whole[e.first_frame, s.from_initiator]]


def sureness(case: Case, begun: list[tuple[Exchange, Step]]) -> Confidence | None:
    """How sure it is that the others of these IP fragments were lost on the path; None: there was no time to tell.

    Who lacks something asks again: where nobody does, the capture alone may lack them.
    """
    exchange, first = next((e, s) for e, s in begun if e is begun[-1][0])
    known = case.scene.story.beginnings
    if any(s.frame_number > first.frame_number for s in exchange.retransmissions):
        whole = any(s.frame_number not in known for s in exchange.steps if origin(s) == origin(first))
        return "possible" if whole or all_alone(case) else "likely"
    return "possible" if waited(begun[-1][1], case.scene.story.last_time) else None


def _mostly_incomplete(exchange: Exchange, known: frozenset[int]) -> list[Step]:
    """Transmissions that lack IP fragments, of messages of which more do than do not."""
    sent = [s for s in exchange.steps if not s.duplicate]
    counts = Counter(origin(s) for s in sent)
    lacking = Counter(origin(s) for s in sent if s.frame_number in known)
    return [s for s in sent if s.frame_number in known and 2 * lacking[origin(s)] > counts[origin(s)]]


def origin(step: Step) -> int:
    """Frame of the first transmission of the same message."""
    return step.retransmission_of or step.frame_number


def unanswered_at_end(case: Case) -> Exchange | None:
    """The last exchange of an SA that is up, where its request is retransmitted and no whole answer to it came."""
    last = case.exchanges[-1]
    if not case.established or not last.retransmissions:
        return None
    answered = any(m[0].from_initiator != last.begun_by_initiator for m in arrived(last))
    return None if answered else last


def headless(case: Case) -> Lacking | None:
    """IP fragments without the first one that may be the message which a negotiation lacks; None: there are none."""
    n = case.n
    if not case.scene.story.rests or n.starts_late or n.failed_by not in (None, "none"):
        return None
    if n.failed_at is not None:
        stopped = n.of_type(n.failed_at)[-1:]
    elif n.outcome in ("incomplete", "unanswered", "failed"):
        stopped = case.exchanges[-1:]
    else:
        unanswered = unanswered_at_end(case)
        stopped = [] if unanswered is None else [unanswered]
    return case.scene.rests.lacking(n, stopped[0]) if stopped else None


def came_in_part(case: Case) -> bool:
    """Fragments are missing, IKE's or IP's, of the request that failed or of what may answer it."""
    if case.n.failed_at is None or all_alone(case):
        return False
    if beginnings(case) or headless(case) is not None:
        return True
    stopped = case.n.of_type(case.n.failed_at)[-1:]
    return any(missing(e, side) is not None for e in stopped for side in (True, False))


def all_alone(case: Case) -> bool:
    """No later IP fragment of any datagram is in the capture: a filter by port drops them, for they hold no ports."""
    return bool(case.scene.story.beginnings) and not case.scene.story.later_fragments
