"""BSD's enc(4): packets before and behind IPsec, with address family, SPI and flags before each."""

from struct import unpack_from

from analyzer.capture.link import Carried, by_family
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """IP behind twelve bytes; the address family is in the byte order of the host that captured."""
    if span.captured < 12:
        return None
    families = unpack_from("<I", span.data, span.start) + unpack_from(">I", span.data, span.start)
    ethertype = by_family(families)
    return (ethertype, 12) if ethertype else None
