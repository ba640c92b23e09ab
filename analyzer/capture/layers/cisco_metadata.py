"""Cisco MetaData: the security group tag of TrustSec, between addresses and ethertype."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span

_VERSION = 1


def read(span: Span) -> Carried | None:
    """The ethertype behind version, length in words of four bytes, and options."""
    if span.captured < 2 or span.data[span.start] != _VERSION:
        return None
    options = span.data[span.start + 1] * 4
    at = span.start + 2 + options
    return (int.from_bytes(span.data[at : at + 2], "big"), options + 4) if span.captured >= options + 4 else None
