"""Per-Packet Information (PPI): a list of what is known about a frame, and behind it a frame of any link type."""

from struct import unpack_from

from analyzer.capture.link import Carried, inside
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """What the frame carries: version, flags, length of all of the list, and link type, in little-endian order."""
    if span.captured < 8 or span.data[span.start]:
        return None
    size, link_type = unpack_from("<HI", span.data, span.start + 2)
    return inside(link_type, span, size) if size >= 8 else None
