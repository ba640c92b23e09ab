"""IP over InfiniBand (RFC 4391): addresses of both ports, then an ethertype and two bytes of zero."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span

_ADDRESSES = 40


def read(span: Span) -> Carried | None:
    """What the ethertype says."""
    at = span.start + _ADDRESSES
    size = _ADDRESSES + 4
    return (int.from_bytes(span.data[at : at + 2], "big"), size) if span.captured >= size else None
