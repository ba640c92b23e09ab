"""Key Exchange payload (RFC 2408 section 3.7, RFC 7296 section 3.4)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout, build

GROUP = Layout(">HH", "key_exchange_method=ikev2-ke", "reserved=hex")


class KeyExchange(NamedTuple):
    """Public value of a key exchange. IKEv1 does not say its group here: None."""

    group: int | None
    data: bytes


def decode(cursor: Cursor) -> KeyExchange:
    """Decode a KE payload."""
    group = None
    if cursor.major_version == 2:
        group, reserved = cursor.fields(GROUP)
        if reserved:
            cursor.defect("wire-reserved-bits", "0 in reserved bytes", f"0x{reserved:04x}", "ignored", cursor.start + 2)
    data = cursor.rest("key_exchange_data")
    if not data:
        cursor.defect("wire-empty", "key exchange data", "0 bytes", "none")
    return build(KeyExchange, (group, data))
