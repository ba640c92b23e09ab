"""One SA seen at several points: what each of them saw, how their clocks differ, what one saw and another not.

A router counts the TTL down, and a message takes time: both say which of two points is nearer to the initiator. What
both saw in both directions gives the difference of their clocks, since the time on the way there and back cancels out
(as in NTP, RFC 5905 section 8); in one direction it gives a bound at best.

Points are compared only where both saw the same packet: two uplinks of a host see different ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cmp_to_key
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.bpf import Packet, leaves_out
from analyzer.capture.datagram import COPIED_NS
from analyzer.negotiation.conclude.partly_seen import PartlySeen
from analyzer.vocabulary import ClockBasis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.capture.points import Point, Points
    from analyzer.negotiation.conclude.rests import Rests
    from analyzer.negotiation.model import Exchange, Negotiation, Place, Step

MOST_POINTS: Final = 16
"""Points of one SA that are compared, each with each."""

_LEAST_DELAY_NS: Final = 1000
"""A path takes longer than this; less is how exactly clocks are read."""

_TCP, _UDP = 6, 17
_ENOUGH: Final = 2  # packets at the same time; one may be by chance, where times are of microseconds
_NAT_COMPARED: Final = 256  # messages of which the addresses at two points are compared


class Sent(NamedTuple):
    """One message with all its transmissions. seen: those at each point, in order of the capture."""

    exchange: Exchange
    first: Step
    seen: dict[int, list[Step]]

    @property
    def from_initiator(self) -> bool:
        """Who sent it."""
        return self.first.from_initiator


class Between(NamedTuple):
    """What is known of two points a and b. common: messages that both saw, of the initiator and of the responder.

    offset_ns: how much later b has them than a, but for the way. a_first: whether a is nearer to the initiator; None:
    it cannot be known. by_ttl: the TTL says so. hops: routers between them; None: no TTL shows it. twins: they have
    the same recording.
    """

    common: tuple[int, int]
    offset_ns: int | None = None
    basis: ClockBasis | None = None
    a_first: bool | None = None
    by_ttl: bool = False
    hops: int | None = None
    twins: bool = False

    def turned(self) -> Between:
        """The same, of b and a."""
        basis: dict[ClockBasis | None, ClockBasis] = {"at most": "at least", "at least": "at most"}
        return self._replace(
            offset_ns=None if self.offset_ns is None else -self.offset_ns,
            basis=basis.get(self.basis, self.basis),
            a_first=None if self.a_first is None else not self.a_first,
        )


class Missing(NamedTuple):
    """A message that point `at` saw and `gone` did not. sent: transmissions while that surely captured.

    covered: there were such ones; else they are those behind its last packet: it may have captured, and seen nothing.
    """

    message: Sent
    at: int
    gone: int
    sent: tuple[Step, ...]
    covered: bool = True


class Sight(NamedTuple):
    """What one point saw of an SA. steps: in order of the capture; between: itself and the SA's first point.

    offset_ns: what its clock shows more than that of the first point.
    missing: first frames of messages that another point saw and this one not, although it captured.
    transmissions_missing: of messages that it saw, how many fewer than another point; None, both: no other point saw
    the same packets, or none but twins: points that have the same recording.
    """

    place: int
    point: Point
    steps: list[Step]
    between: Between
    offset_ns: int | None
    missing: tuple[int, ...] | None
    transmissions_missing: int | None
    translations: tuple[str, ...]
    twins: tuple[str, ...] = ()


class Sights:
    """All points that saw messages of one SA, two at least."""

    def __init__(
        self,
        n: Negotiation,
        points: Points,
        messages: Sequence[Sent],
        places: Sequence[int],
        rests: Rests | None = None,
    ) -> None:
        self.n = n
        self.points = points
        self.messages = messages
        self._between: dict[tuple[int, int], Between] = {}
        self._missing: dict[tuple[int, int], list[Missing]] = {}
        self._parts = PartlySeen(n, points, rests)
        self._cut: dict[int, set[tuple[int, bool, int]]] = {}  # of each exchange the messages cut at a point
        self._ends: dict[int, set[tuple[str, str]]] = {}
        self.places = sorted(places, key=cmp_to_key(self._order))

    def _order(self, a: int, b: int) -> int:
        """Nearer to the initiator first; as the capture has them where that cannot be known."""
        first = self.between(a, b).a_first
        return a - b if first is None else -1 if first else 1

    def named(self, place: int) -> str:
        """What a point is called."""
        return self.points.all[place].name

    def between(self, a: int, b: int) -> Between:
        """What is known of two points."""
        if (a, b) not in self._between:
            found = _between(self.n, self.points, self.messages, a, b)
            self._between[a, b], self._between[b, a] = found, found.turned()
        return self._between[a, b]

    def clock_offset(self, a: int, b: int) -> int | None:
        """What b's clock shows more than a's, in ns: also what was taken off the times of its messages already."""
        rest = self.between(a, b).offset_ns
        return None if rest is None else rest + (self.points.all[b].clock_ns or 0) - (self.points.all[a].clock_ns or 0)

    def doubts(self, gone: int, step: Step) -> list[str]:
        """Why a point may have no such message although it came by: what of it was not captured, or not read."""
        point, packet = self.points.all[gone], self._as_sent(step)
        left_out = [text for text in point.filters if leaves_out(text, packet)]
        found = [f"the filter of {point.name} leaves it out ({left_out[0]})"] if left_out else []
        if point.not_opened:
            found.append(f"{point.not_opened:,} packets of {point.name} were not looked into")
        if point.broken:
            found.append(f"a file of {point.name} ends early ({point.broken})")
        return found

    def _as_sent(self, step: Step) -> Packet:
        """The packet as a filter sees it, but for the addresses, which a NAT may have changed."""
        _, _, port, _, other = self.n.place_at(step.frame_number)
        ports = (port, other) if step.from_initiator else (other, port)
        return Packet(_TCP if step.transport == "tcp" else _UDP, ports=ports)

    def twins(self, place: int) -> list[int]:
        """Other points that have the same recording: one may be an extract, which lacks what its filter left out."""
        return [other for other in self.places if other != place and self.between(place, other).twins]

    def missing(self, at: int, gone: int) -> list[Missing]:
        """What one point saw and another did not; nothing of points without a common packet.

        A message of which the other point has parts (its beginning, other IP fragments, what an ICMP error quotes) was
        seen there.
        """
        if (at, gone) not in self._missing:
            self._missing[at, gone] = self._missed(at, gone)
        return self._missing[at, gone]

    def _missed(self, at: int, gone: int) -> list[Missing]:
        between, window = self.between(at, gone), self.points.all[gone]
        if not any(between.common) or between.offset_ns is None or between.twins:
            return []
        found, recording = [], {gone, *self.twins(gone)}
        for message in self.messages:
            if at not in message.seen or not recording.isdisjoint(message.seen) or self._begins(message, gone):
                continue
            known = self.ends(gone), message.exchange.message_id
            if any(self._parts.at(gone, known[0], s, known[1], between.offset_ns) for s in message.seen[at]):
                continue
            ways = [(_captured(window, s.time_ns, between.offset_ns), s) for s in message.seen[at]]
            covered = True in (way for way, _ in ways)
            sent = tuple(s for way, s in ways if way is covered)
            if sent:
                found.append(Missing(message, at, gone, sent, covered))
        return found

    def ends(self, place: int) -> set[tuple[str, str]]:
        """Addresses of the initiator and the responder at a point."""
        if place not in self._ends:
            places = sorted(self.n.addresses)
            frames = [known[0] for known in places]
            steps = [m.seen[place][0] for m in self.messages if place in m.seen][:_NAT_COMPARED]
            found = [_place(places, frames, step.frame_number) for step in steps]
            self._ends[place] = {(known[1], known[3]) for known in found if known is not None}
        return self._ends[place]

    def _begins(self, message: Sent, gone: int) -> bool:
        """The other point has the beginning of such a message: of the same exchange, sender and length, cut there."""
        whole, exchange = message.first, message.exchange
        if exchange.index not in self._cut:
            cut = exchange.beginnings.intersection(exchange.frames)
            steps = (s for s in exchange.steps if s.frame_number in cut) if cut else ()
            self._cut[exchange.index] = {(self.points.of(s.frame_number), s.from_initiator, s.length) for s in steps}
        return (gone, whole.from_initiator, whole.length) in self._cut[exchange.index]

    def all(self) -> list[Sight]:
        """What each point saw, the one nearest to the initiator first."""
        return [self._sight(place) for place in self.places]

    def _sight(self, place: int) -> Sight:
        first = self.places[0]
        steps = sorted((s for m in self.messages for s in m.seen.get(place, ())), key=lambda s: s.frame_number)
        twins = self.twins(place)
        others = [
            other
            for other in self.places
            if other != place and other not in twins and any(self.between(other, place).common)
        ]
        missing = fewer = None
        if others:
            gone = (m for other in others for m in self.missing(other, place) if m.covered)
            missing = tuple(sorted({m.message.first.frame_number for m in gone}))
            fewer = sum(_fewer(m, (place, *twins), others) for m in self.messages if place in m.seen)
        itself = Between((0, 0), 0, "reference")
        between = itself if place == first else self.between(first, place)
        translations = () if place == first else self.translations(first, place)
        same = tuple(self.named(other) for other in twins)
        offset = 0 if place == first else self.clock_offset(first, place)
        return Sight(place, self.points.all[place], steps, between, offset, missing, fewer, translations, same)

    @property
    def span_ns(self) -> int | None:
        """From the first message to the last by one clock; None: the clocks cannot be compared."""
        times, first = [], self.places[0]
        for place in self.places:
            offset = 0 if place == first else self.between(first, place).offset_ns
            seen = [s.time_ns for m in self.messages for s in m.seen.get(place, ()) if s.time_ns is not None]
            if seen and offset is None:
                return None
            times += [time - (offset or 0) for time in (min(seen), max(seen))] if seen else []
        return max(times) - min(times) if times else None

    def translations(self, a: int, b: int) -> tuple[str, ...]:
        """Which address and port at a is which other at b, by messages that both saw."""
        places = sorted(self.n.addresses)
        frames = [place[0] for place in places]
        found: dict[str, None] = {}
        both = [m for m in self.messages if a in m.seen and b in m.seen]
        for message in both[:_NAT_COMPARED]:
            here = _place(places, frames, message.seen[a][0].frame_number)
            there = _place(places, frames, message.seen[b][0].frame_number)
            if here is None or there is None:
                continue
            for one, other in ((here[1:3], there[1:3]), (here[3:], there[3:])):
                if one != other:
                    found[f"{end(*one)} is {end(*other)}"] = None
        return tuple(found)


def sights_of(n: Negotiation, points: Points, rests: Rests | None = None) -> Sights | None:
    """What several points saw of an SA; None: only one did, as far as the capture says.

    rests: datagrams without their first IP fragment, for who asks what is missing.
    """
    exchanges = n.exchanges
    places = {points.of(frame) for exchange in exchanges for frame in exchange.frames}
    if len(places) < 2:
        return None
    some = sorted(places)[:MOST_POINTS]
    found: dict[int, Sent] = {}
    for exchange in exchanges:
        for step in exchange.steps:
            place = points.of(step.frame_number)
            if place > some[-1]:
                continue
            origin = step.retransmission_of or step.frame_number
            message = found.get(origin)
            if message is None:
                message = found[origin] = Sent(exchange, step, {})
            message.seen.setdefault(place, []).append(step)
    return Sights(n, points, list(found.values()), some, rests)


def _between(n: Negotiation, points: Points, messages: Sequence[Sent], a: int, b: int) -> Between:
    common = [0, 0]
    apart: tuple[list[tuple[int, int]], list[tuple[int, int]]] = (
        [],
        [],
    )  # by sender: a's time, b's - a's
    senders: dict[int, bool] = {}
    for message in messages:
        here, there = message.seen.get(a), message.seen.get(b)
        if here is None or there is None:
            continue
        common[not message.from_initiator] += 1
        senders.update((s.frame_number, message.from_initiator) for s in (*here, *there))
        if len(here) == len(there):  # else it cannot be known which is which
            pairs = ((x.time_ns, y.time_ns) for x, y in zip(here, there, strict=True))
            apart[message.from_initiator].extend((x, y - x) for x, y in pairs if x is not None and y is not None)
    ttls = _by_ttl(n, points, senders, a, b)
    if not ttls and _one_recording(messages, a, b):
        return Between((common[0], common[1]), 0, "reference", hops=ttls, twins=True)
    hops, by_ttl = (None, None) if ttls is None else (abs(ttls), ttls > 0 if ttls else None)
    offset, basis, by_time = _clocks(apart[True], apart[False], by_ttl)
    first = by_time if by_ttl is None else by_ttl if by_time in (None, by_ttl) else None
    return Between((common[0], common[1]), offset, basis, first, by_ttl is not None and first is not None, hops)


def _one_recording(messages: Iterable[Sent], a: int, b: int) -> bool:
    """Two packets or more are at both, each the same time apart to the nanosecond: no two points capture so."""
    both = 0
    for message in messages:
        here, there = ({s.time_ns for s in message.seen.get(place, ())} for place in (a, b))
        if here and there:
            fewer, more = sorted((here, there), key=len)
            if None in fewer or not fewer <= more:
                return False
            both += len(fewer)
    return both >= _ENOUGH


def _clocks(
    there: list[tuple[int, int]], back: list[tuple[int, int]], a_first: bool | None
) -> tuple[int | None, ClockBasis | None, bool | None]:
    """How much b's clock shows more, what that rests on, and whether a is nearer to the initiator by it."""
    from statistics import median  # noqa: PLC0415  (one point needs none of it)

    if there and back:
        there.sort()
        times = [time for time, _ in there]
        # Neighbours in time: clocks that drift apart do so by little between them
        pairs = [(there[max(0, bisect_right(times, time) - 1)][1], delta) for time, delta in back]
        delays = [(forth - back) / 2 for forth, back in pairs]
        offset = round(median((forth + back) / 2 for forth, back in pairs))
        clear = len({delay > 0 for delay in delays}) == 1 and abs(median(delays)) >= _LEAST_DELAY_NS
        return offset, "both directions", delays[0] > 0 if clear else None
    deltas = [delta for _, delta in there or back]
    if not deltas:
        return None, None, None
    if a_first is None:
        return round(median(deltas)), "one direction", None
    later = a_first is bool(there)  # b sees them later than a
    return (min(deltas), "at most", None) if later else (max(deltas), "at least", None)


def _by_ttl(n: Negotiation, points: Points, senders: dict[int, bool], a: int, b: int) -> int | None:
    """Routers between a and b; below zero: b is nearer to the initiator. None: no TTL says, or they disagree."""
    found: Counter[int] = Counter()
    for frame, ttl, again, ttl_again in n.hops:
        here, there = points.of(frame), points.of(again)
        if frame not in senders or {here, there} != {a, b}:
            continue
        down = ttl - ttl_again if here == a else ttl_again - ttl
        found[down if senders[frame] else -down] += 1
    if not found or len({(routers > 0) - (routers < 0) for routers in found}) > 1:
        return None
    return found.most_common(1)[0][0]


def _captured(point: Point, time_ns: int | None, offset_ns: int) -> bool | None:
    """Whether a point captured before and after a time of another point's message.

    False: its last packet came before. None: it had not begun, or it cannot be known.
    """
    if time_ns is None or point.first_time is None or point.last_time is None:
        return None
    time = time_ns + offset_ns + (point.clock_ns or 0)
    return None if time < point.first_time + COPIED_NS else time <= point.last_time - COPIED_NS


def _fewer(message: Sent, recording: Sequence[int], others: Sequence[int]) -> int:
    most, held = (max((len(message.seen.get(p, ())) for p in places), default=0) for places in (others, recording))
    return max(0, most - held)


def _place(places: Sequence[Place], frames: Sequence[int], frame: int) -> Place | None:
    at = bisect_right(frames, frame) - 1
    return places[at] if at >= 0 else None


def end(address: str, port: int) -> str:
    """An address and a port."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
