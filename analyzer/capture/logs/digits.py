"""Rows of hexadecimal digits."""

import re
from typing import Final

_GROUP: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")


def row(text: str, room: int) -> bytes:
    """The bytes at the beginning of a text, in groups with blanks between, as many as there is room for."""
    found = bytearray()
    for group in text.split():
        if len(group) & 1 or len(group) > 2 * (room - len(found)) or not _GROUP.fullmatch(group):
            break
        found += bytes.fromhex(group)
    return bytes(found)
