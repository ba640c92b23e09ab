"""Which capture is worked on next, and results that wait for their turn: whoever works, results come in order.

Results that come before their turn wait packed; where they are more than `MOST_HELD` bytes, no further capture is
handed out but the one whose turn it is. The largest are handed out first, unless numbers run through the captures.
"""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from analyzer.capture.given import is_url
from analyzer.capture.sets import files_of
from analyzer.capture.status import status_of

MOST_HELD: Final = 64 << 20


class Turns:
    """The places of captures to be handed out, and packed results by place until they are taken in order.

    through: whether numbers run through the captures, so that none is to be worked on long before its turn.
    """

    def __init__(self, captures: Sequence[str], *, through: bool = False) -> None:
        self._order = range(len(captures)) if through else largest_first(captures)
        self._at = 0  # in that order; before it all are handed out
        self._given: set[int] = set()  # places of captures that are handed out
        self._next = 0  # the place whose result is to come next
        self._done: dict[int, bytes] = {}
        self._held = 0  # their bytes

    def give(self) -> int | None:
        """The place of the capture to work on next, which is handed out with this; None: none for now, or no more."""
        place = self._to_give()
        if place is not None:
            self._given.add(place)
        return place

    def _to_give(self) -> int | None:
        if self._held >= MOST_HELD:  # only what makes room
            return None if self._next in self._given or self._next >= len(self._order) else self._next
        while self._at < len(self._order) and self._order[self._at] in self._given:
            self._at += 1
        return self._order[self._at] if self._at < len(self._order) else None

    def done(self, place: int, packed: bytes) -> None:
        """The result of one is there."""
        self._done[place] = packed
        self._held += len(packed)

    def is_done(self, place: int) -> bool:
        """Whether the result of one is there and was not taken."""
        return place in self._done

    def take(self) -> bytes:
        """The result whose turn it is. KeyError: it is not there."""
        packed = self._done.pop(self._next)
        self._held -= len(packed)
        self._next += 1
        return packed


def largest_first(captures: Sequence[str]) -> list[int]:
    """The places of captures, so that no large one is left to the end, when nobody else has work."""
    sizes = [sum(map(_size_of, files_of([one]))) for one in captures]
    return sorted(range(len(captures)), key=lambda place: -sizes[place])


def _size_of(file: str) -> int:
    """The bytes of a file, or of what a URL stands for; 0 where nobody says."""
    status = status_of(file)
    if status is None and is_url(file):
        from analyzer.capture.remote import size_of  # noqa: PLC0415  (most captures are files)

        return size_of(file) or 0
    return status.size if status is not None else 0


def is_file(capture: str) -> bool:
    """Whether any process can read it by its name; or none can, and whoever tries says so."""
    try:
        return capture != "-" and all(stat.S_ISREG(Path(path).stat().st_mode) for path in files_of([capture]))
    except (OSError, ValueError):
        return True
