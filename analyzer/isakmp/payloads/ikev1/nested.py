"""Proposal and Transform payloads (RFC 2408 sections 3.5 and 3.6) outside the SA payload they belong into."""

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.opaque import Opaque


def decode(cursor: Cursor) -> Opaque:
    """Keep one as bytes: what its numbers mean, only the SA payload around it says."""
    expected, found = "a proposal or transform inside an SA payload", "one that stands alone"
    cursor.defect("wire-misplaced-payload", expected, found, "kept as bytes", cursor.start - 4)
    return Opaque(cursor.rest("data"))
