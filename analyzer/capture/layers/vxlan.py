"""VXLAN (RFC 7348), also on ports of which nobody knows: header and inner frame are known by their form."""

from analyzer.capture.layers import vxlan_gpe
from analyzer.capture.link import IPV4, IPV6, TRANSPARENT_ETHERNET, VLAN_TAGS, Carried
from analyzer.capture.span import Span

_HAS_NETWORK, _HAS_PROTOCOL = 0x08, 0x04
PLAIN = b"\x08\0\0\0"
_ETHERTYPE_AT = 8 + 12
_INNER = frozenset(kind.to_bytes(2, "big") for kind in (IPV4, IPV6, *VLAN_TAGS))


def read(span: Span) -> Carried | None:
    """Ethernet behind eight bytes, or what VXLAN-GPE names, which some send to this port."""
    if span.captured >= 8 and span.data[span.start] & _HAS_PROTOCOL and span.data[span.start + 3]:
        return vxlan_gpe.read(span)
    return (TRANSPARENT_ETHERNET, 8) if span.captured >= 8 and span.data[span.start] & _HAS_NETWORK else None


def is_likely(payload: bytes) -> bool:
    """Whether the payload of a UDP packet between any ports is VXLAN with IP inside, as far as its form says.

    All that is reserved is zero, and an Ethernet frame of IP, or with a VLAN tag, stands behind it.
    """
    ethertype = payload[_ETHERTYPE_AT : _ETHERTYPE_AT + 2]
    return payload[:4] == PLAIN and payload[7:8] == b"\0" and ethertype in _INNER
