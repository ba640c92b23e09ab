"""TCP streams on IKE ports, and on others that begin as IKE's do: segments into order, the order into messages.

RFC 9293, RFC 9329.
"""

from bisect import insort_right
from collections import OrderedDict
from typing import NamedTuple

from analyzer.capture.addresses import reversed_key
from analyzer.capture.datagram import Datagram
from analyzer.capture.framing import PREFIX, SEARCHING, Framing, Message
from analyzer.capture.handshakes import ACK, RST, SYN, Handshakes
from analyzer.capture.network import IpPacket
from analyzer.capture.transport import Transport

MAX_DIRECTIONS = 4096
MAX_BYTES = 16 << 20
MAX_WAITING = 128  # segments of one direction behind a gap
MAX_WAITING_BYTES = 1 << 18
_JUMP = 1 << 24  # a sequence number this far off belongs to another connection between the same ports


class _Segment(NamedTuple):
    sequence: int
    data: bytes
    length: int  # on the wire
    offset: int | None  # of data in the frame


class _Direction:
    """What one side sent: the next sequence number expected, and segments that came too early."""

    def __init__(self, next_sequence: int, *, anchored: bool) -> None:
        self.next_sequence = next_sequence
        self.first_sequence = next_sequence
        self.framing = Framing(anchored=anchored)
        self.waiting: list[_Segment] = []  # in order of sequence numbers
        self.waiting_bytes = 0
        self.last_arrival: tuple[int, int | None] = (0, None)  # frame number and time

    def ahead(self, sequence: int) -> int:
        """How far a sequence number is ahead of the expected one; negative: behind."""
        return ((sequence - self.next_sequence + (1 << 31)) % (1 << 32)) - (1 << 31)

    @property
    def stored(self) -> int:
        return len(self.framing.buffer) + self.waiting_bytes

    def wait(self, segment: _Segment) -> None:
        """Keep a segment that came too early, once."""
        if segment not in self.waiting:
            insort_right(self.waiting, segment, key=lambda s: self.ahead(s.sequence))
            self.waiting_bytes += len(segment.data)

    def next_waiting(self) -> _Segment:
        """Take out the first of the segments that wait."""
        segment = self.waiting.pop(0)
        self.waiting_bytes -= len(segment.data)
        return segment


class TcpStreams:
    """Reassembles both directions of each connection as far as the capture shows them, within limits.

    A message belongs to the frame whose arrival completed it. Bytes that the receiver has acknowledged but the
    capture lacks are given up at once, others when too much waits behind them or the capture ends.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._damage = transport.damage
        self.handshakes = Handshakes(transport, transport.damage)
        self._directions: OrderedDict[bytes, _Direction] = OrderedDict()  # the longest idle in front
        self._elsewhere: OrderedDict[bytes, None] = OrderedDict()  # keys of directions between other ports, likewise
        self._stored = 0

    def add(self, packet: IpPacket, frame_number: int, time_ns: int | None) -> list[Datagram]:
        """Take a TCP packet; the messages that it completes."""
        span = packet.payload
        if span.captured < 20:
            return []
        at, data = span.start, span.data
        key = packet.pair + bytes(data[at : at + 4])
        size = (data[at + 12] >> 4) * 4
        if size < 20 or span.captured < size:
            return []
        content = span.skip(size)
        begins = data[content.start : min(content.start + len(PREFIX), content.end)] == PREFIX
        if not self._transport.service(key[-4:]) and not self._is_ike(key, begins):
            return []
        flags = data[at + 13]
        sequence = (int.from_bytes(data[at + 4 : at + 8], "big") + bool(flags & SYN)) % (1 << 32)
        numbers = sequence, int.from_bytes(data[at + 8 : at + 12], "big")
        self.handshakes.segment(key, flags, numbers, begins, frame_number, time_ns)
        segment = _Segment(
            sequence,
            bytes(data[content.start : content.end]),
            content.wire_length,
            content.start if span.in_frame else None,
        )
        arrival = _Arrival(self._transport, frame_number, time_ns)
        if flags & ACK:
            self._acknowledge(reversed_key(key), numbers[1], arrival)
        self._segment(key, segment, flags, arrival)
        while self._stored > MAX_BYTES or len(self._directions) > MAX_DIRECTIONS:
            self._drop_oldest(frame_number)
        return arrival.datagrams

    def _is_ike(self, key: bytes, begins: bool) -> bool:
        """Whether this connection between other ports is IKE's: its prefix begins one direction (RFC 9329, 4)."""
        if key in self._elsewhere:
            self._elsewhere.move_to_end(key)
            return True
        if not begins:
            return False
        for both in (key, reversed_key(key)):
            self._elsewhere[both] = None
        while len(self._elsewhere) > 2 * MAX_DIRECTIONS:  # where only one side of each was captured
            self._elsewhere.popitem(last=False)
        return True

    def finish(self) -> list[Datagram]:
        """End of the capture: read what is there of all streams; it belongs to the last frame of its direction."""
        datagrams: list[Datagram] = []
        for key, direction in self._directions.items():
            arrival = _Arrival(self._transport, *direction.last_arrival)
            self._close(key, direction, arrival)
            datagrams += arrival.datagrams
        return sorted(datagrams, key=lambda datagram: datagram.frame_number)

    def _segment(self, key: bytes, segment: _Segment, flags: int, arrival: "_Arrival") -> None:
        direction = self._directions.pop(key, None)
        before = direction.stored if direction else 0
        is_new = bool(flags & SYN) and (direction is None or direction.first_sequence != segment.sequence)
        goes_on = direction is not None and (is_new or abs(direction.ahead(segment.sequence)) <= _JUMP)
        if direction is not None and (flags & RST or is_new or not goes_on):
            self._close(key, direction, arrival)
        if flags & RST or not (goes_on or is_new or segment.length):
            self._stored -= before
            return
        if direction is None or is_new or not goes_on:
            direction = _Direction(segment.sequence, anchored=is_new)
        direction.last_arrival = arrival.frame_number, arrival.time_ns
        self._directions[key] = direction  # behind all others: the oldest are in front
        if segment.length:
            self._order(key, direction, segment, arrival)
        self._stored += direction.stored - before

    def _order(self, key: bytes, direction: _Direction, segment: _Segment, arrival: "_Arrival") -> None:
        if direction.ahead(segment.sequence) > 0:
            direction.wait(segment._replace(offset=None))
            if len(direction.waiting) > MAX_WAITING or direction.waiting_bytes > MAX_WAITING_BYTES:
                self._give_up_gap(key, direction, arrival)
            return
        self._consume(key, direction, segment, arrival)
        self._consume_waiting(key, direction, arrival)

    def _consume_waiting(self, key: bytes, direction: _Direction, arrival: "_Arrival") -> None:
        while direction.waiting and direction.ahead(direction.waiting[0].sequence) <= 0:
            self._consume(key, direction, direction.next_waiting(), arrival)

    def _consume(self, key: bytes, direction: _Direction, segment: _Segment, arrival: "_Arrival") -> None:
        """Give the framing what is new in a segment that begins at or before the expected byte."""
        known = -direction.ahead(segment.sequence)
        if known >= segment.length:
            return  # a retransmission
        data = segment.data[known:]
        offset = None if segment.offset is None else segment.offset + known
        peer = self._directions.get(reversed_key(key))
        framing = direction.framing
        for message in framing.push(data, peer.framing.mode if peer else SEARCHING):
            arrival.deliver(key, message, offset)
        lost = segment.length - max(known, len(segment.data))
        if lost:
            for message in framing.lose(lost):
                arrival.deliver(key, message._replace(start=message.start + len(data)), offset)
        if framing.out_of_step:
            framing.out_of_step = False
            found, effect = "a length that cannot be", "reading goes on where a message is recognised"
            self._damage.add("wire-tcp-framing", offset or 0, "a message length", found, effect, arrival.frame_number)
        direction.next_sequence = (direction.next_sequence + segment.length - known) % (1 << 32)

    def _acknowledge(self, key: bytes, number: int, arrival: "_Arrival") -> None:
        """The receiver has all bytes before `number`: those that the capture lacks will not come."""
        direction = self._directions.get(key)
        if direction is None or not direction.waiting:
            return
        before = direction.stored
        while direction.waiting and direction.ahead(number) > direction.ahead(direction.waiting[0].sequence):
            self._give_up_gap(key, direction, arrival)
        self._stored += direction.stored - before

    def _give_up_gap(self, key: bytes, direction: _Direction, arrival: "_Arrival") -> None:
        gap = direction.ahead(direction.waiting[0].sequence)
        found, effect = f"{gap} bytes are not in the capture", "messages in them are lost"
        self._damage.add("capture-tcp-gap", 0, "all segments of a stream", found, effect, arrival.frame_number)
        for message in direction.framing.lose(gap):
            arrival.deliver(key, message, None)
        direction.next_sequence = (direction.next_sequence + gap) % (1 << 32)
        self._consume_waiting(key, direction, arrival)

    def _close(self, key: bytes, direction: _Direction, arrival: "_Arrival") -> None:
        """A stream ends: read what waits behind gaps, and as much as there is of a message that it ends inside."""
        while direction.waiting:
            self._give_up_gap(key, direction, arrival)
        framing = direction.framing
        size, held = framing.unfinished
        if held:
            expected = "a message to its end" if size is None else f"a message of {size} bytes"
            found, effect = f"{held} bytes of it, and no more of the stream", "the rest of it cannot be read"
            self._damage.add("capture-tcp-tail", 0, expected, found, effect, arrival.frame_number)
        for message in framing.lose(max(0, (size or 0) - held)) if held else ():
            arrival.deliver(key, message, None)

    def _drop_oldest(self, frame_number: int) -> None:
        self._stored -= self._directions.popitem(last=False)[1].stored
        found, effect = "more of them", "the stream idle for longest is forgotten"
        self._damage.add("limit-tcp-streams", 0, "a bounded number of streams and bytes", found, effect, frame_number)


class _Arrival:
    """The frame that is being read, and the datagrams that it completes."""

    def __init__(self, transport: Transport, frame_number: int, time_ns: int | None) -> None:
        self.frame_number = frame_number
        self.datagrams: list[Datagram] = []
        self._transport = transport
        self.time_ns = time_ns

    def deliver(self, key: bytes, message: Message, offset: int | None) -> None:
        """Hand on or book one message.

        offset: in the frame, of the bytes that completed it; None if they came in an earlier frame.
        """
        place = None if offset is None or message.start < 0 else offset + message.start
        datagram = self._transport.tcp_message(self.frame_number, self.time_ns, key, message, place)
        if datagram is not None:
            self.datagrams.append(datagram)
