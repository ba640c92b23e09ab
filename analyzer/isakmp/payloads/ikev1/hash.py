"""Hash payload (RFC 2408 section 3.11)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class Hash(NamedTuple):
    """A prf over parts of the exchange, authenticating it."""

    data: bytes


def decode(cursor: Cursor) -> Hash:
    """Decode a HASH payload."""
    return Hash(cursor.rest("hash_data"))
