"""The careful path: one captured packet, layer by layer, whatever it is made of."""

from collections.abc import Iterable
from typing import NamedTuple

from analyzer.capture import natt
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram, IcmpError, Rest, Revealed, Sent
from analyzer.capture.fragments import Partial, Reassembler
from analyzer.capture.handshakes import TcpTarget
from analyzer.capture.icmp import ERRORS_V4, ERRORS_V6, read_error, read_tcp_error
from analyzer.capture.ip_tunnels import TUNNELS
from analyzer.capture.layers import UDP_PORTS, gue, reader, vxlan
from analyzer.capture.ledger import Ledger
from analyzer.capture.link import IPV4, IPV6, MPLS, NSH, TRANSPARENT_ETHERNET, from_ethertype, is_known, to_network
from analyzer.capture.network import (
    AH,
    ESP,
    ETHERNET_IN_IP,
    EXTENSION_HEADERS,
    ICMP,
    ICMPV6,
    IPV4_IN_IP,
    IPV6_IN_IP,
    MPLS_IN_IP,
    NSH_IN_IP,
    RELEVANT,
    TCP,
    UDP,
    BadHeader,
    Fragment,
    IpPacket,
    read_extensions,
    read_ipv4,
    read_ipv6,
)
from analyzer.capture.span import Span
from analyzer.capture.tcp import TcpStreams
from analyzer.capture.transmissions import Transmissions
from analyzer.capture.transport import Transport
from analyzer.capture.unopened import CUT, LAYERS, PORTS, PROTOCOLS, Unopened, named, of_link_type, wireguard

TUNNEL_PORTS = PORTS | UDP_PORTS.keys()
_STREAMS_AND_ERRORS = frozenset((TCP, ICMP, ICMPV6))  # a stream waits for its bytes itself; errors are no messages
_LEAST_IP = 20  # bytes of an IP header without options
_PORTS_SIZE = 4
MAX_TRAFFIC_ERRORS = 1 << 16
MAX_RESTS = 1 << 14
MAX_REASSEMBLED = 1 << 16  # messages of which it is noted that they came in IP fragments
MAX_DEPTH = 16  # IP headers, tunnels and reassembled packets inside each other

IN_IP = {
    IPV4_IN_IP: IPV4,
    IPV6_IN_IP: IPV6,
    MPLS_IN_IP: MPLS,
    ETHERNET_IN_IP: TRANSPARENT_ETHERNET,
    NSH_IN_IP: NSH,
}

Item = Datagram | IcmpError


class Packet(NamedTuple):
    """One packet record of a capture.

    link_type None: its interface is not described. interface: its number in its section of a pcapng file. sent: of a
    log, whose messages have no headers around them.
    """

    frame_number: int
    time_ns: int | None
    link_type: int | None
    data: bytes
    original_length: int
    interface: int = 0
    sent: Sent | None = None


class PacketDecoder:
    """Reads packets in the order of the capture; keeps what fragments and TCP segments need to find each other."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage) -> None:
        self.transport = Transport(ports, ledger, damage)
        self.fragments = Reassembler(damage, self._concerns, self._begun, self._abandoned)
        self._traffic_errors = 0
        self.beginnings: set[int] = set()  # frames of IKE messages that are first fragments without the others
        self.reassembled: set[int] = set()  # frames of IKE messages that came in IP fragments, the first ones
        self.rests: list[Rest] = []  # fragments without the first
        self.unopened = Unopened()
        self._damage = damage
        self._streams = TcpStreams(self.transport)
        self._sent = Transmissions()
        self._frame_number = 0
        self._time_ns: int | None = None
        self._items: list[Item | Partial] = []

    def decode(self, packet: Packet) -> list[Item | Partial]:
        """The datagrams and ICMP errors that this packet completes, and what it begins (order.py)."""
        self._frame_number, self._time_ns = packet.frame_number, packet.time_ns
        self._items = []
        if packet.sent is not None:
            self._of_log(packet, packet.sent)
            return self._items
        size = len(packet.data)
        span = Span(packet.data, 0, size, max(packet.original_length - size, 0), in_frame=True)
        if packet.link_type is None or not is_known(packet.link_type):
            self._leave(of_link_type(packet.link_type))
        elif size < _LEAST_IP:
            self._leave_cut(span)
        else:
            self._network(to_network(packet.link_type, span), 0)
        return self._items

    def _of_log(self, packet: Packet, sent: Sent) -> None:
        """A UDP payload without headers."""
        item = self.transport.udp(packet.frame_number, packet.time_ns, sent.key, packet.data, 0, 0)
        if item is not None and sent.shown is not None:
            item = Revealed(*item)
            item.shown = sent.shown
        if item is not None:
            self._items.append(item)

    def _leave(self, name: str) -> None:
        """Look no further into a packet, and count it."""
        self.unopened.add(name, self._frame_number)

    def _leave_cut(self, span: Span) -> None:
        """Look no further where a header is not whole: a packet that the capture cuts there may be anything."""
        if span.missing:
            self._leave(CUT)

    def finish(self) -> list[Item]:
        """End of the capture: what could still be read of incomplete streams."""
        self.fragments.finish()
        return list(self._streams.finish())

    def _network(self, carried: tuple[int, Span] | None, depth: int) -> None:
        """An IP packet, behind its link layer or tunnel."""
        if carried is None:
            return
        ethertype, span = carried
        if ethertype in LAYERS:
            self._leave(LAYERS[ethertype])
            return
        packet = read_ipv4(span) if ethertype == IPV4 else read_ipv6(span)
        if packet is None:
            self._leave_cut(span)
        elif isinstance(packet, BadHeader):
            self._damage.add("wire-ip-header", *packet, "the packet is not read", self._frame_number)
        else:
            self._ip(packet, depth)

    def _ip(self, packet: IpPacket, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._damage.add(
                "limit-nesting", 0, f"at most {MAX_DEPTH} layers", "more", "the rest is not read", self._frame_number
            )
            return
        if packet.fragment is None:
            self._protocol(packet, depth)
        elif packet.protocol in RELEVANT or (len(packet.pair) == 32 and packet.protocol in EXTENSION_HEADERS):
            whole = self.fragments.add(packet, packet.fragment, self._frame_number, self._time_ns)
            if whole is not None and len(whole.pair) == 32:
                whole = read_extensions(whole.pair, whole.protocol, whole.payload, whole.hop)
            if whole is not None:
                before = len(self._items)
                self._ip(whole, depth + 1)
                if whole.protocol == UDP and len(self.reassembled) < MAX_REASSEMBLED:
                    self.reassembled.update(i.frame_number for i in self._items[before:] if isinstance(i, Datagram))
        elif packet.protocol in PROTOCOLS:
            self._leave(PROTOCOLS[packet.protocol])

    def _protocol(self, packet: IpPacket, depth: int) -> None:
        """What IP carries."""
        protocol = packet.protocol
        if protocol == UDP:
            self._udp(packet, depth)
        elif protocol == TCP:
            self._tcp(packet)
        elif protocol == ESP:
            self.transport.ip_esp(self._frame_number, self._time_ns, packet)
        elif protocol == AH:
            inner = self.transport.ip_ah(self._frame_number, self._time_ns, packet)
            if inner is not None and len(inner.pair) == 32:
                inner = read_extensions(inner.pair, inner.protocol, inner.payload)
            if inner is not None:
                self._ip(inner, depth + 1)
        elif protocol in (ICMP, ICMPV6):
            self._icmp_error(packet)
        elif protocol in IN_IP:
            self._network(from_ethertype(IN_IP[protocol], packet.payload), depth + 1)
        elif protocol in TUNNELS:
            carried = TUNNELS[protocol](packet.payload)
            self._network(from_ethertype(*carried) if carried else None, depth + 1)
        elif protocol in PROTOCOLS:
            self._leave(PROTOCOLS[protocol])

    def _icmp_error(self, packet: IpPacket) -> None:
        error = read_error(packet, self._frame_number, self._time_ns, self.transport)
        if error is not None:
            if self._is_listed(error):
                self._items.append(error)
            return
        about = read_tcp_error(packet)
        if about is not None:
            self._streams.handshakes.error(*about, self._frame_number, self._time_ns)

    def tcp_targets(self) -> tuple[TcpTarget, ...]:
        """Who was asked for TCP connections on IKE's ports: complete when the capture has ended."""
        return self._streams.handshakes.targets()

    def _tcp(self, packet: IpPacket) -> None:
        span = packet.payload
        if span.captured < _PORTS_SIZE:
            self._leave_cut(span)
        name = named("tcp", _port_numbers(span.data[span.start : min(span.start + _PORTS_SIZE, span.end)]), span)
        if name is not None:
            self._leave(name)
        self._items += self._streams.add(packet, self._frame_number, self._time_ns)

    def _is_listed(self, error: IcmpError) -> bool:
        """Of errors about traffic there may be one for each packet: their number is bounded."""
        self._traffic_errors += error.protocol != "udp" or error.spi is not None
        if self._traffic_errors <= MAX_TRAFFIC_ERRORS or (error.protocol == "udp" and error.spi is None):
            return True
        if self._damage.is_full("limit-icmp-errors"):
            self._damage.count("limit-icmp-errors")
        else:
            expected, effect = f"at most {MAX_TRAFFIC_ERRORS} that quote ESP, AH or fragments", "it is not listed"
            self._damage.add("limit-icmp-errors", 0, expected, "one more", effect, self._frame_number)
        return False

    def _udp(self, packet: IpPacket, depth: int) -> None:
        found = self.transport.udp_payload(self._frame_number, packet)
        if found is None:
            self._leave_cut(packet.payload)
            return
        key, span = found
        payload, missing = bytes(span.data[span.start : span.end]), span.missing
        offset = span.start if span.in_frame else None
        if packet.fragment is not None:
            payload, missing = self._sent.completed(payload, missing)
        item = self.transport.udp(self._frame_number, self._time_ns, key, payload, missing, offset, packet.hop)
        if item is not None:
            if offset is None:
                self._sent.keep(payload, missing)
            self._items.append(item)
        elif self.transport.service(key[-4:]) == natt.UNLISTED:
            tunnel = in_udp(key[-4:], span)
            name = None if tunnel else named("udp", _port_numbers(key[-4:]), span) or wireguard(span)
            if name is not None:
                self._leave(name)
            self._network(tunnel[1] if tunnel else None, depth + 1)

    def _concerns(self, packet: IpPacket) -> bool:
        """Whether a fragmented packet can matter, by its first fragment."""
        span = packet.payload
        if packet.protocol in (ICMP, ICMPV6) and span.captured:
            return span.data[span.start] in (ERRORS_V4 if packet.protocol == ICMP else ERRORS_V6)
        if packet.protocol not in (UDP, TCP) or span.captured < 4:
            return True
        ports = bytes(span.data[span.start : span.start + 4])
        if self.transport.service(ports) != natt.UNLISTED:
            return True
        if packet.protocol == TCP or span.captured < 8:
            return packet.protocol == UDP
        length = int.from_bytes(span.data[span.start + 4 : span.start + 6], "big") - 8
        head = bytes(span.data[span.start + 8 : min(span.start + 8 + gue.HEAD, span.end)])
        marker = 4 if head[:4] == natt.NON_ESP_MARKER else 0
        is_tunnel = vxlan.is_likely(head) or gue.ip_by_form(head, length) is not None
        is_tunnel |= not TUNNEL_PORTS.isdisjoint(_port_numbers(ports))
        return is_tunnel or natt.is_isakmp(head, length, marker)

    def _begun(self, partial: Partial) -> None:
        """Keep the place of a datagram's first fragment (order.py): whether the others come is known later."""
        if partial.protocol not in _STREAMS_AND_ERRORS:
            self._items.append(partial)

    def _abandoned(self, partial: Partial) -> bool:
        """Read the beginning of a datagram whose other fragments never came, as one that the snapshot length cut.

        Where another transmission of the same message was whole, as that one: True.
        """
        if partial.protocol in _STREAMS_AND_ERRORS:
            return False
        if not partial.begins:
            self._rest(partial)
            return False
        begun: IpPacket | None = IpPacket(partial.pair, partial.protocol, partial.span(), None, partial.hop)
        if begun is not None and len(begun.pair) == 32:
            begun = read_extensions(begun.pair, begun.protocol, begun.payload, begun.hop)
        now = self._frame_number, self._time_ns, self._items
        self._frame_number, self._time_ns, self._items = partial.frame_number, partial.time_ns, partial.read
        was_late, self.transport.late = self.transport.late, True
        if begun is not None:
            self._protocol(begun._replace(fragment=Fragment(0, 0, more=True)), 1)
        self.transport.late = was_late
        self.beginnings.update(item.frame_number for item in partial.read if isinstance(item, Datagram))
        self._frame_number, self._time_ns, self._items = now
        return bool(partial.read) and all(isinstance(item, Datagram) and not item.missing for item in partial.read)

    def _rest(self, partial: Partial) -> None:
        """Note a datagram of which nothing can be read: it may be a message that is missing elsewhere."""
        if partial.protocol != UDP or not self.transport.ledger.counts:
            return
        if len(self.rests) < MAX_RESTS:
            ends = self.transport.ledger.addresses.pair(partial.pair)
            self.rests.append(Rest(*ends, partial.first_frame, partial.last_frame, partial.time_ns, partial.total))
        elif self._damage.is_full("limit-rests"):
            self._damage.count("limit-rests")
        else:
            expected, effect = f"at most {MAX_RESTS} datagrams without their first fragment", "it is not remembered"
            self._damage.add("limit-rests", 0, expected, "one more", effect, partial.first_frame)


def in_udp(ports: bytes, span: Span) -> tuple[str, tuple[int, Span] | None] | None:
    """The tunnel that UDP carries between these ports, or what is known on any: its module, and as of `from_ethertype`.

    None of what is no tunnel, or not opened.
    """
    known = [UDP_PORTS[port] for port in _port_numbers(ports)[::-1] if port in UDP_PORTS]
    head = span.data[span.start : min(span.start + gue.HEAD, span.end)]
    if vxlan.is_likely(head):
        known.append("vxlan")
    elif gue.ip_by_form(head, span.wire_length) is not None:
        known.append("gue")
    for module in known:
        carried = reader(module)(span)
        if carried is not None:
            return module, from_ethertype(carried[0], span.skip(carried[1]))
    return None


def _port_numbers(ports: bytes) -> tuple[int, int]:
    return int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big")
