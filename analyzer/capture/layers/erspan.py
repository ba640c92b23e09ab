"""Cisco's port mirror in GRE, ERSPAN of type II and III (draft-foschiano-erspan-03); type I is Ethernet at once."""

from analyzer.capture.link import TRANSPARENT_ETHERNET, Carried, by_version
from analyzer.capture.span import Span

_TYPE_2, _TYPE_3 = 1, 2
_HAS_PLATFORM = 0x01
_FRAME_TYPE, _ETHERNET, _IP = 0x7C, 0x00, 0x08


def read(span: Span) -> Carried | None:
    """The mirrored Ethernet frame or IP packet, behind a header whose version says how long it is."""
    if span.captured < 8:
        return None
    version = span.data[span.start] >> 4
    if version == _TYPE_2:
        return TRANSPARENT_ETHERNET, 8
    if version != _TYPE_3 or span.captured < 12:
        return None
    size = 20 if span.data[span.start + 11] & _HAS_PLATFORM else 12
    kind = span.data[span.start + 10] & _FRAME_TYPE
    if span.captured < size or kind not in (_ETHERNET, _IP):
        return None
    ethertype = TRANSPARENT_ETHERNET if kind == _ETHERNET else by_version(span.skip(size))
    return (ethertype, size) if ethertype else None
