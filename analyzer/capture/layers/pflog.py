"""The log of BSD's packet filter, pflog(4): its own length and an address family begin the header."""

from analyzer.capture.link import Carried, by_family, by_version
from analyzer.capture.span import Span
from analyzer.capture.unopened import OTHER_FORM

_LINK_TYPE = 117
_LEAST = 48  # bytes: interface and rule set names, rule numbers, reason


def read(span: Span) -> Carried | None:
    """IP behind the header, which is filled up to four bytes; systems and their versions do not agree on it."""
    if span.captured < 2:
        return None
    length = span.data[span.start]
    size = length + -length % 4
    ethertype = by_family((span.data[span.start + 1],))
    if ethertype is None or length < _LEAST or span.captured <= size:
        return None
    return (ethertype if by_version(span.skip(size)) == ethertype else OTHER_FORM | _LINK_TYPE), size
