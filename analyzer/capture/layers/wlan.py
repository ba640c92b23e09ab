"""IEEE 802.11 data frames without encryption (IEEE 802.11-2020 section 9.3.2).

Other frames carry no IP. What is protected, fragments, and several MSDUs in one frame are not opened.
"""

from analyzer.capture.link import IPV4, IPV6, LLC, Carried, by_version
from analyzer.capture.span import Span
from analyzer.capture.unopened import CUT_LAYER, WIRELESS

_DATA, _NULL, _QOS = 2, 4, 8
_TO_DS_AND_FROM_DS, _MORE_FRAGMENTS, _PROTECTED, _ORDER = 0x03, 0x04, 0x40, 0x80
_SEVERAL_MSDUS = 0x80
_MESH = 0x01  # of the second byte of the QoS control, in a mesh; elsewhere it may mean something else
_MESH_SIZES = (6, 12, 18, 6)  # bytes of the mesh control, by how many addresses it has
_SNAP = b"\xaa\xaa\x03"
_LLC_SIZE = 8  # bytes, with SNAP


def read(span: Span) -> Carried | None:
    """LLC behind a data frame's header."""
    return header(span, 1)


def header(span: Span, padded_to: int) -> Carried | None:
    """The same, where some drivers fill the header up to a multiple of `padded_to` bytes."""
    data, at = span.data, span.start
    if span.captured < 2 or data[at] & 3 or data[at] >> 2 & 3 != _DATA or data[at] >> 4 & _NULL:
        return None
    if span.captured < 24:
        return _cut(span)
    subtype, flags = data[at] >> 4, data[at + 1]
    if flags & _PROTECTED:
        return WIRELESS | _PROTECTED, 24
    if flags & _MORE_FRAGMENTS or data[at + 22] & 15:
        return WIRELESS | _MORE_FRAGMENTS, 24
    is_mesh, size = False, 24 if flags & _TO_DS_AND_FROM_DS != _TO_DS_AND_FROM_DS else 30
    if subtype & _QOS:
        if span.captured < size + 2:
            return _cut(span)
        if data[at + size] & _SEVERAL_MSDUS:
            return WIRELESS | _SEVERAL_MSDUS, size
        is_mesh = bool(data[at + size + 1] & _MESH)
        size += 2 + 4 * bool(flags & _ORDER)
    size += -size % padded_to
    return _body(span, size, is_mesh=is_mesh) if span.captured >= size + _LLC_SIZE else _cut(span)


def _body(span: Span, size: int, *, is_mesh: bool) -> Carried:
    """LLC, or an ethertype alone (EPD, IEEE 802.11-2020 section 5.1.4), which IP has to stand behind."""
    at = span.start + size
    if is_mesh and _is_behind_mesh_control(span.skip(size)):
        return WIRELESS | _MESH, size
    ethertype = int.from_bytes(span.data[at : at + 2], "big")
    if ethertype in (IPV4, IPV6) and by_version(span.skip(size + 2)) == ethertype:
        return ethertype, size + 2
    return LLC, size


def _is_behind_mesh_control(span: Span) -> bool:
    """Whether LLC stands behind a mesh control (section 9.2.4.8.3), and not in its place."""
    data, at = span.data, span.start
    behind = at + _MESH_SIZES[data[at] & 3]
    return data[at : at + 3] != _SNAP and data[behind : min(behind + 3, span.end)] == _SNAP


def _cut(span: Span) -> Carried | None:
    return (CUT_LAYER, 0) if span.missing else None
