"""ICMP and ICMPv6 errors that quote a datagram of an IKE port (RFC 792, RFC 4443, RFC 4884)."""

from analyzer.capture import natt
from analyzer.capture.datagram import IcmpError
from analyzer.capture.network import ICMP, UDP, BadHeader, IpPacket, read_ipv4, read_ipv6
from analyzer.capture.span import Span
from analyzer.capture.transport import Transport

_UNREACHABLE_V4 = {
    0: "net-unreachable",
    1: "host-unreachable",
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
ERRORS_V4 = frozenset((3, 4, 5, 11, 12))
ERRORS_V6 = frozenset((1, 2, 3, 4))


def read_error(packet: IpPacket, frame_number: int, time_ns: int | None, transport: Transport) -> IcmpError | None:
    """The error that an ICMP or ICMPv6 packet reports, if it quotes UDP with an IKE port."""
    span = packet.payload
    version = 4 if packet.protocol == ICMP else 6
    if span.captured < 8 or span.data[span.start] not in (ERRORS_V4 if version == 4 else ERRORS_V6):
        return None
    icmp_type, code = span.data[span.start], span.data[span.start + 1]
    quoted = _quoted_udp(version, span)
    if quoted is None:
        return None
    key, head = quoted
    message = _isakmp_bytes(head, transport.service(key[-4:]))
    if message is None:
        return None
    kind, mtu = _meaning(version, icmp_type, code, bytes(span.data[span.start + 4 : span.start + 8]))
    source, destination = transport.ledger.addresses.pair(key[:-4])
    ports = int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")
    reporter = transport.ledger.addresses.pair(packet.pair)[0]
    return IcmpError(
        frame_number, time_ns, reporter, icmp_type, code, kind, mtu, source, ports[0], destination, ports[1], message
    )


def _quoted_udp(version: int, span: Span) -> tuple[bytes, Span] | None:
    """Key and payload of the quoted UDP datagram; the payload may have been quoted down to nothing."""
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
    if inner is None or isinstance(inner, BadHeader) or inner.protocol != UDP:
        return None
    if (inner.fragment and inner.fragment.offset) or inner.payload.captured < 4:
        return None
    udp = inner.payload
    key = inner.pair + bytes(udp.data[udp.start : udp.start + 4])
    if udp.captured < 8:
        return key, Span(udp.data, udp.end, udp.end, udp.missing, in_frame=udp.in_frame)
    length = int.from_bytes(udp.data[udp.start + 4 : udp.start + 6], "big")
    return key, udp.part(8, length - 8) if length >= 8 else udp.skip(8)


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
        return ("time-exceeded" if icmp_type == 11 else "other"), None
    if icmp_type == 2:
        return "fragmentation-needed", int.from_bytes(rest, "big") or None
    if icmp_type == 1:
        return _UNREACHABLE_V6.get(code, "other"), None
    return ("time-exceeded" if icmp_type == 3 else "other"), None
