"""Vendor ID payload (RFC 2408 section 3.16, RFC 7296 section 3.12)."""

from functools import cache
from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.registry import vendors


class VendorID(NamedTuple):
    """Bytes by which an implementation makes itself or a capability known; `registry.vendors.identify` names them."""

    data: bytes


def decode(cursor: Cursor) -> VendorID:
    """Decode a vendor ID."""
    return VendorID(cursor.rest("vendor_id", _describe))


def _describe(cursor: Cursor) -> None:
    cursor.describe(vendors.describe(cursor.body))
    parts = vendors.parts(cursor.body)
    if parts is not None:
        cursor.take(parts.place, "pattern")
        cursor.fields(_layout(parts))
        cursor.rest("more")
    elif (match := vendors.identify(cursor.body)) is not None and match.trailing:
        cursor.take(cursor.size - len(match.trailing), "pattern")
        cursor.rest("more", _say_text)


def _say_text(cursor: Cursor) -> None:
    text = cursor.body.rstrip(b"\0")
    if text.isascii() and text.decode().isprintable():
        cursor.describe(repr(text.decode()))


@cache
def _layout(parts: vendors.Parts) -> Layout:
    return Layout(parts.form, *parts.names)
