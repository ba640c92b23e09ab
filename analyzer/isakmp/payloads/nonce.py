"""Nonce payload (RFC 2408 section 3.13, RFC 7296 section 3.9)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor

_LEAST = {1: 8, 2: 16}  # RFC 2409 section 5, RFC 7296 section 3.9
_MOST = 256


class Nonce(NamedTuple):
    """Random bytes of one side."""

    data: bytes


def decode(cursor: Cursor) -> Nonce:
    """Decode a nonce and look at its length."""
    data = cursor.rest("nonce_data")
    least = _LEAST[cursor.major_version]
    if not least <= len(data) <= _MOST:
        expected = f"{least} to {_MOST} bytes"
        cursor.defect("wire-nonce-length", expected, str(len(data)), "decoded anyway", cursor.start)
    return Nonce(data)
