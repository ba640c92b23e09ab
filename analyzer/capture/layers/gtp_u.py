"""GTP-U version 1: what a mobile network carries for its users (3GPP TS 29.281 section 5), extension headers too."""

from analyzer.capture.link import Carried, by_version
from analyzer.capture.span import Span

_VERSION_1, _OPTIONS, _EXTENDED = 0x30, 0x07, 0x04
_USER_PACKET = 255
_MOST_EXTENSIONS = 16


def read(span: Span) -> Carried | None:
    """IP behind the header and its extensions, each of which says its length in words of four bytes."""
    data, at = span.data, span.start
    if span.captured < 8 or data[at] & 0xF0 != _VERSION_1 or data[at + 1] != _USER_PACKET:
        return None
    size = 8
    if data[at] & _OPTIONS:
        size = 12
        following = data[at + 11] if data[at] & _EXTENDED and span.captured >= size else 0
        for _ in range(_MOST_EXTENSIONS):
            if not following:
                break
            length = data[at + size] * 4 if span.captured > size else 0
            if not length or span.captured < size + length:
                return None
            size += length
            following = data[at + size - 1]
    ethertype = by_version(span.skip(size)) if span.captured > size else None
    return (ethertype, size) if ethertype else None
