"""Where a time stands in the picture, and the marks of its two axes: time of day, and time since its beginning."""

from collections.abc import Iterator
from itertools import islice, pairwise
from math import ceil, log10
from typing import Any, Final, NamedTuple

from analyzer.report.words import seconds
from analyzer.report.zone import Zone

MOST_TICKS: Final = 8
_MS: Final = 1_000_000  # nanoseconds
_S: Final = 1000 * _MS
_MIN: Final = 60 * _S
_H: Final = 60 * _MIN
_DAY: Final = 24 * _H
_STEPS: Final = (
    *(n * _MS for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(n * _S for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MIN for n in (1, 2, 5, 10, 15, 30)),
    *(n * _H for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 28, 91, 182, 365, 730, 1825, 3650, 18_250, 73_000)),
)
_LEAST: Final = 4 * _MS  # a picture of less would have no marks
_FINEST: Final = 100_000  # nanoseconds: so exactly places are written
_LOOK: Final = 28 * _DAY  # a zone that sets its clocks twice within it is not looked at more closely
_MOST_LOOKS: Final = 400
_SIGN: Final = 6.6  # pixels of a sign of a mark's text
_GAP: Final = 5  # pixels between two of them
_AXES: Final = (300, 490, 880)  # least pixels of an axis in a window up to 40 rem, up to 82 rem, and beyond
_ROOMS: Final = ("", "odd", "wide")


class Span(NamedTuple):
    """The times from left to right, in nanoseconds since 1970."""

    start: int
    end: int

    @classmethod
    def of(cls, start: int, end: int) -> "Span":
        """From start to end, and a little more where that is next to nothing."""
        return cls(start, max(end, start + _LEAST))

    def at(self, time: int) -> str:
        """How far from the left a time is, in percent."""
        return f"{100 * (time - self.start) / (self.end - self.start):.{self._digits}f}".rstrip("0").rstrip(".")

    @property
    def _digits(self) -> int:
        return min(8, max(2, ceil(log10((self.end - self.start) / _FINEST)) - 2))


class Tick(NamedTuple):
    """A mark of an axis. x: percent; day: the date where it is another, else the offset where that is.

    room: where its text has room: "" in any window, "odd" in one that is not narrow, "wide" in a wide one, "none".
    """

    x: str
    text: str
    day: str = ""
    room: str = ""

    @property
    def side(self) -> str:
        """Where its text would not be whole, or in a narrow window not: near or far; first or last in any."""
        x, edge = float(self.x), max(4, 50 * self.width / _AXES[1])
        return "first" if x < edge else "last" if x > 100 - edge else "near" if x < 14 else "far" if x > 86 else ""

    @property
    def width(self) -> float:
        """About how many pixels its text takes."""
        return _SIGN * len(self.text)

    def extent(self, axis: int) -> tuple[float, float]:
        """From where to where its text goes on an axis of so many pixels."""
        side, x = self.side, float(self.x) * axis / 100
        narrow = axis == _AXES[0]
        if side == "first" or (narrow and side == "near"):
            return x, x + self.width
        if side == "last" or (narrow and side == "far"):
            return x - self.width, x
        return x - self.width / 2, x + self.width / 2


def fitted(ticks: list[Tick]) -> list[Tick]:
    """The same, each with the windows where its text has room: all have it there, or each second, or fourth one."""
    steps = [next(step for step in (1, 2, 4, 8, 16) if _apart(ticks[::step], axis)) for axis in _AXES]
    rooms = [
        [room for room, step in zip(_ROOMS, steps, strict=True) if place % step == 0] for place in range(len(ticks))
    ]
    return [tick._replace(room=(room or ["none"])[0]) for tick, room in zip(ticks, rooms, strict=True)]


def _apart(ticks: list[Tick], axis: int) -> bool:
    extents = [tick.extent(axis) for tick in ticks]
    return all(before[1] + _GAP <= after[0] for before, after in pairwise(extents))


def clock_ticks(span: Span, zone: Zone) -> list[Tick]:
    """Marks at whole times of day: full hours, or midnights, of the zone."""
    step = _step(span)
    found: list[Tick] = []
    date, offset = zone.date(span.start), zone.offset(span.start)  # which stand beside the axis
    for time in islice(_whole(span, step, zone), 2 * MOST_TICKS):
        new, ahead = zone.date(time), zone.offset(time)
        text = new if step >= _DAY else zone.clock(time)[: 5 if step >= _MIN else 8 if step >= _S else 12]
        day = new if step < _DAY and new != date else ahead if ahead != offset else ""
        found.append(Tick(span.at(time), text, day))
        date, offset = new, ahead
    return fitted(found)


def _whole(span: Span, step: int, zone: Zone) -> Iterator[int]:
    """The times at which the local time is a multiple of the step."""
    time = span.start
    while True:
        local = -(-(time + zone.ahead(time)) // step) * step
        found = local - zone.ahead(time)
        found = max(time, local - zone.ahead(found))  # the clock was set in between
        if found > span.end:
            return
        yield found
        time = found + 1


def since_ticks(span: Span) -> list[Tick]:
    """Marks at whole times since the beginning."""
    step = _step(span)
    return fitted([Tick(span.at(span.start + n * step), "+" + _short(n * step)) for n in range(_room(span, step) + 1)])


def _short(time: int) -> str:
    """A whole span: the minutes of a full hour, and the like, are left out."""
    text = seconds(time / _S)
    for rest in (" 0 s", " 0 min", " 0 h"):
        text = text.removesuffix(rest) if " " in text.removesuffix(rest) else text
    return text


def _step(span: Span) -> int:
    return next((step for step in _STEPS if _room(span, step) <= MOST_TICKS), _STEPS[-1])


def _room(span: Span, step: int) -> int:
    return (span.end - span.start) // step


def offsets(span: Span, zone: Zone) -> list[tuple[int, int]]:
    """From when on local time is so far ahead of UTC: the beginning, and each time when clocks are set within the span.

    Both in nanoseconds. Of a span of more than 30 years some may be missed.
    """
    found = [(span.start, zone.ahead(span.start))]
    time = span.start
    for _ in range(_MOST_LOOKS):
        if time >= span.end:
            break
        later = min(span.end, time + max(_LOOK, (span.end - span.start) // _MOST_LOOKS + 1))
        if zone.ahead(later) != zone.ahead(time):
            found.append((_change(zone, time, later), zone.ahead(later)))
        time = later
    return found


def axis_data(span: Span, zone: Zone) -> dict[str, Any]:
    """What the script needs to draw the axes of a part of the time: times in milliseconds."""
    changes = [[time / _MS, ahead // _MS] for time, ahead in offsets(span, zone)]
    return {"start": span.start / _MS, "end": span.end / _MS, "offsets": changes}


def _change(zone: Zone, before: int, after: int) -> int:
    """When between these two times the offset becomes that of the second, to the second."""
    while after - before > _S:
        middle = (before + after) // 2
        if zone.ahead(middle) == zone.ahead(before):
            before = middle
        else:
            after = middle
    return after // _S * _S
