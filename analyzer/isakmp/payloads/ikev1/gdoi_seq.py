"""Sequence Number payload of GDOI (RFC 6407 section 5.7)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

SEQUENCE = Layout(">I", "sequence_number")


class SequenceNumber(NamedTuple):
    """Protects rekey messages against replay."""

    number: int


def decode(cursor: Cursor) -> SequenceNumber:
    """Decode a SEQ payload."""
    return SequenceNumber(*cursor.fields(SEQUENCE))
