"""A set of frame numbers, a bit for each frame of the capture: millions of them take no more room than the largest."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.capture.lanes import Numbers

_STEP = 1 << 16  # bytes


class FrameSet:
    """Frame numbers from 1 on."""

    def __init__(self, frames: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        self.last = 0
        for frame in frames:
            self.add(frame)

    def add(self, frame: int) -> None:
        """Put one in."""
        self._reach(frame)
        self._bits[frame >> 3] |= 1 << (frame & 7)

    def update(self, frames: "Numbers") -> None:
        """Put many in."""
        import numpy as np  # noqa: PLC0415  (who has many has them as an array)

        if len(frames):
            self._reach(int(frames.max()))
            bits = np.frombuffer(self._bits, np.uint8)
            np.bitwise_or.at(bits, frames >> 3, (1 << (frames & 7)).astype(np.uint8))

    def among(self, frames: "Numbers") -> "Numbers":
        """The places of those that are in the set."""
        import numpy as np  # noqa: PLC0415  (the same)

        bits = np.frombuffer(self._bits, np.uint8)
        if not len(bits):
            return np.zeros(0, np.int64)
        inside = frames >> 3 < len(bits)
        found = inside & (bits[np.where(inside, frames >> 3, 0)] >> (frames & 7).astype(np.uint8) & 1 == 1)
        places: Numbers = np.flatnonzero(found)
        return places

    def __contains__(self, frame: int) -> bool:
        place = frame >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (frame & 7) & 1)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()

    def __iter__(self) -> Iterator[int]:
        for place, byte in enumerate(self._bits):
            if byte:
                yield from (place << 3 | bit for bit in range(8) if byte >> bit & 1)

    def _reach(self, frame: int) -> None:
        self.last = max(self.last, frame)
        missing = (frame >> 3) + 1 - len(self._bits)
        if missing > 0:
            self._bits += bytes(missing + _STEP)
