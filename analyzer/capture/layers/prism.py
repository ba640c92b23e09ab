"""The Prism and AVS headers of older wireless drivers, and behind them the IEEE 802.11 frame.

Either stands under the link type of the other: AVS begins with a magic number, and says its length in network byte
order, Prism in that of the host that captured.
"""

from struct import unpack_from

from analyzer.capture.link import WLAN, Carried, inside
from analyzer.capture.span import Span

_AVS, _AVS_MASK = 0x80211000, 0xFFFFF000


def read(span: Span) -> Carried | None:
    """LLC behind both headers."""
    if span.captured < 8:
        return None
    cookie, length = unpack_from(">II", span.data, span.start)
    if cookie & _AVS_MASK != _AVS:
        length = min(length, *unpack_from("<I", span.data, span.start + 4))
    return inside(WLAN, span, length) if length >= 8 else None
