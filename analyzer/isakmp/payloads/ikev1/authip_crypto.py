"""Crypto payload of AuthIP (MS-AIPS section 2.2.3.2): first of a message; if encrypted, around the others."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

SEQUENCE = Layout(">I", "sequence_number")


class Crypto(NamedTuple):
    """Without encryption the payloads follow in the chain. `iv` may be missing then."""

    sequence_number: int
    iv: bytes


def decode(cursor: Cursor) -> Crypto:
    """Decode the Crypto payload of a message in clear."""
    (number,) = cursor.fields(SEQUENCE)
    return Crypto(number, cursor.rest("initialization_vector"))
