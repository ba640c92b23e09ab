"""What is counted of the messages of a flood, whatever their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from analyzer.capture.datagram import NO_TIME
from analyzer.negotiation.follow.packed import DTYPE, FIRST, TAKEN, Half
from analyzer.negotiation.story import WINDOW_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_COUNTED: Final = 1 << 22
"""Distinct sources, and distinct SPIs, of one flood; of more it is said that there are more."""

_SECONDS: Final = 1 << 16  # of which messages are counted one by one
_SAMPLES: Final = 10
_DTYPE: Final[np.dtype[np.void]] = np.dtype(DTYPE)  # type: ignore[call-overload]
Values = npt.NDArray[Any]
Numbers = npt.NDArray[np.intp]


class Distinct:
    """How many different values there are."""

    def __init__(self) -> None:
        self._known: dict[str, Values] = {}
        self.full = False

    def add(self, values: Values) -> None:
        """Some more, all of one type."""
        if not len(values) or self.full:
            return
        kind, found = values.dtype.str, _distinct(values)
        if kind in self._known:
            found = _distinct(np.concatenate((self._known[kind], found)))
        self.full = len(found) > MOST_COUNTED
        self._known[kind] = found[:MOST_COUNTED]

    def take(self, other: Distinct) -> None:
        """Those of another, too."""
        for values in other._known.values():
            self.add(values)
        self.full = self.full or other.full

    def __len__(self) -> int:
        return sum(map(len, self._known.values()))


def _distinct(values: Values) -> Values:
    """Each value once. Sorted, which of very many values takes a tenth of the time and room of `np.unique`'s table."""
    ordered: Values = np.sort(values)
    once: Values = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return once


class Tally:
    """Of messages that are one event: how many, from how many sources, under how many SPIs, when, and how fast.

    negotiations: how many first messages; messages: all transmissions.
    """

    def __init__(self) -> None:
        self.negotiations = self.messages = 0
        self.sources, self.spis, self.ports = Distinct(), Distinct(), Distinct()
        self.frames: list[int] = []  # the first few
        self.last_frame = 0
        self.first_time: int | None = None
        self.last_time: int | None = None
        self._seconds: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def add(self, rows: Values, places: Numbers) -> None:
        """Some more: those of the rows at these places, of which there is one at least."""
        firsts = rows["state"][places] == FIRST
        self.negotiations += int(firsts.sum())
        self.messages += len(places)
        of_v4 = rows["size"][places] == 4
        self.sources.add(rows["source4"][places[of_v4]])
        self.sources.add(rows["source"][places[~of_v4]])
        self.spis.add(rows["spi"][places])
        self.ports.add(rows["target_port"][places])
        frames = np.sort(rows["frame"][places])
        self.frames = sorted([*self.frames, *frames[:_SAMPLES].tolist()])[:_SAMPLES]
        self.last_frame = max(self.last_frame, int(frames[-1]))
        all_times = rows["time"][places]
        known = all_times != NO_TIME
        times = all_times[known]
        if len(times):
            low, high = int(times.min()), int(times.max())
            self.first_time = low if self.first_time is None else min(low, self.first_time)
            self.last_time = high if self.last_time is None else max(high, self.last_time)
        _count(self._seconds, times)
        _count(self._begun, all_times[known & firsts])

    def take(self, other: Tally) -> None:
        """What another has counted, too."""
        self.negotiations += other.negotiations
        self.messages += other.messages
        for mine, others in ((self.sources, other.sources), (self.spis, other.spis), (self.ports, other.ports)):
            mine.take(others)
        self.frames = sorted([*self.frames, *other.frames])[:_SAMPLES]
        self.last_frame = max(self.last_frame, other.last_frame)
        times = [t for t in (self.first_time, self.last_time, other.first_time, other.last_time) if t is not None]
        self.first_time, self.last_time = (min(times), max(times)) if times else (None, None)
        for mine_of, others_of in ((self._seconds, other._seconds), (self._begun, other._begun)):
            _add(mine_of, others_of.items())

    @property
    def peak(self) -> int:
        """Most messages in one second."""
        return max(self._seconds.values(), default=0)

    @property
    def window(self) -> int:
        """Most first messages in WINDOW_S seconds, by whole seconds."""
        seconds, most = sorted(self._begun), 0
        first = within = 0
        for second in seconds:
            within += self._begun[second]
            while second - seconds[first] >= WINDOW_S:
                within -= self._begun[seconds[first]]
                first += 1
            most = max(most, within)
        return most


def _count(seconds: dict[int, int], times: Values) -> None:
    values, counts = np.unique(times // 10**9, return_counts=True)
    _add(seconds, zip(values.tolist(), counts.tolist(), strict=True))


def _add(seconds: dict[int, int], counted: Iterable[tuple[int, int]]) -> None:
    for second, count in counted:
        if second in seconds or len(seconds) < _SECONDS:
            seconds[second] = seconds.get(second, 0) + count


def rows_of(half: Half) -> tuple[Values, Numbers]:
    """The records of a half as columns, and which of them are not told.

    It must not grow while somebody holds them: they are its own bytes, of which there are too many to copy.
    """
    rows: Values = np.frombuffer(half.rows, _DTYPE)
    return rows, np.flatnonzero(rows["state"] != TAKEN)


def rows_made(messages: Sequence[tuple[int, bytes, int, int, int | None, bytes]]) -> Values:
    """Columns of the messages of negotiations: state, source, port of the target, frame, time and SPI of each."""
    rows = np.zeros(len(messages), _DTYPE)
    states, sources, ports, frames, times, spis = zip(*messages, strict=True)
    rows["state"], rows["target_port"], rows["frame"] = states, ports, frames
    rows["size"], rows["source"] = list(map(len, sources)), sources
    rows["time"] = [NO_TIME if time is None else time for time in times]
    rows["spi"] = np.frombuffer(b"".join(spis), "<u8")
    return rows


def by_pattern(rows: Values, places: Numbers) -> Iterator[tuple[int, Numbers]]:
    """Of the rows at these places those of each pattern, by its place."""
    patterns = rows["pattern"][places]
    order = np.argsort(patterns, kind="stable")
    bounds = np.flatnonzero(np.diff(patterns[order])) + 1
    for some in np.split(places[order], bounds) if len(places) else ():
        yield int(rows["pattern"][some[0]]), some
