"""When the captures of an index were made: few as a bar each, many by outcome."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from analyzer.report.index import Entry, Index
from analyzer.report.timeline.axis import Span, Tick, axis_data, clock_ticks, since_ticks
from analyzer.report.timeline.density import Row, row
from analyzer.report.words import OUTCOMES, plural, seconds
from analyzer.report.zone import Zone

MOST_BARS: Final = 60
"""So many captures have a bar each."""

_FEWEST: Final = 2


class Bar(NamedTuple):
    """One capture, from its first packet to its last in percent, and where its report is."""

    name: str
    folder: str
    outcome: str
    x: str
    end: str
    title: str


class Captures(NamedTuple):
    """The picture. zone: as in a Timeline; left: captures without times; data: what the script needs."""

    zone: str
    clock: list[Tick]
    since: list[Tick]
    bars: list[Bar]
    rows: list[Row]
    left: int
    data: dict[str, Any]


def captures_timeline(index: Index, zone: Zone) -> Captures | None:
    """All captures that were read, in the order of their beginnings; None without two that have times."""
    timed = sorted(
        (entry.first_time, entry.last_time, place, entry)
        for place, entry in enumerate(index.entries)
        if entry.first_time is not None and entry.last_time is not None
    )
    if len(timed) < _FEWEST:
        return None
    span = Span.of(timed[0][0], max(last for _, last, _, _ in timed))
    few = len(timed) <= MOST_BARS
    bars = [_bar(index, entry, (first, last), span, zone) for first, last, _, entry in timed] if few else []
    rows = [] if few else _rows([entry for *_, entry in timed], span, zone)
    left = len(index.entries) - len(timed)
    axes = clock_ticks(span, zone), since_ticks(span)
    return Captures(zone.day(span.start), *axes, bars, rows, left, axis_data(span, zone))


def _bar(index: Index, entry: Entry, times: tuple[int, int], span: Span, zone: Zone) -> Bar:
    first, last = times
    title = f"{plural(entry.sas, 'IKE SA')}, {seconds((last - first) / 1e9)} from {zone.stamp(first)}"
    return Bar(index.name(entry), entry.folder or "", entry.outcome, span.at(first), span.at(last), title)


def _rows(entries: Sequence[Entry], span: Span, zone: Zone) -> list[Row]:
    worst = ("failed", *(name for name in OUTCOMES if name not in ("failed", "established")), "established", "")
    found = []
    for outcome in worst:
        times = [entry.first_time for entry in entries if entry.outcome == outcome]
        if times:
            found.append(row(outcome or "without a negotiation", times, span, zone, outcome=outcome))
    return found
