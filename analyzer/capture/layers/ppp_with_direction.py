"""PPP with a byte before it that says who sent it."""

from analyzer.capture.link import PPP_LINK, Carried, inside
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """What PPP carries."""
    return inside(PPP_LINK, span, 1)
