"""Encrypted and Authenticated Fragment payload, SKF (RFC 7383 section 2.5)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

FRAGMENT = Layout(">HH", "fragment_number", "total_fragments")


class EncryptedFragment(NamedTuple):
    """Fragment `number` of `total`, from 1. `first_payload` is of the whole message and stands in fragment 1 only."""

    first_payload: int
    number: int
    total: int
    data: bytes


def decode(cursor: Cursor) -> EncryptedFragment:
    """Decode an SKF payload's envelope and check its numbers."""
    number, total = cursor.fields(FRAGMENT)
    if not 1 <= number <= total:
        effect = "the fragment fits into no message"
        cursor.defect("wire-fragment-number", f"a number from 1 to {total}", str(number), effect, cursor.start)
    if number > 1 and cursor.next_payload:
        expected, found = "no next payload in a later fragment", str(cursor.next_payload)
        cursor.defect("wire-fragment-payload", expected, found, "ignored", cursor.start - 4)
    return EncryptedFragment(cursor.next_payload, number, total, cursor.rest("iv_ciphertext_icv"))
