"""Network Service Header (RFC 8300)."""

from analyzer.capture.link import IPV4, IPV6, MPLS, NSH, TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span

NEXT = {1: IPV4, 2: IPV6, 3: TRANSPARENT_ETHERNET, 4: NSH, 5: MPLS}


def read(span: Span) -> Carried | None:
    """What the next protocol says, behind base header, path and context, whose length is in words of four bytes."""
    if span.captured < 8 or span.data[span.start] >> 6:
        return None
    size = (span.data[span.start + 1] & 0x3F) * 4
    ethertype = NEXT.get(span.data[span.start + 3])
    return (ethertype, size) if ethertype and 8 <= size <= span.captured else None
