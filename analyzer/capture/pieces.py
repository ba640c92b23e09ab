"""Pieces of messages in one frame: IP fragments, TCP segments, what an ICMP error quotes.

By itself none of them is a message. Whoever shows the bytes of a frame must know where they stand, since a piece of
a message in clear holds what that message holds.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.capture import natt
from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet, PacketDecoder
from analyzer.capture.icmp import ERRORS_V4, ERRORS_V6
from analyzer.capture.ledger import Ledger
from analyzer.capture.network import ESP, ICMP, ICMPV6, TCP, UDP, IpPacket, read_ipv4, read_ipv6
from analyzer.capture.span import Span

_ICMP_HEADER: Final = 8
_TCP_HEADER: Final = 20


class Piece(NamedTuple):
    """Bytes start:end of the frame. starts_message: a message begins with them, its non-ESP marker left out."""

    start: int
    end: int
    what: str
    starts_message: bool


def pieces(packet: Packet, ports: Iterable[int]) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """The pieces in a frame, tunnels looked into, and the names of what was not.

    UDP datagrams in one frame are no pieces: messages, or not of IKE.
    """
    finder = _Finder(ports)
    finder.decode(packet)
    return tuple(finder.found), tuple(finder.unopened.counts())


class _Finder(PacketDecoder):
    """Walks the layers of one frame as every packet is read, and keeps where it ends up."""

    def __init__(self, ports: Iterable[int]) -> None:
        super().__init__(ports, Ledger(counts=False), Damage())
        self.found: list[Piece] = []
        self._quoting = False

    def _ip(self, packet: IpPacket, depth: int) -> None:
        if packet.fragment is None:
            super()._ip(packet, depth)
        elif packet.fragment.offset or packet.protocol != UDP:
            if packet.protocol != ESP:
                self._note(packet.payload, "an IP fragment")
        else:
            self._note_datagram(packet, "the first IP fragment of a datagram")

    def _protocol(self, packet: IpPacket, depth: int) -> None:
        span = packet.payload
        if packet.protocol == TCP:
            size = (span.data[span.start + 12] >> 4) * 4 if span.captured >= _TCP_HEADER else 0
            self._note(span.skip(min(max(size, _TCP_HEADER), span.captured)), "a TCP segment")
        elif packet.protocol in (ICMP, ICMPV6):
            self._quoted(packet, depth)
        else:
            super()._protocol(packet, depth)

    def _quoted(self, packet: IpPacket, depth: int) -> None:
        """The packet that an ICMP error is about: its datagram is a piece, cut short or not."""
        span, is_v4 = packet.payload, packet.protocol == ICMP
        if span.captured <= _ICMP_HEADER or span.data[span.start] not in (ERRORS_V4 if is_v4 else ERRORS_V6):
            return
        quoted = span.skip(_ICMP_HEADER)
        inner = read_ipv4(quoted) if is_v4 else read_ipv6(quoted)
        if isinstance(inner, IpPacket):
            self._quoting = True
            self._ip(inner, depth + 1)
            self._quoting = False
        else:
            self._note(quoted, "what an ICMP error quotes")

    def _udp(self, packet: IpPacket, depth: int) -> None:
        if self._quoting:
            self._note_datagram(packet, "what an ICMP error quotes")
        else:
            super()._udp(packet, depth)

    def _note_datagram(self, packet: IpPacket, what: str) -> None:
        found = self.transport.udp_payload(self._frame_number, packet)
        if found is None:
            self._note(packet.payload, what)
            return
        key, span = found
        payload = bytes(span.data[span.start : span.end])
        kind = natt.classify(payload, span.wire_length, self.transport.service(key[-4:]))
        if kind in (natt.IKE, natt.MARKED_IKE):
            self._note(span.skip(4 if kind == natt.MARKED_IKE else 0), what, starts_message=True)
        elif kind != natt.ESP:
            self._note(span, what)

    def _note(self, span: Span, what: str, *, starts_message: bool = False) -> None:
        if span.captured > 0 and span.in_frame:
            self.found.append(Piece(span.start, span.end, what, starts_message))
