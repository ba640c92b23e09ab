"""Data attributes: type and value in four bytes, or type, length and value (RFC 2408 section 3.3, RFC 7296 section 3.3.5)."""

from collections.abc import Callable
from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout, ShortError

ATTRIBUTE = Layout(">HH", "attribute_type=hex", "value_or_length")
SHORT_FORM = 0x8000
_NUMBER_SIZE = 8


class Attribute(NamedTuple):
    """`value` is the short form's value, or the big-endian number of a long form of up to 8 bytes; `data` the long form's bytes."""

    attribute_type: int
    value: int | None
    data: bytes


def read_attributes(
    cursor: Cursor, table: str, budget: int, inside: Callable[..., None] | None = None
) -> tuple[Attribute, ...]:
    """Read attributes up to the end of `cursor` or up to `budget` of them. `inside(cursor, type)` reads a long form's value."""
    attributes: list[Attribute] = []
    while cursor.position < len(cursor.data) and len(attributes) < budget:
        cursor.begin("attribute")
        try:
            kind, size = cursor.fields(ATTRIBUTE)
        except ShortError:
            left = f"{cursor.remaining} bytes left"
            cursor.defect("wire-attribute-short", "4 bytes of attribute", left, "the bytes are ignored")
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        if kind & SHORT_FORM:
            kind -= SHORT_FORM
            attributes.append(Attribute(kind, size, b""))
        else:
            data = cursor.take(size, "attribute_value", inside, kind)
            value = int.from_bytes(data, "big") if 0 < len(data) <= _NUMBER_SIZE else None
            attributes.append(Attribute(kind, value, data))
        cursor.end(table, kind)
    return tuple(attributes)
