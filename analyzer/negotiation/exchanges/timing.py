"""When messages were sent: repetitions and the pauses between them, lost fragments, disorder, open requests.

RFC 7296 sections 2.1 to 2.3, RFC 7383 section 2.6. A capture point sees what passed it, so all of this is about what
was seen: a repetition may answer a loss on either side of the capture point.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final, NamedTuple

from analyzer.capture.datagram import OVERTAKEN_NS
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.exchanges.messages import said
from analyzer.negotiation.exchanges.readings import AGGRESSIVE, BASE, MAIN, phase1_event
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import ExchangeEvent

_NS_PER_MS: Final = 10**6
_PHASE1: Final = frozenset({MAIN, AGGRESSIVE, BASE})
_ANSWERED_BY: Final[dict[ExchangeEvent, ExchangeEvent]] = {
    "offer": "choice",
    "initiator-keys": "responder-keys",
    "initiator-proof": "responder-proof",
}
_SET_WINDOW_SIZE: Final = int(NotifyV2.SET_WINDOW_SIZE)
_WINDOW_BYTES: Final = 4
# Timers tick, hosts are busy: pauses within these ratios of each other are meant to be what they are called
_SAME: Final = (0.85, 1.15)
_DOUBLE: Final = (1.85, 2.15)
_LEAST_PAUSES: Final = 2
_MOST_PAUSES: Final = 64  # listed; of a message retransmitted for hours the rest says nothing new

RESPONSE_FIRST, TIME_GOES_BACK, FRAGMENTS_OUT_OF_ORDER = (
    "response before request",
    "time goes back",
    "fragments out of order",
)


def went_back(times: Iterable[int]) -> bool:
    """In the order of the file time goes back by more than packets overtake each other: what is between is unknown."""
    return any(before - after > OVERTAKEN_NS for before, after in pairwise(times))


class Timing(NamedTuple):
    """The times of one exchange.

    pauses_ms: between transmissions of the message that was sent most often, in milliseconds. backoff: what they have
    in common (`backoff`). copies: of a datagram, as mirror ports make. fragments_missing: of messages that came in
    fragments, how many never came; None: none was fragmented, or the number is not known. disorder: what is out of
    order in it.
    """

    pauses_ms: tuple[int, ...]
    backoff: str | None
    copies: int
    fragments_missing: int | None
    disorder: tuple[str, ...]


def timing(exchange: Exchange) -> Timing:
    """The times of one exchange."""
    figure = exchange.figure
    if figure.plain and figure.in_order and exchange.exchange_type not in _PHASE1 and not _goes_back(exchange.times):
        return _NOTHING
    steps = exchange.steps
    if figure.plain:
        return Timing((), None, 0, None, _disorder(exchange, steps))
    pauses = _pauses(steps)
    in_ms = tuple(round(p / _NS_PER_MS) for p in pauses)
    copies = sum(s.duplicate for s in steps)
    return Timing(in_ms, backoff(pauses), copies, _fragments_missing(exchange), _disorder(exchange, steps))


_NOTHING: Final = Timing((), None, 0, None, ())


def _pauses(steps: Sequence[Step]) -> list[int]:
    """Pauses in ns between the transmissions of the message sent most often, the first of several."""
    sent: dict[int, list[int | None]] = {}
    for s in steps:
        if not s.duplicate:
            first = s.frame_number if s.retransmission_of is None else s.retransmission_of
            sent.setdefault(first, []).append(s.time_ns)
    times = max(sent.values(), key=len, default=[])[: _MOST_PAUSES + 1]
    return [b - a for a, b in pairwise(times) if a is not None and b is not None]


def backoff(pauses: Sequence[int]) -> str | None:
    """What several pauses have in common.

    doubling; fixed; growing (each longer than the one before it); irregular. None for fewer than two, which have
    nothing in common.
    """
    if len(pauses) < _LEAST_PAUSES or min(pauses) <= 0:
        return None
    ratios = [b / a for a, b in pairwise(pauses)]
    for name, (least, most) in (("fixed", _SAME), ("doubling", _DOUBLE)):
        if all(least <= ratio <= most for ratio in ratios):
            return name
    return "growing" if min(ratios) > _SAME[1] else "irregular"


def _fragments_missing(exchange: Exchange) -> int | None:
    """Fragments that never came, of each side's most complete set (RFC 7383 section 2.5.2 allows several)."""
    missing: dict[bool, int] = {}
    for message in said(exchange):
        fragments = [s.fragment for s in message if s.fragment is not None]
        totals = [total for _, total in fragments if total is not None]
        if totals:
            short = max(0, max(totals) - len(fragments))
            side = message[0].from_initiator
            missing[side] = min(short, missing.get(side, short))
    return sum(missing.values()) if missing else None


def _goes_back(times: Sequence[int | None]) -> bool:
    return any(a is not None and b is not None and b < a for a, b in pairwise(times))


def _disorder(exchange: Exchange, steps: Sequence[Step]) -> tuple[str, ...]:
    found = []
    if (steps and steps[0].is_response and any(not s.is_response for s in steps)) or _answer_first(exchange, steps):
        found.append(RESPONSE_FIRST)
    times = [s.time_ns for s in steps if s.time_ns is not None]
    if any(b < a for a, b in pairwise(times)):
        found.append(TIME_GOES_BACK)
    if any(s.fragment is not None for s in steps):
        numbers = [[s.fragment[0] for s in m if s.fragment is not None] for m in said(exchange)]
        if any(n != sorted(n) for n in numbers):
            found.append(FRAGMENTS_OUT_OF_ORDER)
    return tuple(found)


def _answer_first(exchange: Exchange, steps: Sequence[Step]) -> bool:
    """IKEv1's first phase, whose messages say by what they hold which answers which."""
    if exchange.exchange_type not in _PHASE1:
        return False
    seen: set[ExchangeEvent] = set()
    for step in steps:
        event = phase1_event(exchange.exchange_type, step)
        if event in _ANSWERED_BY and _ANSWERED_BY[event] in seen and event not in seen:
            return True
        if event is not None:
            seen.add(event)
    return False


def ends(exchange: Exchange) -> tuple[Step | None, Step | None]:
    """The first message of the side that began, and the first of the other side, in one pass."""
    request: Step | None = None
    response: Step | None = None
    for step in exchange.steps:
        if step.from_initiator != exchange.begun_by_initiator:
            response = response or step
        elif request is None:
            request = step
        if request is not None and response is not None:
            break
    return request, response


class Window(NamedTuple):
    """How many requests of one side were open when an exchange began, this one included, and how many may be.

    allowed: as the other side said by SET_WINDOW_SIZE; None: not seen, which is one, or inside encryption.
    """

    open: int
    allowed: int | None


def windows(n: Negotiation, exchanges: Iterable[Exchange]) -> list[Window | None]:
    """For each exchange its window; None for IKEv1, which has none, and where the request is not in the capture.

    Only a request whose answer came later counts as open: of one that was never answered in this capture the answer may
    just not have been seen.
    """
    if n.ike_version == 1:
        return [None for _ in exchanges]
    allowed: dict[bool, int | None] = {True: None, False: None}
    waiting: dict[bool, list[int]] = {True: [], False: []}  # heaps of frames of answers to come, by side that asked
    found: list[Window | None] = []
    for exchange in exchanges:
        request, response = exchange.ends
        side = exchange.begun_by_initiator
        if request is None:
            found.append(None)
        else:
            answers = waiting[side]
            while answers and answers[0] <= request:
                heappop(answers)
            found.append(Window(len(answers) + 1, allowed[side]))
            if response is not None and response > request:
                heappush(answers, response)
        if exchange.figure.notifies or not exchange.figure.plain:
            _note_sizes(exchange, allowed)
    return found


def _note_sizes(exchange: Exchange, allowed: dict[bool, int | None]) -> None:
    """SET_WINDOW_SIZE of a side is what the other one may have open (RFC 7296 section 2.3)."""
    for step in exchange.steps:
        for notify in step.notifies:
            if notify.notify_type == _SET_WINDOW_SIZE and notify.authenticated and len(notify.data) == _WINDOW_BYTES:
                allowed[not step.from_initiator] = int.from_bytes(notify.data, "big")
