"""Token Ring (IEEE 802.5): access control, frame control, two addresses, a route perhaps, LLC."""

from analyzer.capture.link import LLC, Carried
from analyzer.capture.span import Span

_HAS_ROUTE, _ROUTE_LENGTH = 0x80, 0x1F


def read(span: Span) -> Carried | None:
    """LLC, where the frame control says that it follows."""
    data, at = span.data, span.start
    if span.captured < 15 or data[at + 1] >> 6 != 1:
        return None
    size = 14
    if data[at + 8] & _HAS_ROUTE:
        size += data[at + 14] & _ROUTE_LENGTH
    return (LLC, size) if span.captured >= size else None
