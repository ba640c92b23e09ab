"""Packets that a router redirects by WCCP, in GRE: version 2 has four bytes before them."""

from analyzer.capture.link import Carried, by_version
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """IP, at once or behind the redirect header."""
    for size in (0, 4):
        ethertype = by_version(span.skip(size)) if span.captured > size else None
        if ethertype:
            return ethertype, size
    return None
