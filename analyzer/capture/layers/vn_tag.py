"""Cisco's VN-Tag: virtual interfaces of both sides."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """The ethertype behind four bytes."""
    return (int.from_bytes(span.data[span.start + 4 : span.start + 6], "big"), 6) if span.captured >= 6 else None
