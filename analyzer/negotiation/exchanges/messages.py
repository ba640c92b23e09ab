"""The messages of an exchange as its sides sent them: fragments put together, repetitions left out."""

from bisect import bisect_right
from itertools import accumulate, islice
from math import inf
from operator import attrgetter

from analyzer.isakmp.header import PROTECTED_PAYLOADS
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.model import Exchange, Step

Said = list[Step]
"""A message as one side sent it for the first time: one step, or its fragments in the order seen."""

CROSSING_NS = 200_000_000  # a retransmission that comes sooner crosses the answer, or is a copy: none is sent that fast
_LOOKED_AT = 512  # steps of an exchange before the newest one: twice the fragments that are kept of a message
_LOOKED_AT_CLEAR = 8  # steps of an exchange that should be encrypted


def said(exchange: Exchange) -> list[Said]:
    """The messages of an exchange, repetitions left out, in the order of their first frames."""
    steps = exchange.steps
    if all(s.fragment is None for s in steps):
        return [[s] for s in steps if s.retransmission_of is None and not s.duplicate]
    found: list[Said] = []
    sets: dict[bool, _Pieces] = {}  # by side: the fragmented message it sends
    for step in steps:
        if step.retransmission_of is not None or step.duplicate:
            continue
        if step.fragment is None:
            found.append([step])
            continue
        pieces = sets.get(step.from_initiator)
        if pieces is None or not pieces.fits(step.fragment):
            pieces = sets[step.from_initiator] = _Pieces()
            found.append(pieces.steps)
        pieces.add(step, step.fragment)
    return found


class _Pieces:
    """The fragments of one message so far. Vendor fragments say how many there are with the last one only."""

    __slots__ = ("numbers", "steps", "total")

    def __init__(self) -> None:
        self.steps: Said = []
        self.numbers: set[int] = set()
        self.total: int | None = None

    def fits(self, fragment: tuple[int, int | None]) -> bool:
        """It can be a piece of this message: one that is not there yet, of as many as the others say."""
        number, total = fragment
        return number not in self.numbers and (None in (total, self.total) or total == self.total)

    def add(self, step: Step, fragment: tuple[int, int | None]) -> None:
        self.steps.append(step)
        self.numbers.add(fragment[0])
        self.total = fragment[1] or self.total


def so_far(exchange: Exchange, step: Step) -> Said | None:
    """The message that the newest step is, or is a fragment of, as far as it has come.

    None where its side has said something else in this exchange before, as far back as is looked.
    """
    found = [step]
    numbers = set() if step.fragment is None else {step.fragment[0]}
    for earlier in islice(exchange.newest_steps(), 1, _LOOKED_AT):
        if earlier.from_initiator != step.from_initiator or not earlier.encrypted:
            continue
        if earlier.fragment is None or step.fragment is None:
            return None
        number, total = earlier.fragment
        if total == step.fragment[1] and number not in numbers:
            numbers.add(number)
            found.append(earlier)
    return found


def arrived(exchange: Exchange) -> list[Said]:
    """Its messages without the answers that lack a fragment and did not arrive: the side that asked repeats itself.

    An incomplete answer is none. Where the side that asked does not repeat itself, only the capture lacks the fragment.
    """
    messages = said(exchange)
    in_vain = _in_vain(exchange, messages)
    return [m for m in messages if m[0].frame_number not in in_vain] if in_vain else messages


def incomplete_answers(exchange: Exchange) -> set[int]:
    """Frames of the answers that `arrived` leaves out."""
    return _in_vain(exchange, said(exchange))


def _in_vain(exchange: Exchange, messages: list[Said]) -> set[int]:
    begun, asks = exchange.beginnings, exchange.begun_by_initiator
    hurt = [
        m
        for m in messages
        if m[0].from_initiator != asks
        and (not is_whole(m) if m[0].fragment is not None else m[0].frame_number in begun)
    ]
    asker = _Asker(exchange) if hurt else None
    whole = {s.retransmission_of for s in exchange.steps if s.frame_number not in begun} if begun and hurt else set()
    hurt = [m for m in hurt if m[0].fragment is not None or m[0].frame_number not in whole]  # it came again, whole
    return {s.frame_number for m in hurt if asker is not None and asker.repeats_only(m[0]) for s in m}


class _Asker:
    """The steps of the side that began an exchange: whether it does nothing but repeat itself after an answer."""

    def __init__(self, exchange: Exchange) -> None:
        steps = [s for s in exchange.steps if s.from_initiator == exchange.begun_by_initiator]
        steps.sort(key=attrgetter("frame_number"))
        fresh = [s.frame_number for s in steps if s.retransmission_of is None]
        self._newest = max(fresh[1:], default=0)  # the first one is answered, wherever the capture has it
        repeats = [s for s in steps if s.retransmission_of is not None and not s.duplicate]
        self._frames = [s.frame_number for s in repeats]
        # The latest time of each repetition and those behind it; without a time nothing says that it crossed an answer
        times = (inf if s.time_ns is None else s.time_ns for s in reversed(repeats))
        self._latest = list(accumulate(times, max))[::-1]

    def repeats_only(self, answer: Step) -> bool:
        """Not so soon that a repetition may have crossed the answer on its way."""
        at = bisect_right(self._frames, answer.frame_number)
        if self._newest > answer.frame_number or at == len(self._frames):
            return False
        return answer.time_ns is None or self._latest[at] - answer.time_ns >= CROSSING_NS


def lacks_fragments(exchange: Exchange, step: Step) -> bool:
    """Of no transmission of a message all IP fragments are in the capture."""
    if step.frame_number not in exchange.beginnings:
        return False
    again = (s.frame_number for s in exchange.steps if s.retransmission_of == step.frame_number)
    return all(frame in exchange.beginnings for frame in again)


def is_whole(message: Said) -> bool:
    """Every fragment is in the capture."""
    if message[0].fragment is None:
        return True
    return len(message) == max((s.fragment[1] or 0) for s in message if s.fragment is not None)


def is_bare(step: Step) -> bool:
    """A message of IKEv2 holds in clear what belongs into the Encrypted payload (RFC 7296 section 3.14)."""
    return not step.encrypted and not PROTECTED_PAYLOADS.isdisjoint(step.payload_types)


def is_all_bare(exchange: Exchange) -> bool:
    """No message of the exchange is encrypted, and what they hold should be: often a dump of what a peer decrypted.

    Beside an encrypted message one in clear is worth nothing: anybody may have put it there.
    """
    steps = exchange.steps
    return not any(s.encrypted for s in steps) and any(map(is_bare, steps))


def is_bare_so_far(exchange: Exchange) -> bool:
    """The same while messages arrive, as far back as is looked."""
    return not any(step.encrypted for step in islice(exchange.newest_steps(), _LOOKED_AT_CLEAR))


def inside(message: Said) -> tuple[int, ...] | None:
    """Types of the payloads inside encryption, or without any; None if it was not decrypted."""
    if len(message) == 1:
        step = message[0]
        return step.inner_types if step.encrypted else step.payload_types
    return next((s.inner_types for s in message if s.inner_types is not None), None)


def carries(message: Said, notify_type: int) -> bool:
    """It carries this notify, as far as it could be read."""
    return any(n.notify_type == notify_type for s in message for n in s.notifies)


def has_error(message: Said) -> bool:
    """It carries an error notify, as far as it could be read."""
    return any(n.notify_type < FIRST_STATUS for s in message for n in s.notifies)
