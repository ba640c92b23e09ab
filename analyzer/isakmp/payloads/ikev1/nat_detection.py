"""NAT Discovery payload (RFC 3947 section 3.2), also under its drafts' numbers 15 and 130."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class NatDetection(NamedTuple):
    """HASH(CKY-I | CKY-R | IP | Port): a message's first is of the remote end, the others of the sender's addresses."""

    data: bytes


def decode(cursor: Cursor) -> NatDetection:
    """Decode a NAT-D payload."""
    return NatDetection(cursor.rest("hash_of_address_and_port"))
