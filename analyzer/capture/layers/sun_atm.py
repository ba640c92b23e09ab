"""SunATM: direction and kind of traffic, path and circuit before each packet of ATM."""

from analyzer.capture.layers import atm
from analyzer.capture.link import TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span

_LANE, _LLC = 1, 2


def read(span: Span) -> Carried | None:
    """LLC, or Ethernet behind the two bytes of LAN emulation."""
    kind = span.data[span.start] & 15 if span.captured >= 4 else 0
    if kind == _LANE and span.captured >= 6:
        return TRANSPARENT_ETHERNET, 6
    carried = atm.read(span.skip(4)) if kind == _LLC else None
    return (carried[0], carried[1] + 4) if carried else None
