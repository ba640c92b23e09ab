"""Counting within windows of time: events sorted once, then one pass."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def windows(events: Iterable[tuple[int, T]], seconds: float) -> Iterator[tuple[list[tuple[int, T]], int, int]]:
    """For each event (time in ns, thing) in order.

    The sorted events, and the slice [first, end) of those within `seconds` up to it.
    """
    ordered = sorted(events, key=lambda event: event[0])
    first = 0
    for end, (time, _) in enumerate(ordered, 1):
        while time - ordered[first][0] > seconds * 1e9:
            first += 1
        yield ordered, first, end


def busiest(events: Iterable[tuple[int, T]], seconds: float) -> list[T]:
    """The things of the window that holds most of them; of equals the first."""
    best: list[T] = []
    kept: tuple[list[tuple[int, T]], int, int] | None = None
    for ordered, first, end in windows(events, seconds):
        if kept is None or end - first > kept[2] - kept[1]:
            kept = (ordered, first, end)
    if kept is not None:
        best = [thing for _, thing in kept[0][kept[1] : kept[2]]]
    return best
