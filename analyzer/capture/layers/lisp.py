"""Data packets of LISP (RFC 9300 section 5.1)."""

from analyzer.capture.link import Carried, by_version
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """IP behind eight bytes."""
    ethertype = by_version(span.skip(8)) if span.captured > 8 else None
    return (ethertype, 8) if ethertype else None
