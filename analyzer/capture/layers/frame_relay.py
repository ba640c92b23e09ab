"""Frame Relay: an address, then RFC 2427's encapsulation or Cisco's, which has an ethertype there."""

from analyzer.capture.link import IPV4, IPV6, PPP_IN_GRE, Carried, snap
from analyzer.capture.span import Span
from analyzer.capture.unopened import FRAME_RELAY_PIECES

_UNNUMBERED = 0x03
_NLPIDS = {0xCC: IPV4, 0x8E: IPV6, 0xCF: PPP_IN_GRE, 0xB0: FRAME_RELAY_PIECES, 0xB1: FRAME_RELAY_PIECES}
_SNAP = 0x80


def read(span: Span) -> Carried | None:
    """What stands behind two to four bytes of address, the last of which has the lowest bit set (Q.922)."""
    data, at = span.data, span.start
    size = next((n + 1 for n in range(min(4, span.captured)) if data[at + n] & 1), 0)
    if size < 2 or span.captured < size + 2:
        return None
    if data[at + size] != _UNNUMBERED:
        return int.from_bytes(data[at + size : at + size + 2], "big"), size + 2
    size += 1
    if data[at + size] == 0:  # fills up, so that what follows is aligned
        size += 1
    return nlpid(span, size)


def nlpid(span: Span, size: int) -> Carried | None:
    """What a network layer protocol identifier at this place says (ISO/IEC TR 9577), with SNAP behind 0x80."""
    if span.captured <= size:
        return None
    kind = span.data[span.start + size]
    if kind == _SNAP:
        return snap(span, size + 1)
    return (_NLPIDS[kind], size + 1) if kind in _NLPIDS else None
