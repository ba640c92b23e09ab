"""Payloads kept as bytes: numbers nobody assigned, private ones, and those listed as opaque in the registry."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class Opaque(NamedTuple):
    """The bytes after the generic header, undecoded."""

    data: bytes


def decode(cursor: Cursor) -> Opaque:
    """Keep the body as it is."""
    return Opaque(cursor.rest("data"))


def decode_foreign(cursor: Cursor) -> Opaque:
    """Keep a payload whose number belongs to the other IKE version."""
    version = 3 - cursor.major_version
    expected, found = f"a payload of IKEv{cursor.major_version}", f"one of IKEv{version}'s numbers"
    cursor.defect("wire-foreign-payload", expected, found, "kept as bytes", cursor.start - 4)
    return decode(cursor)
