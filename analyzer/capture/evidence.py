"""What stands around a message in its frame: VLANs, tunnels, interface, MAC addresses, TTL, DSCP, IP identification.

Read on request only, packet by packet: an injected message shows by what its neighbours do not have. Of a message that
several frames carry it is what the frame has that it is named by.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, NamedTuple

from analyzer.capture import layers, link
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram
from analyzer.capture.decoder import Item, Packet, PacketDecoder, in_udp
from analyzer.capture.formats import Container
from analyzer.capture.fragments import Partial
from analyzer.capture.ip_tunnels import gre_key_at, read_gre
from analyzer.capture.ledger import Ledger
from analyzer.capture.network import (
    ETHERIP,
    ETHERNET_IN_IP,
    GRE,
    IPV4_IN_IP,
    IPV6_IN_IP,
    MPLS_IN_IP,
    NSH_IN_IP,
    PIM,
    TCP,
    UDP,
    IpPacket,
)
from analyzer.capture.notes import plain
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.span import Span
from analyzer.vocabulary import Direction

MAX_BEGUN: Final = 1 << 14  # first fragments that wait for the others
MAX_TTLS: Final = 16  # of one end of a flow
_IN_IP: Final = {
    GRE: "GRE",
    ETHERIP: "EtherIP",
    IPV4_IN_IP: "IPv4 in IP",
    IPV6_IN_IP: "IPv6 in IP",
    MPLS_IN_IP: "MPLS in IP",
    ETHERNET_IN_IP: "Ethernet in IP",
    NSH_IN_IP: "NSH in IP",
    PIM: "PIM register",
}
_NETWORK_IDS: Final = {"vxlan": "VNI", "vxlan_gpe": "VNI", "geneve": "VNI"}
_DIRECTIONS: Final[dict[int | None, Direction]] = {1: "inbound", 2: "outbound"}
_COOKED, _COOKED_2 = 113, 276  # link types
_KEY_PRESENT: Final = 0x2000  # of GRE
_MAC: Final = 6


class Evidence(NamedTuple):
    """Of one frame. vlan, tunnel: outer first. tunnel_id: VNI, TEID or key of the innermost tunnel that has one.

    outer_src_ip, outer_dst_ip: of the outermost IP header, where the message has another one. ttl, dscp, ip_id: of its
    own; ttl is IPv6's hop limit, ip_id of IPv4 alone. None: it has none, or the frame does not hold it.
    """

    vlan: tuple[int, ...] = ()
    tunnel: tuple[str, ...] = ()
    tunnel_id: int | None = None
    outer_src_ip: str | None = None
    outer_dst_ip: str | None = None
    interface: str | None = None
    direction: Direction | None = None
    src_mac: str | None = None
    dst_mac: str | None = None
    ttl: int | None = None
    dscp: int | None = None
    ip_id: int | None = None


NOTHING: Final = Evidence()
Ends = tuple[str, int | None, str, int | None, bool]  # source, destination, whether over TCP


@dataclass(slots=True)
class Seen:
    """Evidence by frame, of those that carry messages or begin a flow; and TTLs by the ends of their messages.

    container: of the file that is read, which describes its interfaces.
    """

    container: Container
    frames: dict[int, Evidence] = field(default_factory=dict)
    ttls: dict[Ends, dict[int, None]] = field(default_factory=dict)


class _Header(NamedTuple):
    """Of one IP header."""

    source: str
    destination: str
    ttl: int
    dscp: int
    ip_id: int | None


class EvidenceDecoder(PacketDecoder):
    """Reads packets as always, and notes what is around the messages in them."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage, seen: Seen) -> None:
        super().__init__(ports, ledger, damage)
        self._seen = seen
        self._headers: list[_Header] = []
        self._vlans: list[int] = []
        self._tunnels: list[str] = []
        self._tunnel_id: int | None = None
        self._under: IpPacket | None = None
        self._packet: Packet | None = None
        self._flows = 0
        self._waiting: dict[int, Evidence] = {}

    def decode(self, packet: Packet) -> list[Item | Partial]:
        """The same, noted."""
        self._headers, self._vlans, self._tunnels = [], [], []
        self._tunnel_id, self._under, self._packet = None, None, packet
        items = super().decode(packet)
        flows = self.transport.ledger.listed
        if flows > self._flows or any(i.frame_number == packet.frame_number for i in items if isinstance(i, Datagram)):
            self._seen.frames[packet.frame_number] = self._evidence()
        self._flows = flows
        for item in items:
            if isinstance(item, Datagram):
                self._note_ttl(item)
        return items

    def _note_ttl(self, item: Datagram) -> None:
        evidence = self._seen.frames.get(item.frame_number)
        if evidence is not None and evidence.ttl is not None:
            ends = item.src_ip, item.src_port, item.dst_ip, item.dst_port, item.transport == "tcp"
            ttls = self._seen.ttls.setdefault(ends, {})
            if len(ttls) < MAX_TTLS:
                ttls[evidence.ttl] = None

    def _begun(self, partial: Partial) -> None:
        """A first fragment: what is around it is asked for if the others do not come."""
        super()._begun(partial)
        if len(self._waiting) >= MAX_BEGUN:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[partial.frame_number] = self._evidence()

    def _abandoned(self, partial: Partial) -> bool:
        found = super()._abandoned(partial)
        evidence = self._waiting.pop(partial.frame_number, None)
        for item in partial.read:
            if evidence is not None and isinstance(item, Datagram):
                self._seen.frames[item.frame_number] = evidence
        return found

    def _network(self, carried: tuple[int, Span] | None, depth: int) -> None:
        if carried is not None and carried[0] in (link.IPV4, link.IPV6):
            ethertype, span = carried
            if self._under is not None:
                self._tunnel(self._under)
            elif not self._headers and self._packet is not None and self._packet.link_type is not None:
                frame = Span(self._packet.data, 0, len(self._packet.data), 0, in_frame=True)
                self._note_vlans(link.layers_of(self._packet.link_type, frame))
            header = _header(ethertype, span)
            if header is not None:
                self._headers.append(header)
        super()._network(carried, depth)

    def _protocol(self, packet: IpPacket, depth: int) -> None:
        self._under = packet
        super()._protocol(packet, depth)

    def _tunnel(self, packet: IpPacket) -> None:
        """Note what brought us from one IP header to the next."""
        name, number, carried = _IN_IP.get(packet.protocol, ""), None, None
        span = packet.payload
        if packet.protocol == UDP and span.captured >= 8:
            inside = span.skip(8)
            found = in_udp(bytes(span.data[span.start : span.start + 4]), inside)
            if found is None:
                return
            module = found[0]
            name = layers.NAMES.get(module, module)
            read = layers.reader(module)(inside)
            carried = None if read is None else (read[0], inside.skip(read[1]))
            named = _identifier(module, inside)
            name, number = (f"{name} {named[0]} {named[1]}", named[1]) if named else (name, None)
        elif packet.protocol == GRE:
            carried, number = read_gre(span), _gre_key(span)
            name += f" key {number}" if number is not None else ""
        if carried is not None:
            self._note_vlans(link.layers_from(*carried))
        if name:
            ends = f" {self._headers[-1].source} > {self._headers[-1].destination}" if self._headers else ""
            self._tunnels.append(name + ends)
            self._tunnel_id = self._tunnel_id if number is None else number

    def _note_vlans(self, found: Iterator[tuple[int, Span]]) -> None:
        for ethertype, span in found:
            if ethertype in link.VLAN_TAGS and span.captured >= 2:
                self._vlans.append(int.from_bytes(span.data[span.start : span.start + 2], "big") & 0xFFF)

    def _evidence(self) -> Evidence:
        headers, packet = self._headers, self._packet
        if packet is None:
            return NOTHING
        own = headers[-1] if headers else None
        outer = headers[0] if len(headers) > 1 else None
        return Evidence(
            tuple(self._vlans),
            tuple(self._tunnels),
            self._tunnel_id,
            outer.source if outer else None,
            outer.destination if outer else None,
            self._interface(packet.interface),
            _DIRECTIONS.get(self._seen.container.direction) if isinstance(self._seen.container, PcapNg) else None,
            *_macs(packet),
            own.ttl if own else None,
            own.dscp if own else None,
            own.ip_id if own else None,
        )

    def _interface(self, number: int) -> str | None:
        """The name of an interface, or its number."""
        if not isinstance(self._seen.container, PcapNg) or number >= len(self._seen.container.interfaces):
            return None
        return plain(self._seen.container.interfaces[number].name) or str(number)


def _header(ethertype: int, span: Span) -> _Header | None:
    """What an IP header says of itself; None where it is not whole."""
    data, at = span.data, span.start
    if ethertype == link.IPV4 and span.captured >= 20:
        source, destination = _text(data[at + 12 : at + 16]), _text(data[at + 16 : at + 20])
        identification = int.from_bytes(data[at + 4 : at + 6], "big")
        return _Header(source, destination, data[at + 8], data[at + 1] >> 2, identification)
    if ethertype == link.IPV6 and span.captured >= 40:
        source, destination = _text(data[at + 8 : at + 24]), _text(data[at + 24 : at + 40])
        return _Header(source, destination, data[at + 7], int.from_bytes(data[at : at + 2], "big") >> 6 & 0x3F, None)
    return None


def _text(address: bytes | bytearray | memoryview) -> str:
    return str(ip_address(bytes(address)))


def _identifier(module: str, span: Span) -> tuple[str, int] | None:
    """What a tunnel in UDP calls the network it carries: VNI, TEID."""
    data, at = span.data, span.start
    if span.captured < 8:
        return None
    if module in _NETWORK_IDS:
        return _NETWORK_IDS[module], int.from_bytes(data[at + 4 : at + 7], "big")
    return ("TEID", int.from_bytes(data[at + 4 : at + 8], "big")) if module == "gtp_u" else None


def _gre_key(span: Span) -> int | None:
    """The key of GRE (RFC 2890), which stands behind the checksum, where there is one; not of version 1."""
    data, at = span.data, span.start
    flags = int.from_bytes(data[at : at + 2], "big") if span.captured >= 4 else 0
    if not flags & _KEY_PRESENT or flags & 7:
        return None
    place = at + gre_key_at(flags)
    return int.from_bytes(data[place : place + 4], "big") if place + 4 <= span.end else None


def _macs(packet: Packet) -> tuple[str | None, str | None]:
    """Source and destination of the link layer, where it is Ethernet; of Linux's cooked captures the source."""
    data = packet.data
    if packet.link_type == link.ETHERNET and len(data) >= 2 * _MAC:
        return data[_MAC : 2 * _MAC].hex(":"), data[:_MAC].hex(":")
    place = {_COOKED: (5, 6), _COOKED_2: (11, 12)}.get(packet.link_type or 0)  # of the length, of the address
    if place is not None and len(data) >= place[1] + _MAC and data[place[0]] == _MAC:
        return data[place[1] : place[1] + _MAC].hex(":"), None
    return None, None


@lru_cache(maxsize=4096)
def community_id(
    source: str, source_port: int | None, destination: str, destination_port: int | None, kind: int
) -> str:
    """The Community ID of a flow, version 1 with seed 0: the same in Zeek, Suricata and others.

    github.com/corelight/community-id-spec. kind: the number of the IP protocol; ports: None where it has none.
    """
    ends = sorted(
        (ip_address(ip).packed, b"" if port is None else port.to_bytes(2, "big"))
        for ip, port in ((source, source_port), (destination, destination_port))
    )
    (low, low_port), (high, high_port) = ends
    hashed = bytes(2) + low + high + bytes((kind, 0)) + low_port + high_port
    return "1:" + b64encode(hashlib.sha1(hashed, usedforsecurity=False).digest()).decode("ascii", "replace")


PROTOCOLS: Final = {"udp": UDP, "udp-4500": UDP, "tcp": TCP, "esp": 50, "ah": 51}
"""Numbers of the IP protocol, by the transport of messages and flows."""
