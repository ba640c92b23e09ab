"""TRILL (RFC 6325): a routed Ethernet frame."""

from analyzer.capture.link import TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """Ethernet behind six bytes and as many words of options as the header says."""
    if span.captured < 6 or span.data[span.start] >> 6:
        return None
    words = int.from_bytes(span.data[span.start : span.start + 2], "big") >> 6 & 0x1F
    size = 6 + 4 * words
    return (TRANSPARENT_ETHERNET, size) if span.captured >= size else None
