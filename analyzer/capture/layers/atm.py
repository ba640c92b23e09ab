"""Packets of ATM's AAL5 (RFC 2684): behind LLC, or of one protocol for each circuit."""

from analyzer.capture.layers import frame_relay
from analyzer.capture.link import Carried, by_version, snap
from analyzer.capture.span import Span

_ISO = b"\xfe\xfe\x03"
_LLC_SNAP = b"\xaa\xaa\x03"


def read(span: Span) -> Carried | None:
    """LLC with SNAP, an ISO protocol behind LLC, or IP by its version."""
    head = span.data[span.start : min(span.start + 3, span.end)]
    if head == _LLC_SNAP:
        return snap(span, 3, padding=2)
    if head == _ISO:
        return frame_relay.nlpid(span, 3)
    ethertype = by_version(span)
    return (ethertype, 0) if ethertype else None
