"""Aruba's remote mirror of what an access point receives and sends: IEEE 802.11 in UDP, by default to port 5555.

Nothing in a datagram says which of the forms it has that the access point can be set to. Two are known by what they
are: a header as of a record of a pcap file in network order, with four bytes of radio data behind it perhaps, and
radiotap.
"""

from struct import unpack_from

from analyzer.capture.link import LLC, WLAN, Carried, inside
from analyzer.capture.span import Span

RADIOTAP = 127
_RECORD, _RADIO = 16, 4  # bytes
_SECOND = 1_000_000  # microseconds


def read(span: Span) -> Carried | None:
    """What the frame carries; None of a datagram in none of the two forms, which may be anybody's."""
    found = frame_in(span)
    return inside(found[0], span, found[1]) if found else None


def frame_in(span: Span) -> tuple[int, int] | None:
    """Link type of the frame, and how many bytes stand before it."""
    if not _has_record(span):
        carried = inside(RADIOTAP, span, 0)
        return (RADIOTAP, 0) if carried is not None and carried[0] == LLC else None
    sizes = (_RECORD, _RECORD + _RADIO)
    return next(((WLAN, size) for size in sizes if inside(WLAN, span, size) is not None), None)


def _has_record(span: Span) -> bool:
    if span.captured <= _RECORD:
        return False
    microseconds, included, length = unpack_from(">III", span.data, span.start + 4)
    return bool(microseconds < _SECOND and included == span.wire_length - _RECORD <= length)
