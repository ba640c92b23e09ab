"""What two captures have to do with each other: SAs that stand in both, and names of one rotation.

An SA stands in both where both its SPIs do; or its initiator's SPI between the same two hosts, as long as one of the
captures has no responder's SPI for it: then the one has to go on where the other ends.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.datagram import COPIED_NS
from analyzer.capture.dates import lacks
from analyzer.capture.joining.names import NEWEST_FIRST, Series, missing_between, series_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analyzer.capture.joining.glance import Glance, Known, Sa, Sent

_SECOND: Final = 10**9
REORDERED: Final = _SECOND
"""So much, or a tenth of the shorter one, may a file begin before the one in front of it ends: packets of several
queues are written out of order."""
RETRIED: Final = 300 * _SECOND
"""For so long a first message is sent again and an exchange that makes an SA goes on: retransmissions end sooner."""
MOST_OFF: Final = 15 * 3600 * _SECOND
"""How far two clocks may be apart: one with the wrong time zone is up to 14 hours off. What is more is the same traffic
saved again under another time, or played again."""
SAME_CLOCK: Final = 1_000  # nanoseconds: as much as files with microseconds round off
PAUSE: Final = 2 * _SECOND
"""Between two files of one rotation at least this is no gap."""
_PAUSES: Final = 10  # or so many times the mean pause between two packets
_ENOUGH: Final = 3  # messages that are the same in both, where packets have no numbers
_FEW: Final = 2  # the same where their times fit one offset, and the earlier capture has all that it can have
_BOTH: Final = 2
_LAST: Final = "times"  # of the rotations that a name with a time and a number is of: it says nothing of the number
_OPEN: Final = 8  # negotiations of the same SPIs that are kept apart

Spi = bytes
Messages = dict["Sent", "Known"]


class Kind(Enum):
    """FOLLOWS: it goes on in the other. BESIDE: both ran when it was negotiated.

    AGAIN: the same messages so much later that no clock is so wrong. OTHER: two negotiations under the same SPIs.
    NAMES: names of one rotation, and no gap between them. PAUSED: such names, and a gap. UNDATED: the times of one of
    them lack what those of the other have, so that nobody can compare them.
    """

    FOLLOWS = "follows"
    BESIDE = "beside"
    AGAIN = "again"
    OTHER = "other"
    NAMES = "names"
    PAUSED = "paused"
    UNDATED = "undated"


class Bond(NamedTuple):
    """Between captures by their places in order of time. spi: of the initiator. surely: as of a Series.

    off: what the clock of the other shows later, in nanoseconds; None where no message is in both. gap: from the end
    of the one to the beginning of the other.
    """

    kind: Kind
    one: int
    other: int
    spi: Spi = b""
    off: int | None = None
    gap: int = 0
    surely: bool = False


def _compared(a: Glance, b: Glance, spi: Spi, one: Sa, other: Sa, halves: int = 0) -> tuple[Kind, int | None] | None:
    """What an SA makes of two captures of which `a` begins first; None: it is not the same SA.

    spi: of the initiator. halves: in how many of them it has no responder's SPI.
    """
    if a.rotation is not None and a.rotation == b.rotation:
        return Kind.FOLLOWS, None  # what both have came twice
    apart = max(one.first, other.first) - min(one.last, other.last)
    beside = overlap(a, b)
    these, those = (sa.messages if halves else _with_first(seen, spi, sa) for seen, sa in ((a, one), (b, other)))
    off = _off(a, these, those, cut=one.left, beside=beside)
    if off is not None:
        if not beside and abs(off) < COPIED_NS:  # by clocks that agree the one ends before the other begins
            return Kind.FOLLOWS, None
        return (Kind.AGAIN if abs(off) > MOST_OFF else Kind.BESIDE), off
    if halves and apart > RETRIED:
        return None
    if halves == _BOTH and beside:  # the initiator's messages alone, and not one that is the same
        return Kind.OTHER, None
    if one.begins and other.begins and apart > RETRIED:
        return Kind.OTHER, None
    return (Kind.BESIDE if beside else Kind.FOLLOWS), None


def _with_first(seen: Glance, spi: Spi, sa: Sa) -> Messages:
    """The messages of an SA with those in front of the first answer, which have no responder's SPI."""
    half = seen.halves.get((spi, sa.hosts))
    return sa.messages if half is None else half.messages | sa.messages


def _off(a: Glance, these: Messages, those: Messages, *, cut: bool, beside: bool) -> int | None:
    """How much later the other clock shows the messages that two captures have in common; None: they prove nothing.

    a: the one with `these`, which begins first. cut: it has more of them than are kept. beside: both ran at one time.
    """
    packets = [those[sent].time - known.time for sent, known in these.items() if sent.packet and sent in those]
    if packets:
        return _middle(packets)
    known: dict[int, tuple[Sent, Known]] = {}
    for sent, message in these.items():
        known.setdefault(sent.digest, (sent, message))
    both = [(known[sent.digest], (sent, message)) for sent, message in those.items() if sent.digest in known]
    offs = [later.time - message.time for (_, message), (_, later) in both]
    if beside and offs:
        return _middle(offs)
    if any(sent.packet and again.packet for (sent, _), (again, _) in both):  # other packets: it was sent again
        return None
    same = len({message.step for (_, message), _ in both})  # fragments of one message are sent again together
    if same >= _ENOUGH:
        return _middle(offs)
    if same < _FEW or max(offs) - min(offs) > COPIED_NS:
        return None
    begin, end = (choose(message.time for message in these.values()) for choose in (min, max))
    end = end if cut else a.last or 0
    able = {sent.digest for sent, message in those.items() if begin <= message.time - min(offs) <= end}
    return _middle(offs) if able <= known.keys() else None


def _middle(offs: list[int]) -> int:
    return sorted(offs)[(len(offs) - 1) // 2]


def overlap(a: Glance, b: Glance) -> bool:
    """Whether `b`, which begins no sooner, does so before `a` ends: both have times."""
    first, last = b.first or 0, a.last or 0
    return first < last - min(REORDERED, a.span // 10, b.span // 10) or first == a.first


def by_sas(glances: Sequence[Glance]) -> Iterator[Bond]:
    """Bonds by SAs of captures in order of time; as many as link all that belong together, not one of each two."""
    pairs: dict[bytes, list[tuple[int, Sa]]] = {}
    for place, seen in enumerate(glances):
        for pair, sa in seen.pairs.items():
            pairs.setdefault(pair, []).append((place, sa))
    for pair, found in pairs.items():
        if len(found) > 1:
            yield from _bonds(glances, pair[:8], found)
    yield from _by_halves(glances)


def _bonds(glances: Sequence[Glance], spi: Spi, found: list[tuple[int, Sa]]) -> Iterator[Bond]:
    """Of one pair of SPIs: each capture is held to the latest of each negotiation under them, and to the first."""
    apart: list[list[tuple[int, Sa]]] = []
    for place, sa in found:
        for known in apart:
            bonds = [_bond(glances, spi, old, (place, sa)) for old in known[:1] + known[1:][-1:]]
            yield from bonds
            if any(bond.kind in (Kind.FOLLOWS, Kind.BESIDE) for bond in bonds):
                known.append((place, sa))
                break
        else:
            if len(apart) < _OPEN:
                apart.append([(place, sa)])


def _bond(glances: Sequence[Glance], spi: Spi, one: tuple[int, Sa], other: tuple[int, Sa]) -> Bond:
    a, b = glances[one[0]], glances[other[0]]
    compared = _compared(a, b, spi, one[1], other[1]) or (Kind.OTHER, None)
    if lacks(one[1].first) is not lacks(other[1].first):
        return Bond(Kind.UNDATED, one[0], other[0], spi)
    return Bond(compared[0], one[0], other[0], spi, compared[1], (b.first or 0) - (a.last or 0))


def _by_halves(glances: Sequence[Glance]) -> Iterator[Bond]:
    """By the initiator's SPI and the hosts, where one of two captures has no more than that.

    Each is held to the one before it and to the first.
    """
    halves: dict[tuple[Spi, tuple[str, str]], dict[int, tuple[Sa, bool]]] = {}
    for place, seen in enumerate(glances):
        for half, sa in seen.halves.items():
            halves.setdefault(half, {})[place] = sa, True
    for place, seen in enumerate(glances):
        for pair, sa in seen.pairs.items():
            halves.get((pair[:8], sa.hosts), {}).setdefault(place, (sa, False))
    for (spi, _), found in halves.items():
        ordered = sorted(found.items(), key=itemgetter(0))
        for later in range(1, len(ordered)):
            other, (another, begins) = ordered[later]
            for one, (sa, begun) in (ordered[earlier] for earlier in {0, later - 1}):
                a, b = glances[one], glances[other]
                if lacks(sa.first) is not lacks(another.first):
                    continue
                compared = _compared(a, b, spi, sa, another, begun + begins) if begun or begins else None
                if compared is not None:
                    yield Bond(compared[0], one, other, spi, compared[1], (b.first or 0) - (a.last or 0))


def by_names(glances: Sequence[Glance], numbers: Mapping[Series, Sequence[int]]) -> Iterator[Bond]:
    """Bonds by names of captures in order of time: of one rotation, and the one begins where the other ends.

    Or later, or behind files that are missing: PAUSED. numbers: of all files of each rotation, also those without
    packets.
    """
    groups: dict[Series, list[tuple[int, int]]] = {}
    for place, seen in enumerate(glances):
        for series, number in series_of(seen.capture):
            groups.setdefault(series, []).append((place, number))
    apart: set[tuple[int, int]] = set()
    for series in sorted(groups, key=lambda one: one.kind == _LAST):
        found = groups[series]
        least, most = min(number for _, number in found), max(number for _, number in found)
        for (one, number), (other, following) in pairwise(found):
            a, b = glances[one], glances[other]
            undated = lacks(a.first or 0) is not lacks(b.first or 0)
            if a.form != b.form or undated or overlap(a, b) or (one, other) in apart:
                continue
            begins_again = number == most and following == least
            in_turn = following == number + 1 or begins_again
            if series.surely:
                in_turn = (following >= number or begins_again or series.before.endswith(NEWEST_FIRST)) and (
                    not missing_between(a.capture, b.capture, numbers)
                )
            gap = (b.first or 0) - (a.last or 0)
            if in_turn and gap <= _pause(a, b, surely=series.surely):
                yield Bond(Kind.NAMES, one, other, gap=gap, surely=series.surely)
            elif series.surely:
                apart.add((one, other))
                yield Bond(Kind.PAUSED, one, other, gap=gap)


def _pause(a: Glance, b: Glance, *, surely: bool) -> int:
    """How long one between two files may be: as between packets, as far as that can be said of few of them."""
    pauses = [min(_PAUSES * g.span // (g.packets - 1), g.span) for g in (a, b) if surely and g.packets > 1]
    return max(PAUSE, *pauses, 0)
