"""Teredo (RFC 4380 section 5.1.1): IPv6 in UDP, behind an authentication and an origin indication perhaps."""

from analyzer.capture.link import IPV6, Carried
from analyzer.capture.span import Span

_ORIGIN, _AUTHENTICATION = b"\0\0", b"\0\x01"


def read(span: Span) -> Carried | None:
    """IPv6 behind both."""
    data, at = span.data, span.start
    size = 0
    if data[at : at + 2] == _AUTHENTICATION and span.captured >= 4:
        size = 4 + data[at + 2] + data[at + 3] + 9  # identifier, value, nonce and confirmation
    if data[at + size : at + size + 2] == _ORIGIN:
        size += 8
    return (IPV6, size) if span.captured > size and data[at + size] >> 4 == 6 else None
