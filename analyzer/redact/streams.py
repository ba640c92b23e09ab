"""TCP streams of IKE: where in its frames each message of a stream stands, and what it becomes.

The reader of the streams says where its messages begin in the sequence of bytes; each segment says which of these bytes
it has. Retransmissions have the same bytes, and get the same new ones.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from analyzer.capture import natt
from analyzer.capture.datagram import Datagram
from analyzer.capture.framing import PREFIX, Message
from analyzer.capture.network import IpPacket
from analyzer.capture.tcp import TcpStreams
from analyzer.capture.transport import Transport
from analyzer.redact.draft import Draft, Patches

MAX_BYTES: Final = 128 << 20
"""Bytes of frames and messages of streams that are remembered; what is beyond becomes zeros."""

_WRAP: Final = 1 << 32
_SIZE, _MARKER = 2, 4  # bytes of a length and of the non-ESP marker before a message
_ESP_HEAD: Final = 8


class Segment(NamedTuple):
    """Bytes of a stream, and where they stand."""

    sequence: int
    draft: Draft
    at: int
    size: int


class _Found(NamedTuple):
    """A message, and the number in the sequence of its first byte."""

    sequence: int
    message: Message


class StreamBook:
    """Segments and messages by the direction that they are of."""

    def __init__(self) -> None:
        self._segments: dict[bytes, list[Segment]] = {}
        self._messages: dict[bytes, list[_Found]] = {}
        self._stored = 0
        self.next_sequence = 0

    def segment(self, key: bytes, segment: Segment) -> None:
        """Remember where bytes of a stream stand."""
        if self._stored < MAX_BYTES:
            self._stored += len(segment.draft.old)
            self._segments.setdefault(key, []).append(segment)

    def message(self, key: bytes, message: Message) -> None:
        """Remember a message, which begins so far from the next byte that is expected."""
        if self._stored < MAX_BYTES:
            self._stored += len(message.data)
            found = _Found((self.next_sequence + message.start) % _WRAP, message)
            self._messages.setdefault(key, []).append(found)

    @property
    def keys(self) -> frozenset[bytes]:
        """Directions of which there was a message."""
        return frozenset(self._messages)

    def settle(self, redact: Callable[[bytes, Message], bytes], patches: Patches) -> None:
        """Put what each message became into all segments that have a part of it."""
        for key, messages in self._messages.items():
            stream = _Stream(self._segments.get(key, ()), patches)
            for segment in stream.segments:
                if segment.draft.old[segment.at : segment.at + len(PREFIX)] == PREFIX:
                    segment.draft.receive(segment.at, PREFIX, patches)
            behind: int | None = None  # where the message before ends
            for found in messages:
                framing, old = _framing(found.message), found.message.data
                begin = (found.sequence - len(framing)) % _WRAP
                if begin != behind:
                    stream.put((begin - len(PREFIX)) % _WRAP, PREFIX, PREFIX)
                stream.put(begin, framing + old, framing + redact(key, found.message))
                behind = (found.sequence + len(old)) % _WRAP


class _Stream:
    """One direction: its segments, in the order of their numbers."""

    def __init__(self, segments: Iterable[Segment], patches: Patches) -> None:
        self.segments = sorted(segments, key=lambda s: s.sequence)
        self._starts = [s.sequence for s in self.segments]
        self._longest = max((s.size for s in self.segments), default=0)
        self._patches = patches

    def put(self, begin: int, old: bytes, new: bytes) -> None:
        """Put new bytes in the place of old ones, in each segment that has these."""
        for low in (begin - _WRAP, begin, begin + _WRAP):  # numbers may begin anew inside the message, or the segment
            place = bisect_left(self._starts, low - self._longest)
            while place < len(self.segments) and self._starts[place] < low + len(new):
                segment = self.segments[place]
                place += 1
                start, end = max(low, segment.sequence), min(low + len(new), segment.sequence + segment.size)
                if start >= end:
                    continue
                at = segment.at + start - segment.sequence
                if segment.draft.old[at : at + end - start] == old[start - low : end - low]:
                    segment.draft.receive(at, new[start - low : end - low], self._patches)


def _framing(message: Message) -> bytes:
    """The length and the marker before a message, as RFC 9329 has them; nothing before a bare one."""
    size = len(message.data) + message.missing
    if message.kind == natt.IKE and message.length == size:
        return b""
    marker = natt.NON_ESP_MARKER if message.kind == natt.IKE else b""
    return (message.length + _SIZE).to_bytes(_SIZE, "big") + marker


def esp_head(data: bytes) -> bytes:
    """An ESP packet of which SPI and sequence number are left."""
    return data[:_ESP_HEAD] + bytes(max(len(data) - _ESP_HEAD, 0))


class NotingTransport(Transport):
    """Writes the messages of streams into a book."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.noted = StreamBook()

    def tcp_message(
        self, frame_number: int, time_ns: int | None, key: bytes, message: Message, offset: int | None
    ) -> Datagram | None:
        """Read one message of a TCP stream."""
        self.noted.message(key, message)
        return super().tcp_message(frame_number, time_ns, key, message, offset)


class NotingStreams(TcpStreams):
    """Writes segments into the book, and says where the stream stands when it gives out a message."""

    def __init__(self, transport: NotingTransport) -> None:
        super().__init__(transport)
        self._book = transport.noted
        self._draft: Draft | None = None
        self._at = 0

    def note(self, packet: IpPacket, draft: Draft) -> None:
        """Note where the bytes of the segment stand that comes next."""
        self._draft = draft
        self._at = packet.payload.start + (packet.payload.data[packet.payload.start + 12] >> 4) * 4

    def _segment(self, key: bytes, segment: Any, flags: int, arrival: Any) -> None:
        if self._draft is not None and segment.data:
            self._book.segment(key, Segment(segment.sequence, self._draft, self._at, len(segment.data)))
        super()._segment(key, segment, flags, arrival)

    def _consume(self, key: bytes, direction: Any, segment: Any, arrival: Any) -> None:
        self._book.next_sequence = direction.next_sequence
        super()._consume(key, direction, segment, arrival)

    def _give_up_gap(self, key: bytes, direction: Any, arrival: Any) -> None:
        self._book.next_sequence = direction.next_sequence
        super()._give_up_gap(key, direction, arrival)

    def _close(self, key: bytes, direction: Any, arrival: Any) -> None:
        while direction.waiting:
            self._give_up_gap(key, direction, arrival)
        self._book.next_sequence = direction.next_sequence
        super()._close(key, direction, arrival)
