"""IP in UDP: behind a header of GUE (draft-ietf-intarea-gue), or as it is, on any port (its variant 1, Linux's FOU)."""

from struct import unpack_from

from analyzer.capture.link import IPV4, IPV6, MPLS, TRANSPARENT_ETHERNET, Carried
from analyzer.capture.network import (
    AH,
    ESP,
    ETHERNET_IN_IP,
    EXTENSION_HEADERS,
    GRE,
    ICMP,
    ICMPV6,
    IPV4_IN_IP,
    IPV6_IN_IP,
    MPLS_IN_IP,
    TCP,
    UDP,
)
from analyzer.capture.span import Span

HEAD = 60
"""Bytes of a payload that are looked at: the longest header of IPv4."""
_V4_HEAD, _V6_HEAD = 20, 40
_CONTROL = 0x20
_CARRIED = {IPV4_IN_IP: IPV4, IPV6_IN_IP: IPV6, MPLS_IN_IP: MPLS, ETHERNET_IN_IP: TRANSPARENT_ETHERNET}
_USUAL = EXTENSION_HEADERS | {AH, ESP, GRE, ICMP, ICMPV6, IPV4_IN_IP, IPV6_IN_IP, TCP, UDP}


def read(span: Span) -> Carried | None:
    """What the protocol number says behind a header of variant 0; IP as it is."""
    data, at = span.data, span.start
    ethertype = ip_by_form(data[at : min(at + HEAD, span.end)], span.wire_length)
    if ethertype is not None:
        return ethertype, 0
    if span.captured < 4 or data[at] >> 6 or data[at] & _CONTROL:
        return None
    carried = _CARRIED.get(data[at + 1])
    return (carried, 4 + (data[at] & 0x1F) * 4) if carried else None


def ip_by_form(head: bytes, length: int) -> int | None:
    """The ethertype of a payload of so many bytes that is an IP packet, as far as its form says; else None.

    Its length is the payload's, and the checksum of IPv4 is right, or what IPv6 carries is something usual.
    """
    if len(head) >= _V6_HEAD and head[0] >> 4 == 6:
        is_one = int.from_bytes(head[4:6], "big") == length - _V6_HEAD and head[6] in _USUAL and head[7]
        return IPV6 if is_one else None
    size = (head[0] & 15) * 4 if head else 0
    if len(head) < max(size, _V4_HEAD) or size < _V4_HEAD or head[0] >> 4 != 4:
        return None
    is_one = int.from_bytes(head[2:4], "big") == length and not sum(unpack_from(f">{size // 2}H", head)) % 0xFFFF
    return IPV4 if is_one else None
