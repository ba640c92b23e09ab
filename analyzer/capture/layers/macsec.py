"""MACsec (IEEE 802.1AE) that protects integrity only: the frame's content is in the clear behind the security tag."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span

_VERSION, _HAS_CHANNEL, _ENCRYPTED, _CHANGED = 0x80, 0x20, 0x08, 0x04


def read(span: Span) -> Carried | None:
    """The ethertype behind the tag, and the secure channel's identifier if it is there; None of what is encrypted."""
    if span.captured < 6:
        return None
    control = span.data[span.start]
    if control & (_VERSION | _ENCRYPTED | _CHANGED):
        return None
    size = 14 if control & _HAS_CHANNEL else 6
    at = span.start + size
    return (int.from_bytes(span.data[at : at + 2], "big"), size + 2) if span.captured >= size + 2 else None
