"""The window: the part of the input that is in memory, in one reused buffer."""

from collections.abc import Callable

from analyzer.capture.source import Source

SLACK = 128
"""Bytes behind `limit` that may be read, though they mean nothing: bulk reads of headers need no bounds test each."""

MAX_SIZE = 64 << 20


class Window:
    """data[position:limit] are the bytes read and not yet used."""

    def __init__(self, source: Source, size: int, progress: Callable[[int, int | None], None] | None = None) -> None:
        self._source = source
        self._size = size
        self._progress = progress
        self.data = bytearray(size + SLACK)
        self.position = 0
        self.limit = 0
        self.ended = False

    def begin(self, source: Source, progress: Callable[[int, int | None], None] | None) -> None:
        """The next file, in the same buffer."""
        self._source, self._progress = source, progress
        self.position = self.limit = 0
        self.ended = False

    def grow(self, size: int) -> None:
        """Make room for `size` bytes."""
        if size > self._size:
            rest = bytes(memoryview(self.data)[self.position : self.limit])
            self._size = size
            self.data = bytearray(size + SLACK)  # a new one: views of the old may be about
            self.data[: len(rest)] = rest
            self.position, self.limit = 0, len(rest)

    @property
    def stopped(self) -> bool:
        """Whether the input goes on, though no more of it is read."""
        return self._source.stopped

    def release(self) -> None:
        """Give the memory back: nothing will be read any more."""
        self.data = bytearray()
        self.position = self.limit = 0
        self.ended = True
        self._progress = None  # which may hold whoever holds this

    def refill(self) -> bool:
        """Fill up behind the unused bytes, in a larger buffer if they fill it already; False at the input's end."""
        if self.ended:
            return False
        rest = self.limit - self.position
        if rest >= self._size:
            self.grow(min(self._size * 2, MAX_SIZE))
        elif self.position:
            self.data[:rest] = bytes(memoryview(self.data)[self.position : self.limit])
            self.position, self.limit = 0, rest
        if self.limit >= self._size:
            return False
        with memoryview(self.data) as view:
            count = self._source.readinto(view[self.limit : self._size])
        self.limit += count
        self.ended = self.limit < self._size
        if self._progress is not None:
            self._progress(self._source.size_bytes, self._source.total_bytes)
        return count > 0
