"""Data of CAPWAP (RFC 5415 section 4.3): what stations and a wireless controller send, where it is not in DTLS."""

from analyzer.capture.layers import wlan
from analyzer.capture.link import NO_IP, TRANSPARENT_ETHERNET, Carried
from analyzer.capture.span import Span

_PLAIN = 0  # version 0, and no DTLS
_NATIVE, _FRAGMENT, _KEEP_ALIVE = 0x01, 0x80, 0x08
_IEEE_802_11 = 1


def read(span: Span) -> Carried | None:
    """An Ethernet frame, or LLC behind an IEEE 802.11 frame; None of fragments."""
    data, at = span.data, span.start
    if span.captured < 8 or data[at] != _PLAIN:
        return None
    size, flags = (data[at + 1] >> 3) * 4, data[at + 3]
    if flags & _KEEP_ALIVE:
        return NO_IP, 8
    if flags & _FRAGMENT or not 8 <= size <= span.captured:
        return None
    if not data[at + 2] & _NATIVE:
        return TRANSPARENT_ETHERNET, size
    if data[at + 2] >> 1 & 0x1F != _IEEE_802_11:
        return None
    carried = wlan.read(span.skip(size)) or _swapped(span.skip(size))
    return (carried[0], carried[1] + size) if carried else (NO_IP, size)


def _swapped(span: Span) -> Carried | None:
    """The same of controllers that send the two bytes of the frame control in the other order."""
    if span.captured < 24:
        return None
    data, at = span.data, span.start
    head = bytes((data[at + 1], data[at])) + data[at + 2 : min(at + 36, span.end)]
    carried = wlan.read(Span(head, 0, len(head), 0, in_frame=False))
    return carried if carried and span.captured >= carried[1] else None
