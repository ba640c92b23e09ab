"""Signature payload (RFC 2408 section 3.12)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class Signature(NamedTuple):
    """A signature over the exchange's hash."""

    data: bytes


def decode(cursor: Cursor) -> Signature:
    """Decode a SIG payload."""
    return Signature(cursor.rest("signature_data"))
