"""Provider backbone bridges (IEEE 802.1ah): a service tag before a customer's Ethernet frame."""

from analyzer.capture.link import TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """Ethernet behind four bytes of priority and service identifier."""
    return (TRANSPARENT_ETHERNET, 4) if span.captured >= 4 else None
