"""What becomes of the bytes of a frame, or of bytes that several frames carry together: zeros, until something is put.

Bytes that were put together (IP fragments, segments of TCP, fragments of IKE messages) know where each of them came
from: what is put there goes back into its frames.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzer.redact.checksums import Checksum, repair

MAX_PATCHED: Final = 256 << 20
"""Bytes that wait to be put back into frames read before. What is beyond becomes zeros, and is counted."""


class Part(NamedTuple):
    """`size` bytes from `start` on that stand at `at` of another draft."""

    start: int
    size: int
    draft: "Draft"
    at: int


class Patches:
    """What was made of bytes that came in several frames, by the frame that it goes into."""

    def __init__(self) -> None:
        self._of: dict[int, list[tuple[int, bytes]]] = {}
        self._stored = 0
        self.left_out = 0

    def add(self, frame: int, at: int, data: bytes) -> None:
        """Remember bytes for one frame."""
        self._stored += len(data)
        if self._stored > MAX_PATCHED:
            self.left_out += len(data)
            return
        self._of.setdefault(frame, []).append((at, data))

    def take(self, frame: int) -> Iterable[tuple[int, bytes]]:
        """What goes into a frame, in the order it was made."""
        return self._of.get(frame, ())


class Draft:
    """The old bytes and the new ones. frame: whose they are; None: those of `parts`.

    key: of the datagram whose fragments the parts are.
    """

    def __init__(self, old: bytes, frame: int | None, parts: tuple[Part, ...] = (), key: bytes = b"") -> None:
        self.old = old
        self.new = bytearray(len(old))
        self.frame = frame
        self.parts = parts
        self.key = key
        self._checksums: list[Checksum] = []

    def keep(self, at: int, size: int) -> None:
        """Bytes that stay what they are, as many of them as there are."""
        self.new[at : at + size] = self.old[at : at + size]

    def put(self, at: int, data: bytes) -> None:
        """Bytes that stand here from now on."""
        self.new[at : at + len(data)] = data

    def check(self, checksum: Checksum) -> None:
        """A checksum that is to be repaired when all else is done: the innermost, which was noted last, first."""
        self._checksums.append(checksum)

    def repair(self) -> None:
        """Repair the checksums."""
        for checksum in reversed(self._checksums):
            repair(checksum, self.old, self.new)

    def scatter(self, patches: Patches) -> None:
        """Put the new bytes of the parts back where they came from."""
        for part in self.parts:
            end = min(part.start + part.size, len(self.old))
            for start, stop in _alike(self.old[part.start : end], part.draft.old[part.at : part.at + part.size]):
                new = bytes(self.new[part.start + start : part.start + stop])
                part.draft.receive(part.at + start, new, patches)

    def receive(self, at: int, data: bytes, patches: Patches) -> None:
        """Bytes for a frame that was read before, or for what it was put together of, checksums and all."""
        if self.frame is not None:
            patches.add(self.frame, at, data)
            return
        self.put(at, data)
        self._hand_on(at, at + len(data), patches)
        for checksum in reversed(self._checksums):
            place = slice(checksum.at, checksum.at + 2)
            before = self.new[place]
            repair(checksum, self.old, self.new)
            if self.new[place] != before:
                self._hand_on(place.start, place.stop, patches)

    def _hand_on(self, at: int, stop: int, patches: Patches) -> None:
        """Give what stands between two places to the parts that have it."""
        for part in self.parts:
            start, end = max(at, part.start), min(stop, part.start + part.size)
            if start < end:
                part.draft.receive(part.at + start - part.start, bytes(self.new[start:end]), patches)


def _alike(whole: bytes, part: bytes) -> Iterator[tuple[int, int]]:
    """From where to where both have the same bytes: all, unless parts overlap and disagree."""
    if whole == part[: len(whole)]:
        if whole:
            yield 0, len(whole)
        return
    start = None
    for place, (one, other) in enumerate(zip(whole, part, strict=False)):
        if one == other and start is None:
            start = place
        elif one != other and start is not None:
            yield start, place
            start = None
    if start is not None:
        yield start, min(len(whole), len(part))
