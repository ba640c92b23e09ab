"""The first messages that nobody answered when a capture ends: which are negotiations, and which are a flood.

They are kept as negotiations as long as there are no more than the bound. Of more the largest groups - one target, one
form - become floods until no more than that are left. Where many forms or targets are so rare that none is a group,
their messages are counted together, first by target, then all: that is said of the flood. Nothing of this depends on
the order in which messages came, but for what was forgotten (`HalfOpen.forgotten`): that can be counted only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.addresses import packed_address
from analyzer.defects import Defect
from analyzer.negotiation.conclude.floods import BURST, LEAST_SOURCES
from analyzer.negotiation.follow.half_open import HalfOpen
from analyzer.negotiation.follow.packed import FIRST, REPEAT, Record, with_first
from analyzer.negotiation.follow.patterns import PACKED_OF, Group, coarse
from analyzer.negotiation.model import BEGINNINGS
from analyzer.negotiation.story import Flood, FloodForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analyzer.negotiation.follow.live import Live
    from analyzer.negotiation.follow.tally import Tally, Values

NO_NUMBER: Final = -(1 << 63)  # as tables have what is missing

_TENTH: Final = 10  # peers that get no answer retransmit: of a flood that only asks no more than one in so many does

LIMIT: Final = "limit-half-open"
"""The kind of the defects that say so."""

_LEVELS: Final[tuple[Callable[[Group], Group], ...]] = (
    lambda group: group,
    lambda group: (group[0], coarse(group[1])),
    lambda group: (None, coarse(group[1])),
)


class Settled(NamedTuple):
    """floods; numbers of what is in them; the records of what is in none; what is to be said of the bounds."""

    floods: list[Flood]
    numbers: list[Values]
    kept: list[Record]
    defects: list[Defect]


@dataclass(slots=True, eq=False, repr=False)
class _Members:
    """Of one group: the patterns of what is packed, the negotiations, and how many there are."""

    patterns: set[int] = field(default_factory=set)
    lives: list[Live] = field(default_factory=list)
    forms: Counter[FloodForm] = field(default_factory=Counter)
    forgotten: int = 0

    def take(self, other: _Members) -> None:
        """These, too."""
        self.patterns |= other.patterns
        self.lives += other.lives
        self.forms += other.forms
        self.forgotten += other.forgotten

    def __len__(self) -> int:
        return self.forms.total()


def settle(half_open: HalfOpen, lives: Sequence[Live]) -> Settled:
    """Tell floods from negotiations; lives: all that are followed."""
    if not half_open.in_use:
        return Settled([], [], [], [])
    import numpy as np  # noqa: PLC0415  (there is more than a few: what follows counts columns)

    members = _grouped(half_open, lives)
    total = sum(map(len, members.values()))
    found = _floods(members, half_open.most)
    folded = {pattern for some in found.values() for pattern in some.patterns}
    kept, numbers = _split(half_open, folded)
    numbers += [np.array([live.negotiation.number for live in some.lives], np.int64) for some in found.values()]
    tallies = _tallied(half_open, found)
    floods = [_flood(group, some, tally) for (group, some), tally in zip(found.items(), tallies, strict=True)]
    return Settled(floods, numbers, kept, _limits(half_open, total, floods))


def _grouped(half_open: HalfOpen, lives: Sequence[Live]) -> dict[Group, _Members]:
    """All first messages without an answer, by where they went to and what they look like."""
    members: dict[Group, _Members] = {}
    for place, (count, forgotten) in _counts(half_open).items():
        group = half_open.patterns.all[place].group
        form = half_open.patterns.all[place].form
        some = members.setdefault(group, _Members())
        some.patterns.add(place)
        some.forms[form] += count
        some.forgotten += forgotten
    for live in lives:
        n = live.negotiation
        if not live.alone or n.moves or n.gdoi or half_open.keeps_values_of(n.initiator_spi):
            continue
        name, step = n.exchanges[0].exchange, next(n.steps())
        packable = name in BEGINNINGS and not step.encrypted and step.fragment is None  # as of `is_plain`
        if not packable or step.transport not in PACKED_OF:
            continue
        target = n.responder_ip if step.from_initiator else n.initiator_ip
        offer = n.offers[0].sa if n.offers else None
        form = FloodForm(n.ike_version, name, step.length, None, step.vendor_ids, None, offer)
        some = members.setdefault((target, form._replace(offer=None)), _Members())
        some.lives.append(live)
        some.forms[form] += 1
    return members


def _counts(half_open: HalfOpen) -> dict[int, tuple[int, int]]:
    """How many first messages each pattern has, and how many of them are forgotten."""
    import numpy as np  # noqa: PLC0415

    from analyzer.negotiation.follow.tally import rows_of  # noqa: PLC0415

    counts = {place: (t.negotiations, t.negotiations) for place, t in half_open.tallies.items()}
    for half in half_open.packed.halves:
        rows, _ = rows_of(half)  # what is told is no first message any more
        for place, count in enumerate(np.bincount(rows["pattern"][rows["state"] == FIRST]).tolist()):
            if not count:
                continue
            known, forgotten = counts.get(place, (0, 0))
            counts[place] = known + count, forgotten
    return counts


def _floods(members: dict[Group, _Members], most: int) -> dict[Group, _Members]:
    """What becomes floods: the largest groups, until no more than `most` are left."""
    found: dict[Group, _Members] = {}
    left, rest = dict(members), sum(map(len, members.values()))
    for level in _LEVELS:
        grouped: dict[Group, _Members] = {}
        for group, some in left.items():
            grouped.setdefault(level(group), _Members()).take(some)
        left = {}
        for group, some in sorted(grouped.items(), key=lambda item: -len(item[1])):
            large = len(some) >= min(LEAST_SOURCES, most) or level is _LEVELS[-1]
            if some.forgotten or (rest > most and large):
                found.setdefault(group, _Members()).take(some)
                rest -= len(some)
            else:
                left[group] = some
        if rest <= most:
            break
    return found


def _split(half_open: HalfOpen, folded: set[int]) -> tuple[list[Record], list[Values]]:
    """The records that are in no flood, and the numbers of those that are."""
    import numpy as np  # noqa: PLC0415

    from analyzer.negotiation.follow.tally import rows_of  # noqa: PLC0415

    kept: list[Record] = []
    numbers = list(half_open.forgotten_numbers)
    for half in half_open.packed.halves:
        rows, places = rows_of(half)
        flooded = np.isin(rows["pattern"], list(folded))
        numbers.append(rows["number"][flooded & (rows["state"] == FIRST)])
        kept += half_open.packed.records(half, (places[~flooded[places]] * rows.itemsize).tolist())
    return with_first(kept), numbers


def _limits(half_open: HalfOpen, total: int, floods: Sequence[Flood]) -> list[Defect]:
    """What is to be said of the bounds that were reached."""
    if not floods:
        return []
    folded, forgotten = sum(flood.folded for flood in floods), sum(flood.forgotten for flood in floods)
    expected = f"at most {half_open.most:,} first messages without an answer"
    effect = (
        f"{folded:,} first messages without an answer are counted in the table floods, and are not in the table "
        "negotiations; --max-negotiations N sets another limit"
    )
    defects = [Defect(LIMIT, 0, expected, f"{total:,}", effect)]
    if forgotten:
        effect = (
            f"what came later for one of the first {forgotten:,} messages of a flood is not joined to it, and looks as "
            "if its first message were not in the capture; --max-negotiations N sets another limit"
        )
        expected = f"{half_open.packed.room >> 20:,} MiB for first messages without an answer"
        defects.append(Defect(LIMIT, 0, expected, "more", effect, half_open.forgotten_frame))
    return defects


def renumber(lives: list[Live], first: int, following: int, folded: Sequence[Values]) -> Values:
    """Take what is in a flood out of the negotiations, and give the others the numbers that they have in the end.

    They keep their order, which is that of their first messages. Returned are these numbers by the number before, from
    `first` on, NO_NUMBER for what is in a flood. following: the number that the next one would have.
    """
    import numpy as np  # noqa: PLC0415

    kept = np.ones(following - first, np.bool_)
    for some in folded:
        kept[some.astype(np.int64) - first] = False
    numbers = np.where(kept, np.cumsum(kept) + (first - 1), NO_NUMBER)
    left = [live for live in lives if kept[live.negotiation.number - first]]
    for n in (live.negotiation for live in left):
        n.number = int(numbers[n.number - first])
        if n.rekeyed_from is not None:
            n.rekeyed_from = int(numbers[n.rekeyed_from - first])
    lives[:] = sorted(left, key=lambda live: live.negotiation.number)
    return numbers


def _tallied(half_open: HalfOpen, found: dict[Group, _Members]) -> list[Tally]:
    """What is counted of each flood."""
    import numpy as np  # noqa: PLC0415

    from analyzer.negotiation.follow.tally import Tally, by_pattern, rows_made, rows_of  # noqa: PLC0415

    tallies = [Tally() for _ in found]
    of_pattern = {place: tally for some, tally in zip(found.values(), tallies, strict=True) for place in some.patterns}
    for place, forgotten in half_open.tallies.items():
        of_pattern[place].take(forgotten)
    for half in half_open.packed.halves:
        rows, places = rows_of(half)
        for place, mine in by_pattern(rows, places):
            if place in of_pattern:
                of_pattern[place].add(rows, mine)
    for some, tally in zip(found.values(), tallies, strict=True):
        messages = [message for live in some.lives for message in _messages(live)]
        if messages:
            tally.add(rows_made(messages), np.arange(len(messages)))
    return tallies


def _messages(live: Live) -> Iterator[tuple[int, bytes, int, int, int | None, bytes]]:
    """What is counted of the messages of a negotiation."""
    n, state = live.negotiation, FIRST
    spi = bytes.fromhex(n.initiator_spi)
    for step in n.steps():
        ends = (n.initiator_ip, n.responder_port) if step.from_initiator else (n.responder_ip, n.initiator_port)
        yield state, packed_address(ends[0]), ends[1], step.frame_number, step.time_ns, spi
        state = REPEAT


def _flood(group: Group, some: _Members, tally: Tally) -> Flood:
    once = tally.messages * _TENTH <= len(some) * (_TENTH + 1)
    return Flood(
        0,
        "half-open",
        "likely" if group[0] is not None and once and tally.peak >= BURST else "possible",
        group[0],
        len(tally.ports),
        len(tally.sources),
        len(tally.spis),
        tally.messages,
        tuple(some.forms.most_common()),
        tally.frames[0],
        tally.last_frame,
        tally.first_time,
        tally.last_time,
        tuple(tally.frames),
        frozenset(),
        folded=len(some),
        window=min(tally.window, len(tally.spis)),
        peak=tally.peak,
        forgotten=some.forgotten,
        counted=not (tally.sources.full or tally.spis.full),
    )
