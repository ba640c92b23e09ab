"""Which of many SAs between two hosts was up when a stream began: the newest, found without a walk through all."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import inf
from typing import Final, NamedTuple

from analyzer.negotiation.model import Negotiation

_LOOKED_AT: Final = 64  # SAs that stand before the stream in a file out of order, and begin after it


class Span(NamedTuple):
    """When an SA without known SPIs may have had traffic. None: since before the capture; to its end.

    child: the number of its child SA, where one alone came up.
    """

    negotiation: Negotiation
    first_time: int | None
    end_time: int | None
    child: int | None


class Spans:
    """The SAs between two hosts in order of their numbers, never empty."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._first = [-inf if span.first_time is None else span.first_time for span in spans]
        # Of an SA and all behind it the earliest beginning: it never falls
        self._earliest = list(accumulate(reversed(self._first), min))[::-1]
        # Of each SA its end; before those, in a tree, the later of two below: place i has 2i and 2i + 1 below it
        self._size = 1 << len(spans).bit_length()  # more than there are
        ends = [inf if span.end_time is None else span.end_time for span in spans]
        self._ends = [-inf] * self._size + ends + [-inf] * (self._size - len(ends))
        for at in range(self._size - 1, 0, -1):
            self._ends[at] = max(self._ends[2 * at : 2 * at + 2])

    def newest(self, begun_by: float, not_over_by: float) -> Span | None:
        """The last SA that began by a time, and did not end before another one."""
        place = bisect_right(self._earliest, begun_by)
        for _ in range(_LOOKED_AT):
            place = self._last_alive(place, not_over_by)
            if place < 0:
                return None
            if self._first[place] <= begun_by:
                return self._spans[place]
        return None

    def _last_alive(self, before: int, time: float) -> int:
        """The place of the last SA before a place that did not end before a time; -1: there is none."""
        at = self._size + before
        while at > 1:
            if at & 1 and self._ends[at - 1] >= time:
                at -= 1
                while at < self._size:
                    at = 2 * at + (self._ends[2 * at + 1] >= time)
                return at - self._size
            at >>= 1
        return -1
