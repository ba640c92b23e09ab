"""Ethernet frames captured by Junos: magic number, flags, extensions perhaps, then the frame, or IP alone."""

from analyzer.capture.link import ETHERNET, IPV4, IPV6, Carried, inside
from analyzer.capture.span import Span

_MAGIC = b"MGC"
_NO_LINK_LAYER, _EXTENSIONS = 0x02, 0x80
_PROTOCOLS = {2: IPV4, 6: IPV6}


def read(span: Span) -> Carried | None:
    """What the frame carries; where Junos took the link layer off, a protocol number stands in its place."""
    data, at = span.data, span.start
    if span.captured < 6 or data[at : at + 3] != _MAGIC:
        return None
    flags, size = data[at + 3], 4
    if flags & _EXTENSIONS:
        size = 6 + int.from_bytes(data[at + 4 : at + 6], "big")
    if not flags & _NO_LINK_LAYER:
        return inside(ETHERNET, span, size)
    if span.captured < size + 4:
        return None
    ethertype = _PROTOCOLS.get(int.from_bytes(data[at + size : at + size + 4], "little"))
    return (ethertype, size + 4) if ethertype else None
