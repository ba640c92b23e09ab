"""Data attributes (RFC 2408 section 3.3, RFC 7296 section 3.3.5): type and value, or type, length and value."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.credentials import attribute_form
from analyzer.isakmp.cursor import LIST_LIMIT, Cursor, Layout, ShortError, build
from analyzer.isakmp.payloads.content import read_value

SHORT = Layout(">HH", "attribute_type=hex", "attribute_value")
LONG = Layout(">HH", "attribute_type=hex", "attribute_length")
SHORT_FORM = 0x8000
_NUMBER_SIZE = 8
_CHOOSE = frozenset(("ikev1-attributes", "ikev1-ipsec-attributes", "ikev2-transform-attribute-types"))
_FORMS = ("length and value follow", "the value follows")


class Attribute(NamedTuple):
    """`value`: the short form's, or the big-endian number of a long form of up to 8 bytes; `data`: the long form's."""

    attribute_type: int
    value: int | None
    data: bytes


def read_attributes(cursor: Cursor, table: str) -> tuple[Attribute, ...]:
    """Read attributes up to the end of `cursor`; their types are in `table`."""
    if cursor.position == cursor.stop:
        return ()
    if not cursor.recording and all_short(cursor.data[cursor.position : cursor.stop]):
        pairs = SHORT.iter_unpack(cursor.rest("attributes"))
        return tuple([build(Attribute, (kind - SHORT_FORM, value, b"")) for kind, value in pairs])
    attributes: list[Attribute] = []
    while cursor.more(attributes):
        cursor.begin("attribute")
        try:
            attributes.append(_attribute(cursor, table))
        except ShortError:
            left = f"{cursor.remaining} bytes left"
            cursor.defect("wire-attribute-short", "4 bytes of attribute", left, "the bytes are ignored")
            cursor.rest("undecoded_bytes")
            cursor.end()
            break
        if cursor.recording:
            cursor.mean("attribute_type", _FORMS[attributes[-1].data == b"" and attributes[-1].value is not None])
        cursor.end(table, attributes[-1].attribute_type)
    return tuple(attributes)


def all_short(data: bytes) -> bool:
    """Whether these bytes are attributes of the short form, no more than are read: nothing is wrong with any then."""
    fits = 0 < len(data) <= LIST_LIMIT * SHORT.size and not len(data) % SHORT.size
    return fits and min(data[:: SHORT.size]) >= SHORT_FORM >> 8


def _attribute(cursor: Cursor, table: str) -> Attribute:
    kind, number = cursor.fields(LONG if cursor.peek() < SHORT_FORM >> 8 else SHORT)
    if kind & SHORT_FORM:
        kind -= SHORT_FORM
        if cursor.recording:
            cursor.explain("attribute_value", registry.values_table(table, kind))
            if attribute_form(table, kind) == "secret":
                cursor.hide("2 bytes, a credential", "attribute_value")
        return Attribute(kind, number, b"")
    if not number and table in _CHOOSE:
        cursor.defect("wire-empty", "a value", "0 bytes", "the attribute chooses nothing", cursor.position - 2)
    data = cursor.take(number, "attribute_value", read_value, table, kind) if number else b""
    value = int.from_bytes(data, "big") if 0 < len(data) <= _NUMBER_SIZE else None
    return Attribute(kind, value, data)
