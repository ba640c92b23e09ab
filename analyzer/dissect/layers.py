"""The headers around a message in its frame, field by field: link layer, VLAN tags, IP and what it carries.

For people who look at one frame, and loaded for them only. The definitions of the headers are dpkt's; where each begins
is what the readers in `capture/` say, by which the analyzer goes. A header that the capture cuts is left out, and what
stands between headers that are known here is shown as bytes.
"""

from collections.abc import Callable, Iterator
from struct import calcsize
from typing import Any, Final

from dpkt import ah, dpkt, esp, ethernet, gre, icmp, icmp6, ip, ip6, sll, sll2, tcp, udp
from dpkt.utils import inet_to_str, mac_to_str

from analyzer.capture import Frame, layers, natt
from analyzer.capture import network as known
from analyzer.capture.decoder import IN_IP, in_udp
from analyzer.capture.ip_tunnels import TUNNELS
from analyzer.capture.link import IPV4, IPV6, VLAN_TAGS, from_ethertype, to_network
from analyzer.capture.span import Span
from analyzer.dissect.frames import Dissection
from analyzer.isakmp import Node, registry

Class = type[dpkt.Packet]

_MOST: Final = 16  # IP headers in a frame
_UDP_HEADER: Final = 8
_ADDRESSES: Final = "source_address destination_address"
_IPV4: Final = (
    "version_and_length type_of_service total_length identification flags_and_offset time_to_live protocol checksum "
    + _ADDRESSES
)
_IPV6: Final = "version_class_and_flow payload_length next_header hop_limit " + _ADDRESSES
_PORTS: Final = "source_port destination_port "
_TCP: Final = "sequence_number acknowledgment_number offset_and_flags window checksum urgent_pointer"
# Name of a header, its document, and the names that this gives its fields, in their order
_HEADERS: Final[dict[Class, tuple[str, str, str]]] = {
    ethernet.Ethernet: ("ethernet", "IEEE 802.3", "destination source ethertype"),
    ethernet.VLANtag8021Q: ("vlan_tag", "IEEE 802.1Q", "tag_control_information ethertype"),
    sll.SLL: ("linux_cooked", "LINKTYPE_LINUX_SLL", "packet_type arphrd length address ethertype"),
    sll2.SLL2: (
        "linux_cooked",
        "LINKTYPE_LINUX_SLL2",
        "ethertype reserved interface arphrd packet_type length address",
    ),
    ip.IP: ("ipv4", "RFC 791", _IPV4),
    ip6.IP6: ("ipv6", "RFC 8200", _IPV6),
    gre.GRE: ("gre", "RFC 2784", "flags_and_version ethertype"),
    udp.UDP: ("udp", "RFC 768", _PORTS + "length checksum"),
    tcp.TCP: ("tcp", "RFC 9293", _PORTS + _TCP),
    esp.ESP: ("esp", "RFC 4303", "spi sequence_number"),
    ah.AH: ("ah", "RFC 4302", "next_header payload_length reserved spi sequence_number"),
    icmp.ICMP: ("icmp", "RFC 792", "type code checksum"),
    icmp6.ICMP6: ("icmpv6", "RFC 4443", "type code checksum"),
}
_LINKS: Final[dict[int, Class]] = {1: ethernet.Ethernet, 113: sll.SLL, 276: sll2.SLL2}
_CARRIED: Final[dict[int, Class]] = {
    known.UDP: udp.UDP,
    known.TCP: tcp.TCP,
    known.ESP: esp.ESP,
    known.AH: ah.AH,
    known.ICMP: icmp.ICMP,
    known.ICMPV6: icmp6.ICMP6,
}
_ETHERTYPES: Final = {IPV4: "IPv4", IPV6: "IPv6"} | dict.fromkeys(VLAN_TAGS, "VLAN tag")
_TCP_FLAGS: Final = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
_IN_HEX: Final = frozenset(("checksum", "spi", "ethertype", "tag_control_information"))


def frame_headers(frame: Frame) -> Dissection | None:
    """The headers of a frame as one tree; None where they are not known."""
    found = headers(frame)
    if not found:
        return None
    end = found[-1].offset + found[-1].length
    return Dissection("Headers of the frame", Node("frame", 0, end, children=found), frame.data[:end], 0)


def headers(frame: Frame) -> list[Node]:
    """Each header as a tree, in order; offsets count from the frame's beginning."""
    span = Span(frame.data, 0, len(frame.data), max(0, frame.original_length - len(frame.data)), in_frame=True)
    if frame.link_type is None:
        return []
    network = to_network(frame.link_type, span)
    begin = len(frame.data) if network is None else network[1].start
    found = list(_link(frame, begin))
    if network is not None:
        at = found[-1].offset + found[-1].length if found else 0
        if at < begin:
            found.append(_bytes("link_layer", frame.data, at, begin))
        found += _network(*network)
    return found


def _link(frame: Frame, begin: int) -> Iterator[Node]:
    """The link layer's header, and the VLAN tags behind it."""
    kind, at = _LINKS.get(frame.link_type or 0), 0
    while kind is not None and at + kind.__hdr_len__ <= begin:
        node = _header(kind, frame.data, at)
        yield node
        at += node.length
        ethertype = node.field("ethertype")
        kind = ethernet.VLANtag8021Q if ethertype is not None and ethertype.number in VLAN_TAGS else None


def _network(ethertype: int, span: Span) -> Iterator[Node]:
    """IP, and what stands behind it, as far as it is known; what is tunnelled too."""
    for _ in range(_MOST):
        if ethertype not in (IPV4, IPV6):  # a layer that is not opened
            return
        version4 = ethertype == IPV4
        packet = known.read_ipv4(span) if version4 else known.read_ipv6(span)
        if packet is None or isinstance(packet, known.BadHeader):
            return
        kind = ip.IP if version4 else ip6.IP6
        yield _header(kind, span.data, span.start)
        at = span.start + kind.__hdr_len__
        if at < packet.payload.start:
            yield _bytes("options" if version4 else "extension_headers", span.data, at, packet.payload.start)
        if packet.fragment is not None and packet.fragment.offset:
            return
        inner = _inner(packet)
        if inner is None:
            yield from _carried(packet)
            return
        name, (ethertype, inside) = inner
        at, kind = packet.payload.start, {known.UDP: udp.UDP, known.GRE: gre.GRE}.get(packet.protocol)
        if kind is not None and inside.start - at >= kind.__hdr_len__:
            yield _header(kind, span.data, at)
            at += kind.__hdr_len__
        if at < inside.start:
            yield _bytes("tunnel_header", span.data, at, inside.start, meaning=name)
        span = inside


def _inner(packet: known.IpPacket) -> tuple[str, tuple[int, Span]] | None:
    """The name of a tunnel in an IP packet, and the IP packet inside."""
    payload, protocol = packet.payload, packet.protocol
    if protocol in IN_IP:
        inner = from_ethertype(IN_IP[protocol], payload)
        return (registry.name("ip-protocols", protocol), inner) if inner else None
    if protocol in TUNNELS:
        carried = TUNNELS[protocol](payload)
        inner = from_ethertype(*carried) if carried else None
        return (registry.name("ip-protocols", protocol), inner) if inner else None
    if protocol != known.UDP or payload.captured < _UDP_HEADER:
        return None
    ports, behind = payload.data[payload.start : payload.start + 4], payload.skip(_UDP_HEADER)
    if _kind(ports, behind.data[behind.start : behind.end], behind.wire_length) != natt.NOTHING:
        return None
    tunnel = in_udp(ports, behind)
    return (layers.NAMES[tunnel[0]], tunnel[1]) if tunnel and tunnel[1] else None


def _carried(packet: known.IpPacket) -> Iterator[Node]:
    kind, payload = _CARRIED.get(packet.protocol), packet.payload
    if kind is None or payload.captured < kind.__hdr_len__:
        return
    node = _header(kind, payload.data, payload.start)
    yield node
    behind = payload.start + node.length
    if kind is udp.UDP:
        yield from _behind_udp(node, packet)
    if kind is ah.AH:
        size = (payload.data[payload.start + 1] + 2) * 4  # RFC 4302 section 2.2
        if node.length < size <= payload.captured:
            yield _bytes("icv", payload.data, behind, payload.start + size, "RFC 4302")
    if kind is tcp.TCP:
        size = (payload.data[payload.start + 12] >> 4) * 4
        if node.length < size <= payload.captured:
            yield _bytes("options", payload.data, behind, payload.start + size)


def _behind_udp(header: Node, packet: known.IpPacket) -> Iterator[Node]:
    """The non-ESP marker or the ESP header that a UDP payload begins with.

    On other ports than 4500 a marker is one if ISAKMP stands behind it, and nothing is ESP.
    """
    span, at = packet.payload, header.offset + header.length
    payload, length = span.data[at : span.end], span.wire_length - header.length
    if packet.fragment is not None:  # the first of several: only UDP says how long they are together
        length = (header.children[2].number or 0) - header.length
    kind = _kind(span.data[header.offset : header.offset + 4], payload, length)
    if kind == natt.MARKED_IKE:
        yield _bytes("non_esp_marker", span.data, at, at + len(natt.NON_ESP_MARKER), "RFC 3948")
    elif kind == natt.ESP and len(payload) >= esp.ESP.__hdr_len__:
        yield _header(esp.ESP, span.data, at)


def _kind(ports: bytes, payload: bytes, length: int) -> int:
    """What a UDP payload is (natt.py); the ports that were asked for are not known here."""
    is_nat_t = natt.NAT_T_PORT in (int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big"))
    return natt.classify(payload, length, natt.NAT_T if is_nat_t else natt.UNLISTED)


def _header(kind: Class, data: bytes, at: int) -> Node:
    """One header, all bytes of which are there. Only dpkt's own part of it is read: the rest has other readers."""
    name, reference, names = _HEADERS[kind]
    packet = kind()
    dpkt.Packet.unpack(packet, data[at : at + kind.__hdr_len__])
    node = Node(name, at, kind.__hdr_len__, reference=reference)
    for title, (field, form, _) in zip(names.split(), kind.__hdr__, strict=True):
        size = calcsize(form)
        value = getattr(packet, field) if not field.startswith("_") else data[at : at + size]
        node.children.append(_field(title, at, size, value, packet))
        at += size
    return node


def _field(name: str, at: int, size: int, value: Any, packet: Any) -> Node:
    node = Node(name, at, size)
    if name.endswith("_address"):
        node.value = inet_to_str(value)
    elif name in ("destination", "source"):
        node.value = mac_to_str(value)
    elif isinstance(value, bytes):
        node.value = f"0x{value.hex()}"
        node.meaning = _MEANING[name](packet) if name in _MEANING else ""
    else:
        node.number = value
        node.value = f"0x{value:0{2 * size}x}" if name in _IN_HEX else str(value)
        if name == "ethertype":
            node.meaning = _ETHERTYPES.get(value, "")
        elif name in ("protocol", "next_header"):
            node.meaning = registry.name("ip-protocols", value) if value else "hop-by-hop options"
    return node


def _bytes(name: str, data: bytes, start: int, end: int, reference: str = "", meaning: str = "") -> Node:
    return Node(name, start, end - start, data[start:end].hex(), meaning=meaning, reference=reference)


def _ip_flags(packet: Any) -> str:
    flags = [text for text, is_set in (("do not fragment", packet.df), ("more fragments", packet.mf)) if is_set]
    return ", ".join([*flags, *([f"offset {packet.offset * 8}"] if packet.offset or packet.mf else [])]) or "none"


def _tcp_flags(packet: Any) -> str:
    names = [name for bit, name in enumerate(_TCP_FLAGS) if packet.flags >> bit & 1]
    return f"header of {packet.off * 4} bytes, {', '.join(names) or 'no flag'}"


_MEANING: Final[dict[str, Callable[[Any], str]]] = {
    "version_and_length": lambda packet: f"version {packet.v}, header of {packet.hl * 4} bytes",
    "flags_and_offset": _ip_flags,
    "version_class_and_flow": lambda packet: f"version {packet.v}, traffic class {packet.fc}, flow label {packet.flow}",
    "offset_and_flags": _tcp_flags,
    "tag_control_information": lambda packet: f"VLAN {packet.id}, priority {packet.pri}",
}
