"""A frame of a set of captures as a number that counts through the set and reads as its file's: 14 of part2.pcap.

All that orders, compares and remembers frames does so by the number in the set; whatever makes text of one names the
file that it stands in with the number that it has there. Frames of a single capture are plain numbers.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, lru_cache
from typing import Final, Self

from analyzer.capture.places import Place, Places

_READ: Final[ContextVar[Places | None]] = ContextVar("read", default=None)


class PlacedFrame(int):
    """The number of a frame in a set of captures."""

    _places: Places

    def __new__(cls, number: int, places: Places) -> Self:
        """The frame of this number in the set."""
        made = super().__new__(cls, number)
        made._places = places
        return made

    def __reduce__(self) -> "tuple[type[PlacedFrame], tuple[int, Places]]":
        """How another process makes it."""
        return PlacedFrame, (int(self), self._places)

    @cached_property
    def place(self) -> Place:
        """Its file, and its number there."""
        return self._places.of(int(self))

    @property
    def files(self) -> tuple[str, ...]:
        """The files of its set."""
        return self._places.members

    @property
    def member(self) -> str:
        """What its file is called: its name, with as many folders as tell it from the others of the set."""
        return labels(self._places.members)[self.place.member]

    @property
    def brief(self) -> str:
        """The same where room is small: number of the file in the set, from 1 on, and that of the frame. 2:14."""
        return f"{self.place.member + 1}:{self.place.frame_number}"

    def __str__(self) -> str:
        """Its number in its file, and which that is."""
        return f"{self.place.frame_number} of {self.member}"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        """The same, as text is formatted."""
        return format(str(self), spec)

    def moved(self, by: int) -> "PlacedFrame":
        """The frame so many behind it in the set, or before it. It may be none: `place` raises ValueError then."""
        return PlacedFrame(int(self) + by, self._places)


def own_number(frame: int) -> int:
    """The number of a frame in its file."""
    return frame.place.frame_number if isinstance(frame, PlacedFrame) else frame


def moved(frame: int, by: int) -> int:
    """The number of the frame so many behind it, or before it."""
    return frame.moved(by) if isinstance(frame, PlacedFrame) else frame + by


def brief(frame: int) -> str:
    """A frame where room is small: its number; of a set that of its file before it."""
    return frame.brief if isinstance(frame, PlacedFrame) else str(frame)


def address(frame: int) -> str:
    """What the address of a frame on a page ends with: its number, behind the first file of a set also which file."""
    if not isinstance(frame, PlacedFrame):
        return str(frame)
    place = frame.place
    return f"{place.frame_number}-in-{place.member + 1}" if place.member else str(place.frame_number)


def by_member(frames: Iterable[int]) -> dict[str, list[int]]:
    """The frames as numbers of their files, ascending, by the files' names in the order of the set; "": of no set."""
    found: dict[str, tuple[int, list[int]]] = {}
    for frame in sorted(set(frames)):
        name, order = (frame.member, frame.place.member) if isinstance(frame, PlacedFrame) else ("", -1)
        found.setdefault(name, (order, []))[1].append(own_number(frame))
    return {name: sorted(numbers) for name, (_, numbers) in sorted(found.items(), key=lambda item: item[1][0])}


@lru_cache(maxsize=64)
def labels(members: tuple[str, ...]) -> tuple[str, ...]:
    """What the files of a set are called in texts: by name, with as many folders as make each another one."""
    parts = [tuple(part for part in path.replace("\\", "/").split("/") if part) or (path,) for path in members]
    found = []
    for own in parts:
        length = next((n for n in range(1, len(own)) if sum(o[-n:] == own[-n:] for o in parts) == 1), len(own))
        found.append("/".join(own[-length:]))
    return tuple(found)


@contextmanager
def texts_of(places: Places | None) -> Iterator[None]:
    """What `named` says while this set is read and judged; None: a single capture."""
    token = _READ.set(places)
    try:
        yield
    finally:
        _READ.reset(token)


def named(frame: int) -> int:
    """A frame number to be put into a text: of the capture that is read, in a set with its file."""
    places = _READ.get()
    return frame if places is None else PlacedFrame(frame, places)
