"""Many things as bars: how many of a kind begin in each part of the time."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.report.timeline.axis import Span
from analyzer.report.zone import Zone

BINS: Final = 100
"""Parts of the time, from left to right."""

HIGHEST: Final = 24
_LOWEST: Final = 4  # what is seen of a single thing among thousands


class Bar(NamedTuple):
    """What begins in one part of the time. x: percent from the left, of which it is one wide."""

    x: int
    height: int
    title: str


class Row(NamedTuple):
    """One kind of things, on a scale of its own. most: how many the highest bar has. sign: of lanes.Mark, or ""."""

    outcome: str
    failed: str
    sign: str
    name: str
    total: int
    most: int
    bars: tuple[Bar, ...]


def row(
    name: str,
    times: Iterable[int | None],
    span: Span,
    zone: Zone,
    *,
    outcome: str = "",
    failed: str = "",
    sign: str = "",
) -> Row:
    """The bars of things with these times; what has no time is counted and has no bar."""
    known = list(times)
    width = span.end - span.start
    inside = Counter(min(BINS - 1, (time - span.start) * BINS // width) for time in known if time is not None)
    most = max(inside.values(), default=0)
    found = []
    for place in sorted(inside):
        start, end = (span.start + width * n // BINS for n in (place, place + 1))
        height = max(_LOWEST, round(HIGHEST * inside[place] / most))
        found.append(Bar(place, height, f"{zone.stamp(start)} to {zone.beside(end, start)}: {inside[place]:,}"))
    return Row(outcome, failed, sign, name, len(known), most, tuple(found))
