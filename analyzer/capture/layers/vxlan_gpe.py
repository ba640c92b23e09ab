"""VXLAN with a next protocol (draft-ietf-nvo3-vxlan-gpe)."""

from analyzer.capture.layers.nsh import NEXT
from analyzer.capture.link import TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span

_HAS_PROTOCOL = 0x04


def read(span: Span) -> Carried | None:
    """What the next protocol says, behind eight bytes; Ethernet where there is none."""
    if span.captured < 8:
        return None
    if not span.data[span.start] & _HAS_PROTOCOL:
        return TRANSPARENT_ETHERNET, 8
    ethertype = NEXT.get(span.data[span.start + 3])
    return (ethertype, 8) if ethertype else None
