"""Aruba's remote mirror of what an access point receives and sends: IEEE 802.11 in UDP, by default to port 5555.

Nothing in a datagram says which of the forms it has that the access point can be set to. Two are known by what they
are: a header as of a record of a pcap file in network order, with four bytes of radio data behind it perhaps, and
radiotap.
"""

from struct import unpack_from

from analyzer.capture.layers import radiotap, wlan
from analyzer.capture.link import LLC, Carried
from analyzer.capture.span import Span

_RECORD, _RADIO = 16, 4  # bytes
_SECOND = 1_000_000  # microseconds


def read(span: Span) -> Carried | None:
    """What the frame carries; None of a datagram in none of the two forms, which may be anybody's."""
    if not _has_record(span):
        carried = radiotap.read(span)
        return carried if carried is not None and carried[0] == LLC else None
    for size in (_RECORD, _RECORD + _RADIO):
        carried = wlan.read(span.skip(size)) if span.captured > size else None
        if carried is not None:
            return carried[0], carried[1] + size
    return None


def _has_record(span: Span) -> bool:
    if span.captured <= _RECORD:
        return False
    microseconds, included, length = unpack_from(">III", span.data, span.start + 4)
    return bool(microseconds < _SECOND and included == span.wire_length - _RECORD <= length)
