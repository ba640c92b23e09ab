"""GRE in UDP (RFC 8086)."""

from analyzer.capture.ip_tunnels import read_gre
from analyzer.capture.link import Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """What GRE carries."""
    found = read_gre(span)
    return (found[0], found[1].start - span.start) if found else None
