"""IPv4 and IPv6 headers, options and extension headers included (RFC 791, RFC 8200)."""

from struct import unpack_from
from typing import NamedTuple

from analyzer.capture.span import Span

# IANA's protocol numbers; a test holds them to dpkt's
ICMP, IPV4_IN_IP, TCP, UDP, IPV6_IN_IP, GRE, ESP, AH, ICMPV6 = 1, 4, 6, 17, 41, 47, 50, 51, 58
ETHERIP, PIM, MPLS_IN_IP, ETHERNET_IN_IP, NSH_IN_IP = 97, 103, 137, 143, 145
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, _MOBILITY, _HIP, _SHIM6 = 0, 43, 44, 60, 135, 139, 140

# Protocols that can carry IKE, or tell of it. Everything else is left alone at once, its fragments too.
RELEVANT = frozenset(
    (ICMP, IPV4_IN_IP, TCP, UDP, IPV6_IN_IP, GRE, ESP, AH, ICMPV6, ETHERIP, PIM, MPLS_IN_IP, ETHERNET_IN_IP, NSH_IN_IP)
)
EXTENSION_HEADERS = frozenset((HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS, _MOBILITY, _HIP, _SHIM6))


class Fragment(NamedTuple):
    """Where a fragment belongs: byte offset of its payload in the whole, and whether more follow it."""

    identification: int
    offset: int
    more: bool


class IpPacket(NamedTuple):
    """pair: packed source and destination address.

    payload begins behind the IP header and the extension headers that were read. hop: as of a Datagram.
    """

    pair: bytes
    protocol: int
    payload: Span
    fragment: Fragment | None
    hop: bytes = b""


class BadHeader(NamedTuple):
    """Why a header cannot be read."""

    offset: int
    expected: str
    found: str


def read_ipv4(span: Span) -> IpPacket | BadHeader | None:
    """An IPv4 packet; None where the capture ends inside its header."""
    if span.captured < 20:
        return None
    data, at = span.data, span.start
    first, total, identification, flags = unpack_from(">BxHHH", data, at)
    size = (first & 15) * 4
    if first >> 4 != 4 or size < 20:
        return BadHeader(at, "an IPv4 header of at least 20 bytes", f"first byte 0x{first:02x}")
    if total == 0:  # segmentation offload: the sending host captured it before the length was known
        total = span.wire_length
    if total < size:
        return BadHeader(at + 2, f"a total length of at least {size}", str(total))
    if span.captured < size:
        return None
    more, offset = bool(flags & 0x2000), (flags & 0x1FFF) * 8
    fragment = Fragment(identification, offset, more) if more or offset else None
    pair, hop = bytes(data[at + 12 : at + 20]), bytes(data[at + 4 : at + 12])
    return IpPacket(pair, data[at + 9], span.part(size, total - size), fragment, hop)


def read_ipv6(span: Span) -> IpPacket | BadHeader | None:
    """An IPv6 packet up to its first header that is no extension header, or to the first that says it is a fragment."""
    if span.captured < 40:
        return None
    data, at = span.data, span.start
    if data[at] >> 4 != 6:
        return BadHeader(at, "IP version 6", str(data[at] >> 4))
    length = int.from_bytes(data[at + 4 : at + 6], "big")
    payload = span.part(40, length) if length else span.skip(40)  # 0: jumbogram or segmentation offload
    return read_extensions(bytes(data[at + 8 : at + 40]), data[at + 6], payload, bytes(data[at + 7 : at + 8]))


def read_extensions(pair: bytes, protocol: int, span: Span, hop: bytes = b"") -> IpPacket | None:
    """The rest of an IPv6 packet from some next header on; None where the capture ends inside an extension header."""
    while protocol in EXTENSION_HEADERS:
        if span.captured < 8:
            return None
        following, size = span.data[span.start], 8
        if protocol == FRAGMENT:
            offset, identification = unpack_from(">2xHI", span.data, span.start)
            fragment = Fragment(identification, offset & 0xFFF8, bool(offset & 1))
            if fragment.offset or fragment.more:  # else an atomic fragment (RFC 6946): whole
                return IpPacket(pair, following, span.skip(8), fragment, hop)
        else:
            size = 8 + span.data[span.start + 1] * 8
            if span.captured < size:
                return None
        protocol, span = following, span.skip(size)
    return IpPacket(pair, protocol, span, None, hop)
