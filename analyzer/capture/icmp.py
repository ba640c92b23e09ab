"""ICMP and ICMPv6 errors that quote a datagram of an IKE port, ESP, AH, or a later IP fragment of one.

RFC 792, RFC 4443, RFC 4884.
"""

from typing import NamedTuple

from analyzer.capture import natt
from analyzer.capture.datagram import IcmpError
from analyzer.capture.network import AH, ESP, ICMP, TCP, UDP, BadHeader, IpPacket, read_ipv4, read_ipv6
from analyzer.capture.span import Span
from analyzer.capture.transport import Transport

_UNREACHABLE_V4 = {
    0: "net-unreachable",
    1: "host-unreachable",
    2: "protocol-unreachable",
    3: "port-unreachable",
    4: "fragmentation-needed",
    6: "net-unreachable",
    7: "host-unreachable",
    9: "admin-prohibited",
    10: "admin-prohibited",
    11: "net-unreachable",
    12: "host-unreachable",
    13: "admin-prohibited",
}
_UNREACHABLE_V6 = {
    0: "net-unreachable",
    1: "admin-prohibited",
    3: "host-unreachable",
    4: "port-unreachable",
    5: "admin-prohibited",
    6: "admin-prohibited",
}
_TIMES = {1: "reassembly-timeout"}  # codes of time exceeded, the same of ICMP and ICMPv6
_UNKNOWN_HEADER = 1  # code of ICMPv6's parameter problem: no protocol unreachable of its own
_LEAST_SPI = 256
ERRORS_V4 = frozenset((3, 4, 5, 11, 12))
ERRORS_V6 = frozenset((1, 2, 3, 4))


def read_error(packet: IpPacket, frame_number: int, time_ns: int | None, transport: Transport) -> IcmpError | None:
    """The error that an ICMP or ICMPv6 packet reports, if it quotes UDP with an IKE port, ESP, AH or a fragment."""
    span = packet.payload
    version = 4 if packet.protocol == ICMP else 6
    if span.captured < 8 or span.data[span.start] not in (ERRORS_V4 if version == 4 else ERRORS_V6):
        return None
    inner = quoted_packet(version, span)
    found = None if inner is None else _about(inner, transport)
    if inner is None or found is None:
        return None
    icmp_type, code = span.data[span.start], span.data[span.start + 1]
    kind, mtu = _meaning(version, icmp_type, code, bytes(span.data[span.start + 4 : span.start + 8]))
    source, destination = transport.ledger.addresses.pair(inner.pair)
    reporter = transport.ledger.addresses.pair(packet.pair)[0]
    ends = source, found.ports[0], destination, found.ports[1]
    head = frame_number, time_ns, reporter, icmp_type, code, kind, mtu
    return IcmpError(*head, *ends, found.message, found.protocol, found.spi)


class TcpError(NamedTuple):
    """An error about a TCP segment. key: its address pair and ports; sequence: its number; kind: as of an IcmpError."""

    key: bytes
    sequence: int
    kind: str


def read_tcp_error(packet: IpPacket) -> TcpError | None:
    """What an ICMP or ICMPv6 packet reports of a TCP segment, if it quotes one as far as its sequence number."""
    span, version = packet.payload, 4 if packet.protocol == ICMP else 6
    at = 8 + (9 if version == 4 else 6)  # of the quoted packet's protocol
    if span.captured <= at or span.data[span.start + at] != TCP:
        return None
    inner = quoted_packet(version, span)
    if inner is None or inner.protocol != TCP or inner.fragment is not None or inner.payload.captured < 8:
        return None
    quoted, start = inner.payload.data, inner.payload.start
    kind, _ = _meaning(version, span.data[span.start], span.data[span.start + 1], bytes(4))
    key = inner.pair + bytes(quoted[start : start + 4])
    return TcpError(key, int.from_bytes(quoted[start + 4 : start + 8], "big"), kind)


class _About(NamedTuple):
    """What a quotation shows, as in IcmpError."""

    protocol: str
    ports: tuple[int | None, int | None] = (None, None)
    message: bytes = b""
    spi: str | None = None


def quoted_packet(version: int, span: Span) -> IpPacket | None:
    """The quoted packet, of which often no more than 8 bytes stand behind its IP header."""
    # RFC 4884: where extensions follow the quoted datagram, its length is given, in 32-bit words (ICMP) or 64-bit
    # words (ICMPv6).
    icmp_type, at = span.data[span.start], span.start
    quoted = span.skip(8)
    if version == 4 and icmp_type in (3, 11, 12):
        limit = span.data[at + 5] * 4
    elif version == 6 and icmp_type in (1, 3):
        limit = span.data[at + 4] * 8
    else:
        limit = 0
    if limit:
        quoted = quoted.part(0, limit)
    inner = read_ipv4(quoted) if version == 4 else read_ipv6(quoted)
    return None if isinstance(inner, BadHeader) else inner


def _about(inner: IpPacket, transport: Transport) -> _About | None:
    """None: it is no packet of IKE or IPsec, as far as can be seen."""
    if inner.fragment and inner.fragment.offset:
        return _About("fragment") if inner.protocol in (UDP, ESP, AH) else None
    if inner.protocol in (ESP, AH):
        return _about_ipsec(inner.payload, inner.protocol)
    if inner.protocol != UDP or inner.payload.captured < 4:
        return None
    ports, head = _quoted_udp(inner.payload)
    service = transport.service(ports)
    message = _isakmp_bytes(head, service)
    if message is None:
        return None
    spi = None if message or service != natt.NAT_T else _spi(head, 0)
    return _About("udp", (int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big")), message, spi)


def _about_ipsec(content: Span, protocol: int) -> _About | None:
    """ESP (RFC 4303 section 2) begins with its SPI; in AH (RFC 4302 section 2) it stands behind four bytes."""
    spi = _spi(content, 0 if protocol == ESP else 4)
    return None if spi is None else _About("esp" if protocol == ESP else "ah", spi=spi)


def _spi(content: Span, at: int) -> str | None:
    """The SPI at this place; None where it is not captured, or no SPI: 0 is the non-ESP marker, below 256 reserved."""
    if content.captured < at + 4:
        return None
    value = bytes(content.data[content.start + at : content.start + at + 4])
    return value.hex() if int.from_bytes(value, "big") >= _LEAST_SPI else None


def _quoted_udp(udp: Span) -> tuple[bytes, Span]:
    """Ports and payload of the quoted UDP datagram; the payload may have been quoted down to nothing."""
    ports = bytes(udp.data[udp.start : udp.start + 4])
    if udp.captured < 8:
        return ports, Span(udp.data, udp.end, udp.end, udp.missing, in_frame=udp.in_frame)
    length = int.from_bytes(udp.data[udp.start + 4 : udp.start + 6], "big")
    return ports, udp.part(8, length - 8) if length >= 8 else udp.skip(8)


def _isakmp_bytes(quoted: Span, service: int) -> bytes | None:
    """What is quoted of the ISAKMP message; nothing of it where the datagram is ESP or a keepalive on an IKE port.

    None: it is not IKE.
    """
    payload = bytes(quoted.data[quoted.start : quoted.end])
    kind = natt.classify(payload, quoted.wire_length, service)
    if kind == natt.MARKED_IKE:
        return payload[4:]
    if kind == natt.IKE:
        return payload
    return b"" if service else None


def _meaning(version: int, icmp_type: int, code: int, rest: bytes) -> tuple[str, int | None]:
    """Kind of the error, and the path MTU that it reports (0 means that the router does not say, RFC 1191)."""
    if version == 4:
        if icmp_type == 3:
            kind = _UNREACHABLE_V4.get(code, "other")
            return kind, (int.from_bytes(rest[2:], "big") or None) if code == 4 else None
        return _TIMES.get(code, "time-exceeded") if icmp_type == 11 else "other", None
    if icmp_type == 2:
        return "fragmentation-needed", int.from_bytes(rest, "big") or None
    if icmp_type == 1:
        return _UNREACHABLE_V6.get(code, "other"), None
    if icmp_type == 4:
        return "protocol-unreachable" if code == _UNKNOWN_HEADER else "other", None
    return _TIMES.get(code, "time-exceeded") if icmp_type == 3 else "other", None
