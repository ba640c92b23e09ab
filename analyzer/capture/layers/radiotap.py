"""Radiotap: what a wireless adapter says about a frame (radiotap.org), and behind it the IEEE 802.11 frame."""

from struct import unpack_from

from analyzer.capture.layers import wlan
from analyzer.capture.link import Carried
from analyzer.capture.span import Span

_TSFT, _FLAGS, _MORE_WORDS = 1 << 0, 1 << 1, 1 << 31
_PADDED = 0x20


def read(span: Span) -> Carried | None:
    """LLC behind the IEEE 802.11 header, which some adapters fill up to four bytes, and say so in the flags."""
    if span.captured < 8 or span.data[span.start]:
        return None
    data, at = span.data, span.start
    size, present = unpack_from("<HI", data, at + 2)
    if size < 8 or span.captured < size:
        return None
    end, place, word = at + size, at + 8, present
    while word & _MORE_WORDS:
        if place + 4 > end:
            return None
        word = unpack_from("<I", data, place)[0]
        place += 4
    if present & _TSFT:
        place += -(place - at) % 8 + 8
    padded = present & _FLAGS and place < end and data[place] & _PADDED
    carried = wlan.header(span.skip(size), 4 if padded else 1)
    return (carried[0], carried[1] + size) if carried else None
