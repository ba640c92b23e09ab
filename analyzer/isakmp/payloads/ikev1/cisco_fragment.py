"""IKE Fragmentation payload 132 of Cisco and Microsoft (MS-IKEE): a piece of a whole message, header included."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

FRAGMENT = Layout(">HBB", "fragment_id", "fragment_number", "flags=hex")
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
    return CiscoFragment(fragment_id, number, bool(flags & _LAST), cursor.rest("fragment_data"))
