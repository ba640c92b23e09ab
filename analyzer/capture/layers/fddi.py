"""FDDI: frame control, two addresses, LLC."""

from analyzer.capture.link import LLC, Carried
from analyzer.capture.span import Span

_LLC_MASK, _LLC_FRAME = 0x30, 0x10  # of any priority, synchronous or not


def read(span: Span) -> Carried | None:
    """LLC, where the frame control says that it follows."""
    is_llc = span.captured >= 13 and span.data[span.start] & _LLC_MASK == _LLC_FRAME
    return (LLC, 13) if is_llc else None
