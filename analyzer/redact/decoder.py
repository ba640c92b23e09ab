"""The way through the layers of a packet, with a draft beside it: each layer that is opened is put into it.

Goes through a packet as `capture/decoder.py` does, of which it is made, so that what it writes is read as it was.
"""

from collections import Counter
from collections.abc import Collection
from typing import Final

from analyzer.capture import natt
from analyzer.capture.damage import Damage
from analyzer.capture.decoder import IN_IP, Packet, PacketDecoder, in_udp
from analyzer.capture.fragments import Partial
from analyzer.capture.framing import Message
from analyzer.capture.icmp import quoted_packet, read_error
from analyzer.capture.ip_tunnels import TUNNELS, gre_size
from analyzer.capture.ledger import Ledger
from analyzer.capture.link import IPV4, IPV6
from analyzer.capture.network import AH, ESP, GRE, ICMP, ICMPV6, TCP, UDP, IpPacket, read_ipv4, read_ipv6
from analyzer.capture.span import Span
from analyzer.redact.checksums import Checksum, nothing
from analyzer.redact.draft import Draft, Part, Patches
from analyzer.redact.fragments import Listeners, NotingFragments
from analyzer.redact.ip import Ip
from analyzer.redact.link import Link
from analyzer.redact.message import MessageRedactor, Redacted
from analyzer.redact.nat import End
from analyzer.redact.streams import NotingStreams, NotingTransport, esp_head
from analyzer.redact.vendor_fragments import VendorFragments, may_have_pieces

_UDP_HEAD, _ESP_HEAD, _AH_HEAD, _ICMP_HEAD, _TCP_HEAD = 8, 8, 12, 8, 20
_REDIRECT: Final = 5  # an ICMP message that names a gateway
_KEY_V4: Final = 11  # bytes of a fragment's key; of IPv6 it is longer
_SPIS: Final = 16


class Counts(Counter[str]):
    """What was made of what: esp, ah, sealed, unread (messages), zeros (bytes of them)."""


class Redactor(PacketDecoder):
    """Reads packets in their order, in two passes over the capture.

    The first (`draft.Patches` are filled) is for what several frames carry together; the second writes each frame.
    is_ours: whether the packet read last is of IKE or IPsec.
    """

    def __init__(
        self,
        ports: Collection[int],
        messages: MessageRedactor,
        patches: Patches,
        *,
        streams: frozenset[bytes] | None = None,
    ) -> None:
        """streams: directions of TCP that carry IKE, of the second pass; None: this is the first."""
        damage, ledger = Damage(), Ledger(counts=False)
        super().__init__(ports, ledger, damage)
        self.transport = self.noting = NotingTransport(ports, ledger, damage)
        self.fragments = self._pieces = NotingFragments(self, damage, patches if streams is None else None)
        self._streams = self._noting = NotingStreams(self.noting)
        self._messages = messages
        self._values = messages.values
        self._ip_headers = Ip(messages.values)
        self._link = Link(messages.values)
        self._patches = patches
        self._tcp_keys = streams
        self._drafts: dict[int, Draft] = {}
        self._vendor_fragments = VendorFragments()
        self.parts_key: bytes = b""
        self.is_ours = False
        self.counts = Counts()

    @property
    def listeners(self) -> Listeners:
        """What fragments are asked for and handed to."""
        return self._concerns, self._begun, self._abandoned

    @property
    def is_first(self) -> bool:
        """Whether this is the first pass."""
        return self._tcp_keys is None

    def redact(self, packet: Packet) -> bytes:
        """The frame under other names."""
        frame = Draft(packet.data, packet.frame_number)
        self._drafts = {id(packet.data): frame}
        self.is_ours = False
        if packet.link_type is not None:
            size = len(packet.data)
            self._link.frame(packet.link_type, frame, Span(packet.data, 0, size, 0, in_frame=True))
        self.decode(packet)
        if not self.is_first:
            for at, data in self._patches.take(packet.frame_number):
                frame.put(at, data)
            frame.repair()
        self._drafts = {}
        return bytes(frame.new)

    def end(self) -> None:
        """End of the capture: what of the first pass is still open."""
        self.finish()
        if self.is_first:
            self.noting.noted.settle(self._stream_message, self._patches)
            self.counts["vendor-fragments"] += self._vendor_fragments.waiting

    def draft_of(self, span: Span) -> Draft:
        """The draft that these bytes are of: the frame's, or that of what was put together."""
        draft = self._drafts.get(id(span.data))
        if draft is None:
            protocol, parts = self._pieces.parts(self.parts_key)
            draft = self._drafts[id(span.data)] = Draft(span.data, None, parts, self.parts_key)
            if len(self.parts_key) > _KEY_V4:
                self._ip_headers.extensions(draft, protocol, 0, len(draft.old))
        return draft

    def _network(self, carried: tuple[int, Span] | None, depth: int) -> None:
        if carried is not None and carried[0] in (IPV4, IPV6):
            ethertype, span = carried
            packet = read_ipv4(span) if ethertype == IPV4 else read_ipv6(span)
            if isinstance(packet, IpPacket):
                self._ip_headers.header(ethertype, self.draft_of(span), span, packet)
        super()._network(carried, depth)

    def _ip(self, packet: IpPacket, depth: int) -> None:
        if packet.fragment is not None:
            self.is_ours = True  # of what, nobody can say who has one fragment only
            self._fragment(packet)
            super()._ip(packet, depth)
            return
        is_whole = id(packet.payload.data) not in self._drafts  # it was just put together
        draft = self.draft_of(packet.payload)
        super()._ip(packet, depth)
        if is_whole:
            self._settle(draft)

    def _count(self, draft: Draft, what: str) -> None:
        """Count in the pass that writes it: what several frames carry is made in the first."""
        if (draft.frame is None) is self.is_first:
            self.counts[what] += 1

    def _settle(self, draft: Draft) -> None:
        """What was put together is done: back into the frames it came in."""
        if draft.frame is None and self.is_first:
            draft.repair()
            draft.scatter(self._patches)
            self._pieces.done(draft.key, draft)

    def _fragment(self, packet: IpPacket) -> None:
        """Of a first fragment ports and length, whatever it is of: by these it is known whether it concerns anybody."""
        span = packet.payload
        if packet.fragment is not None and not packet.fragment.offset:
            size = {UDP: _UDP_HEAD, TCP: 4, ICMP: 2, ICMPV6: 2}.get(packet.protocol, 0)
            self.draft_of(span).keep(span.start, min(size, span.captured))

    def _abandoned(self, partial: Partial) -> bool:
        self.parts_key = partial.key
        return super()._abandoned(partial)

    def _protocol(self, packet: IpPacket, depth: int) -> None:
        draft, span, protocol = self.draft_of(packet.payload), packet.payload, packet.protocol
        if protocol == TCP:
            self._segment(packet, draft)
        elif protocol in (ESP, AH):
            self._ipsec(packet, draft)
        elif protocol in (ICMP, ICMPV6):
            self._icmp(packet, draft)
        elif protocol in IN_IP:
            self._link.behind(IN_IP[protocol], draft, span)
        elif protocol in TUNNELS:
            self._tunnel(packet, draft)
        super()._protocol(packet, depth)
        if packet.fragment is not None:  # the beginning of a datagram that did not become whole
            self._settle(draft)

    def _tunnel(self, packet: IpPacket, draft: Draft) -> None:
        """The header of GRE and its like, but for the addresses of a source route."""
        carried, span = TUNNELS[packet.protocol](packet.payload), packet.payload
        if carried is None:
            return
        is_gre = packet.protocol == GRE
        kept, flags = carried[1].start - span.start, draft.old[span.start] if is_gre and span.captured else 0
        if flags & 0x40:
            self._routes(draft, span.start, kept)
        else:
            draft.keep(span.start, kept)
        if flags & 0x80:
            draft.check(Checksum(span.start + 4, span.start, span.end, nothing, whole=not span.missing))
        self._link.behind(carried[0], draft, carried[1])

    def _routes(self, draft: Draft, at: int, size: int) -> None:
        """A GRE header with source routes (RFC 1701): of IPv4 their stations become images, of others zeros."""
        end, begin = at + size, at
        at += gre_size(int.from_bytes(draft.old[at : at + 2], "big"))
        draft.keep(begin, min(at, end) - begin)
        while at + 4 <= end:
            draft.keep(at, 4)
            following = at + 4 + draft.old[at + 3]
            if draft.old[at : at + 2] == b"\x08\0":
                for place in range(at + 4, min(following, end) - 3, 4):
                    draft.put(place, self._values.addresses.of(bytes(draft.old[place : place + 4])))
            at = following

    def _segment(self, packet: IpPacket, draft: Draft) -> None:
        """A TCP header without options; what it carries comes out of the stream."""
        span = packet.payload
        draft.keep(span.start, min(_TCP_HEAD, span.captured))
        if span.captured >= _TCP_HEAD:
            self._ip_headers.checksum(draft, packet, span.start + 16)
            self._noting.note(packet, draft)
            key = packet.pair + bytes(span.data[span.start : span.start + 4])
            back = packet.pair[len(packet.pair) // 2 :] + packet.pair[: len(packet.pair) // 2] + key[-2:] + key[-4:-2]
            self.is_ours |= self._tcp_keys is not None and not self._tcp_keys.isdisjoint((key, back))

    def _ipsec(self, packet: IpPacket, draft: Draft) -> None:
        span = packet.payload
        self.is_ours = True
        draft.keep(span.start, min(_ESP_HEAD if packet.protocol == ESP else _AH_HEAD, span.captured))
        self._count(draft, "esp" if packet.protocol == ESP else "ah")
        if packet.protocol == AH and len(packet.pair) == 32 and span.captured >= 2:
            size = (span.data[span.start + 1] + 2) * 4
            if size <= span.captured:
                self._ip_headers.extensions(draft, span.data[span.start], span.start + size, span.end)

    def _icmp(self, packet: IpPacket, draft: Draft) -> None:
        """An error's own header, and what of the packet it quotes."""
        span, version = packet.payload, 4 if packet.protocol == ICMP else 6
        if span.captured < _ICMP_HEAD:
            return
        at = span.start
        draft.keep(at, _ICMP_HEAD)
        self._ip_headers.checksum(draft, packet, at + 2)
        if version == 4 and span.data[at] == _REDIRECT:
            draft.put(at + 4, self._values.addresses.of(bytes(span.data[at + 4 : at + 8])))
        if read_error(packet, self._frame_number, self._time_ns, self.transport) is None:
            return
        self.is_ours = True
        inner = quoted_packet(version, span)
        if inner is None:
            return
        self._ip_headers.header(IPV4 if version == 4 else IPV6, draft, span.skip(_ICMP_HEAD), inner)
        if inner.fragment is not None and inner.fragment.offset:
            return
        head = {ESP: _ESP_HEAD, AH: _AH_HEAD, UDP: _UDP_HEAD}.get(inner.protocol, 0)
        draft.keep(inner.payload.start, min(head, inner.payload.captured))
        if inner.protocol == UDP and inner.payload.captured >= _UDP_HEAD:
            self._quoted(inner, draft)

    def _quoted(self, inner: IpPacket, draft: Draft) -> None:
        found = self.transport.udp_payload(self._frame_number, inner)
        if found is not None:
            self._udp_checksum(inner, draft)
            self._payload(inner, draft, *found)

    def _udp_checksum(self, packet: IpPacket, draft: Draft) -> None:
        at = packet.payload.start
        length = int.from_bytes(draft.old[at + 4 : at + 6], "big")
        self._ip_headers.checksum(draft, packet, at + 6, length=length if length >= _UDP_HEAD else None)

    def _udp(self, packet: IpPacket, depth: int) -> None:
        span = packet.payload
        draft = self.draft_of(span)
        draft.keep(span.start, min(_UDP_HEAD, span.captured))
        found = self.transport.udp_payload(self._frame_number, packet)
        if found is not None:
            self._udp_checksum(packet, draft)
            key, body = found
            if not self._payload(packet, draft, key, body):
                tunnel = in_udp(key[-4:], body) if self.transport.service(key[-4:]) == natt.UNLISTED else None
                if tunnel is not None:
                    self._link.tunnel(tunnel[0], draft, body)
        super()._udp(packet, depth)

    def _payload(self, packet: IpPacket, draft: Draft, key: bytes, body: Span) -> bool:
        """What UDP carries, if it is IKE's or IPsec's."""
        old = bytes(body.data[body.start : body.end])
        seen, missing = self._sent.completed(old, body.missing) if packet.fragment is not None else (old, body.missing)
        kind = natt.classify(seen, len(seen) + missing, self.transport.service(key[-4:]))
        if kind == natt.NOTHING:
            return False
        self.is_ours = True
        if kind == natt.KEEPALIVE:
            draft.keep(body.start, 1)
        elif kind == natt.ESP:
            self._count(draft, "esp")
            draft.put(body.start, esp_head(old))
        else:
            marker = 4 if kind == natt.MARKED_IKE else 0
            draft.keep(body.start, marker)
            self._message(draft, body.start + marker, old[marker:], body.missing, key)
        return True

    def _message(self, draft: Draft, at: int, old: bytes, missing: int, key: bytes) -> None:
        """An IKE message; of one in a single frame the second pass makes the new one, of one in several the first."""
        mine = (draft.frame is None) is self.is_first
        if not mine and not (self.is_first and may_have_pieces(old)):
            return
        done = self._redacted(old, missing, key, count=mine)
        draft.put(at, done.data)
        if self.is_first:
            for piece in done.pieces:
                part = Part(0, piece.size, draft, at + piece.offset)
                whole = self._vendor_fragments.add((key, old[:_SPIS], piece.fragment_id), piece, part)
                if whole is not None:
                    whole.put(0, self._redacted(whole.old, 0, key).data)
                    whole.scatter(self._patches)

    def _redacted(self, old: bytes, missing: int, key: bytes, *, count: bool = True) -> Redacted:
        half = (len(key) - 4) // 2
        ends: tuple[End, ...] = (
            (key[:half], int.from_bytes(key[-4:-2], "big")),
            (key[half : 2 * half], int.from_bytes(key[-2:], "big")),
        )
        done = self._messages.redact(old, missing, ends)
        if count:
            self.counts["messages"] += 1
            self.counts["sealed"] += done.sealed
            self.counts["unread"] += done.unread > 0
            self.counts["zeros"] += done.unread
        return done

    def _stream_message(self, key: bytes, message: Message) -> bytes:
        """What a message of a TCP stream becomes."""
        if message.kind == natt.ESP:
            self.counts["esp"] += 1
            return esp_head(message.data)
        if message.kind == natt.KEEPALIVE:
            return message.data
        return self._redacted(message.data, message.missing, key).data
