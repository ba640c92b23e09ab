"""Key Exchange payload (RFC 2408 section 3.7, RFC 7296 section 3.4)."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout

GROUP = Layout(">HH", "key_exchange_method=ikev2-ke", "reserved=hex")

_REGULAR: set[tuple[int, int]] = {
    (int(row["group"]), int(row[size]))
    for row in registry.rows("ke-sizes")
    for size in ("ke_bytes_initiator", "ke_bytes_responder")
}


class KeyExchange(NamedTuple):
    """Public value of a key exchange. IKEv1 does not say its group here: None."""

    group: int | None
    data: bytes


def decode(cursor: Cursor) -> KeyExchange:
    """Decode a KE payload."""
    if cursor.major_version == 2:
        group, reserved = cursor.fields(GROUP)
        if reserved:
            cursor.defect("wire-reserved-bits", "0 in reserved bytes", f"0x{reserved:04x}", "ignored", cursor.start + 2)
        at = cursor.position
        data = cursor.rest("key_exchange_data")
        if (group, len(data)) not in _REGULAR:
            _check(cursor, group, len(data), at)
        return KeyExchange(group, data)
    data = cursor.rest("key_exchange_data")
    if not data:
        cursor.defect("wire-empty", "key exchange data", "0 bytes", "no key can be derived from it")
    return KeyExchange(None, data)


def sizes(group: int) -> list[int]:
    """Sizes that values of a group have: one, or of ML-KEM the initiator's and the responder's; none if not known."""
    return sorted({size for number, size in _REGULAR if number == group}, reverse=True)


def groups(size: int) -> list[int]:
    """Groups whose values have this size."""
    return sorted({number for number, other in _REGULAR if other == size})


def _check(cursor: Cursor, group: int, size: int, at: int) -> None:
    known = sizes(group)
    if not size:
        cursor.defect("wire-empty", "key exchange data", "0 bytes", "no key can be derived from it")
    elif known:
        expected = f"{' or '.join(map(str, known))} bytes, a value of {registry.name('ikev2-ke', group)}"
        cursor.defect("wire-ke-length", expected, f"{size} bytes", "kept as it is; no peer should accept it", at)
