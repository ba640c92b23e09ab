"""Span: the part of a packet that the next layer reads, with what the capture lost of it."""

from typing import NamedTuple


class Span(NamedTuple):
    """Bytes data[start:end], followed on the wire by `missing` more that the capture does not hold.

    in_frame: positions are those of the captured frame; False once the bytes were put together from several frames.
    """

    data: bytes
    start: int
    end: int
    missing: int
    in_frame: bool

    @property
    def captured(self) -> int:
        """Bytes that are there."""
        return self.end - self.start

    @property
    def wire_length(self) -> int:
        """Bytes that were on the wire."""
        return self.end - self.start + self.missing

    def skip(self, count: int) -> "Span":
        """The span behind a header of `count` captured bytes; the caller has checked that they are there."""
        return Span(self.data, self.start + count, self.end, self.missing, self.in_frame)

    def part(self, skip: int, length: int) -> "Span":
        """`length` wire bytes behind `skip` captured ones; what is not captured of them is missing."""
        start = self.start + skip
        stop = start + length
        if stop <= self.end:
            return Span(self.data, start, stop, 0, self.in_frame)
        return Span(self.data, start, self.end, stop - self.end, self.in_frame)
