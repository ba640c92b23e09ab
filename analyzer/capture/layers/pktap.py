"""Apple's PKTAP: interface and process of a packet, and behind it a frame of any link type (bsd/net/pktap.h)."""

from struct import unpack_from

from analyzer.capture.link import Carried, inside
from analyzer.capture.span import Span

_PACKET = 1


def read(span: Span) -> Carried | None:
    """What the frame carries: length of the header, type of the record and link type, in little-endian order."""
    if span.captured < 12:
        return None
    size, kind, link_type = unpack_from("<III", span.data, span.start)
    return inside(link_type, span, size) if kind == _PACKET and size >= 12 else None
