"""TZSP, TaZmen Sniffer Protocol: frames that an access point or a RouterOS sniffer sends to another host."""

from analyzer.capture.link import ETHERNET, NO_IP, WLAN, Carried, inside
from analyzer.capture.span import Span

_VERSION = 1
_RECEIVED, _TRANSMIT = 0, 1
_LINK_TYPES = {1: ETHERNET, 18: WLAN, 119: 119, 127: 127}
_PADDING, _END = 0, 1
_MOST_TAGS = 64


def read(span: Span) -> Carried | None:
    """What the frame carries: version, type, link layer and tagged fields stand before it."""
    data, at = span.data, span.start
    if span.captured < 5 or data[at] != _VERSION or data[at + 1] not in (_RECEIVED, _TRANSMIT):
        return None
    link_type = _LINK_TYPES.get(int.from_bytes(data[at + 2 : at + 4], "big"))
    size = 4
    for _ in range(_MOST_TAGS):
        if span.captured < size + 2:
            return None
        tag = data[at + size]
        if tag == _END:
            return inside(link_type, span, size + 1) or (NO_IP, size + 1) if link_type is not None else None
        size += 1 if tag == _PADDING else 2 + data[at + size + 1]
    return None
