"""What the data of a notification say, by its type: for the tree, and in a line for tables."""

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.numbers import ProtocolId
from analyzer.isakmp.payloads import content
from analyzer.isakmp.payloads.attribute import read_attributes

_LEAST_TEXT = 4  # bytes; some send their error message as data


def describe(cursor: Cursor, notify_type: int, protocol_id: int) -> None:
    """Read the fields of notification data; types without known fields stay bytes."""
    row = _entry(cursor.major_version, notify_type)
    form = row.data if row is not None else ""
    kind, _, table = form.partition(":")
    if kind == "lifetime":  # RESPONDER-LIFETIME, RFC 2407 section 4.6.3.1: attributes of the protocol it is about
        read_attributes(cursor, "ikev1-attributes" if protocol_id == ProtocolId.IKE else "ikev1-ipsec-attributes")
    elif kind == "attributes":
        read_attributes(cursor, table)
    elif row is not None and row.vendor and content.is_text(form) and content.text_of(form, cursor.body) is None:
        return  # a private number: another vendor's data are no damage
    elif form:
        content.read(cursor, form)
    elif _is_text(cursor.body):
        cursor.describe(repr(cursor.body.decode("ascii", "replace")))


def says_nothing(major_version: int, notify_type: int, data: bytes) -> bool:
    """Whether `describe` finds nothing in data of this type: no known fields, and no text. NAT detection's are most."""
    row = _entry(major_version, notify_type)
    return (row is None or not row.data) and not _is_text(data)


def _entry(major_version: int, notify_type: int) -> registry.Entry | None:
    return registry.notify_entry(notify_type) if major_version == 2 else registry.entry("ikev1-notify", notify_type)


def _is_text(data: bytes) -> bool:
    return len(data) >= _LEAST_TEXT and data.isascii() and data.decode().isprintable()
