"""Data messages of L2TP version 2 (RFC 2661 section 3.1)."""

from analyzer.capture.link import PPP_IN_GRE, Carried
from analyzer.capture.span import Span

_CONTROL, _HAS_LENGTH, _HAS_SEQUENCE, _HAS_OFFSET = 0x8000, 0x4000, 0x0800, 0x0200


def read(span: Span) -> Carried | None:
    """PPP behind the header; None of a control message, and of another version."""
    data, at = span.data, span.start
    if span.captured < 6:
        return None
    flags = int.from_bytes(data[at : at + 2], "big")
    if flags & _CONTROL or flags & 15 != 2:
        return None
    size = 6 + 2 * bool(flags & _HAS_LENGTH) + 4 * bool(flags & _HAS_SEQUENCE)
    if flags & _HAS_OFFSET and span.captured >= size + 2:
        size += 2 + int.from_bytes(data[at + size : at + size + 2], "big")
    return (PPP_IN_GRE, size) if span.captured >= size else None
