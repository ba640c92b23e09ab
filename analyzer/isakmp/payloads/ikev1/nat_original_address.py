"""NAT Original Address payload (RFC 3947 section 5.2), also under its drafts' numbers 16 and 131."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.content import read

ADDRESS = Layout(">BBH", "id_type=ikev1-id-types", "reserved=hex", "reserved2=hex")


class NatOriginalAddress(NamedTuple):
    """An address before translation; `id_type` is ID_IPV4_ADDR or ID_IPV6_ADDR."""

    id_type: int
    data: bytes


def decode(cursor: Cursor) -> NatOriginalAddress:
    """Decode a NAT-OA payload."""
    id_type, _, _ = cursor.fields(ADDRESS)
    return NatOriginalAddress(id_type, cursor.rest("address", read, "address"))
