"""Payloads kept as bytes: numbers nobody assigned, private ones, and those listed as opaque in the registry."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class Opaque(NamedTuple):
    """The bytes after the generic header, undecoded."""

    data: bytes


def decode(cursor: Cursor) -> Opaque:
    """Keep the body as it is."""
    return Opaque(cursor.rest("data"))
