"""IKE Fragmentation payload 132 of Cisco and Microsoft (MS-IKEE): a piece of a whole message, header included."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.header import HEADER

FRAGMENT = Layout(">HBB", "fragment_id", "fragment_number", "flags=&cisco-fragment-flags")
_LAST = 0x01


class CiscoFragment(NamedTuple):
    """Fragment `number` (from 1) of the message that `fragment_id` names; `last` marks the highest number."""

    fragment_id: int
    number: int
    last: bool
    data: bytes


def decode(cursor: Cursor) -> CiscoFragment:
    """Decode a fragment."""
    fragment_id, number, flags = cursor.fields(FRAGMENT)
    if number == 0:
        effect = "the fragment fits into no message"
        cursor.defect("wire-fragment-number", "a number from 1", "0", effect, cursor.start + 2)
    data = cursor.rest("fragment_data", _read_first, number)
    return CiscoFragment(fragment_id, number, bool(flags & _LAST), data)


def _read_first(cursor: Cursor, number: int) -> None:
    """The first fragment begins with the header of the message that is sent in pieces."""
    if number == 1 and cursor.remaining >= HEADER.size:
        cursor.fields(HEADER)
        cursor.explain("next_payload", "ikev1-payload-types")
        cursor.explain("exchange_type", "ikev1-exchange-types")
        cursor.explain("flags", "&ikev1-flags")
        cursor.rest("beginning_of_the_message")
