"""Geneve (RFC 8926)."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """What the protocol type says, behind the header and its options, whose length is in words of four bytes."""
    if span.captured < 8 or span.data[span.start] >> 6:
        return None
    size = 8 + (span.data[span.start] & 0x3F) * 4
    ethertype = int.from_bytes(span.data[span.start + 2 : span.start + 4], "big")
    return (ethertype, size) if span.captured >= size else None
