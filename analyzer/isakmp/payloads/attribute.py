"""Data attributes (RFC 2408 section 3.3, RFC 7296 section 3.3.5): type and value, or type, length and value."""

from collections.abc import Callable
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout, ShortError

SHORT = Layout(">HH", "attribute_type=hex", "attribute_value")
LONG = Layout(">HH", "attribute_type=hex", "attribute_length")
SHORT_FORM = 0x8000
ATTRIBUTE_LIMIT = 4000  # of one payload
_NUMBER_SIZE = 8


class Attribute(NamedTuple):
    """`value`: the short form's, or the big-endian number of a long form of up to 8 bytes; `data`: the long form's."""

    attribute_type: int
    value: int | None
    data: bytes


def read_attributes(
    cursor: Cursor, table: str, budget: int, inside: Callable[[Cursor, str, int], None]
) -> tuple[Attribute, ...]:
    """Read attributes up to the end of `cursor` or up to `budget` of them; their types are in `table`.

    `inside(cursor, table, attribute_type)` reads a long form's value for the tree.
    """
    attributes: list[Attribute] = []
    while cursor.position < len(cursor.data) and len(attributes) < budget:
        cursor.begin("attribute")
        try:
            attributes.append(_attribute(cursor, table, inside))
        except ShortError:
            left = f"{cursor.remaining} bytes left"
            cursor.defect("wire-attribute-short", "4 bytes of attribute", left, "the bytes are ignored")
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        cursor.end(table, attributes[-1].attribute_type)
    return tuple(attributes)


def _attribute(cursor: Cursor, table: str, inside: Callable[[Cursor, str, int], None]) -> Attribute:
    kind, number = cursor.fields(LONG if cursor.peek() < SHORT_FORM >> 8 else SHORT)
    if kind & SHORT_FORM:
        kind -= SHORT_FORM
        if cursor.recording:
            cursor.explain("attribute_value", registry.values_table(table, kind))
        return Attribute(kind, number, b"")
    data = cursor.take(number, "attribute_value", inside, table, kind) if number else b""
    value = int.from_bytes(data, "big") if 0 < len(data) <= _NUMBER_SIZE else None
    return Attribute(kind, value, data)
