"""MPLS in UDP (RFC 7510)."""

from analyzer.capture.link import MPLS, Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """A label stack."""
    return (MPLS, 0) if span.captured >= 4 else None
