"""The log of BSD's packet filter, pflog(4): its own length and an address family begin the header."""

from analyzer.capture.link import Carried, by_family
from analyzer.capture.span import Span

_LEAST = 48  # bytes: interface and rule set names, rule numbers, reason


def read(span: Span) -> Carried | None:
    """IP behind the header, which is filled up to four bytes."""
    if span.captured < 2:
        return None
    length = span.data[span.start]
    size = length + -length % 4
    ethertype = by_family((span.data[span.start + 1],))
    return (ethertype, size) if ethertype and length >= _LEAST and span.captured >= size else None
