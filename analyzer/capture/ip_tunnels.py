"""What says what it carries, and stands in IP: GRE (RFC 2784, 2890, 2637, 1701), EtherIP (RFC 3378), PIM (RFC 7761)."""

from struct import unpack_from

from analyzer.capture.link import TRANSPARENT_ETHERNET, by_version
from analyzer.capture.network import ETHERIP, GRE, PIM
from analyzer.capture.span import Span
from analyzer.capture.unopened import CUT_LAYER, LAYERS, OTHER_ETHERIP, OTHER_GRE
from analyzer.capture.unopened import GRE as GRE_LAYER

_ERSPAN = 0x88BE  # an ethertype
_EOIP = 0x6400  # MikroTik's number for Ethernet: its header is as PPTP's
_GRE_CHECKSUM, _GRE_ROUTES, _GRE_KEY, _GRE_SEQUENCE, _GRE_ACKNOWLEDGMENT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
_PIM_REGISTER, _NULL_REGISTER = 0x21, 0x40


def read_gre(span: Span) -> tuple[int, Span] | None:
    """Ethertype and content of a GRE packet; checksum, key, numbers and source routes are skipped.

    A key of `unopened.LAYERS` where that is not known.
    """
    if span.captured < 4:
        return _cut(span)
    flags, ethertype = unpack_from(">HH", span.data, span.start)
    version = flags & 7
    if version > 1 or (version == 1 and flags & _GRE_ROUTES):
        return OTHER_GRE, span
    if ethertype == _ERSPAN and not flags & _GRE_SEQUENCE:  # type I has no header of its own, and no sequence number
        ethertype = TRANSPARENT_ETHERNET
    if ethertype == _EOIP:
        ethertype = TRANSPARENT_ETHERNET
    elif GRE_LAYER | ethertype in LAYERS:
        return GRE_LAYER | ethertype, span
    size = gre_size(flags)
    # Source route entries (RFC 1701), the last one without any
    while flags & _GRE_ROUTES and span.captured >= size + 4:
        family, length = unpack_from(">HxB", span.data, span.start + size)
        size += 4 + length
        if not family and not length:
            flags &= ~_GRE_ROUTES
    if flags & _GRE_ROUTES or span.captured < size:
        return _cut(span) or ((OTHER_GRE, span) if flags & _GRE_ROUTES else None)
    return ethertype, span.skip(size)


def gre_key_at(flags: int) -> int:
    """Where the key of a GRE packet is, if it has one: behind the checksum and the offset of a route."""
    return 8 if flags & (_GRE_CHECKSUM | _GRE_ROUTES) else 4


def gre_size(flags: int) -> int:
    """Bytes of a GRE header with these flags, up to where source routes begin."""
    is_answer = flags & 7 == 1 and bool(flags & _GRE_ACKNOWLEDGMENT)
    return gre_key_at(flags) + 4 * (bool(flags & _GRE_KEY) + bool(flags & _GRE_SEQUENCE) + is_answer)


def read_etherip(span: Span) -> tuple[int, Span] | None:
    """Ethertype and content of an EtherIP packet: an Ethernet frame behind version 3 and zeros."""
    if span.captured < 2:
        return _cut(span)
    return (TRANSPARENT_ETHERNET, span.skip(2)) if span.data[span.start] >> 4 == 3 else (OTHER_ETHERIP, span)


def read_pim(span: Span) -> tuple[int, Span] | None:
    """Ethertype and content of a PIM Register (RFC 7761 section 4.9.3): a multicast packet; all else carries none."""
    if span.captured < 9:
        return _cut(span)
    data, at = span.data, span.start
    if data[at] != _PIM_REGISTER or data[at + 4] & _NULL_REGISTER:
        return None
    ethertype = by_version(span.skip(8))
    return (ethertype, span.skip(8)) if ethertype else None


def _cut(span: Span) -> tuple[int, Span] | None:
    return (CUT_LAYER, span) if span.missing else None


TUNNELS = {GRE: read_gre, ETHERIP: read_etherip, PIM: read_pim}
"""What reads those protocols that say what they carry."""
