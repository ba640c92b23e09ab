"""Encrypted and Authenticated payload, SK (RFC 7296 section 3.14)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, build


class Encrypted(NamedTuple):
    """The envelope. `first_payload` is inside; `data` is IV, ciphertext and ICV, which only the suite tells apart."""

    first_payload: int
    data: bytes


def decode(cursor: Cursor) -> Encrypted:
    """Decode an SK payload's envelope."""
    return build(Encrypted, (cursor.next_payload, cursor.rest("iv_ciphertext_icv")))
