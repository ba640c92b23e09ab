"""The explorer's data read as templates/scripts/explorer-data.js reads it."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from analyzer.report.explorer.fields import DECIMAL, HEX, HEX_NUMBER

BLOCK = re.compile(r'<script type="application/octet-stream" id="([\w-]+)">([A-Za-z0-9+/=]*)</script>')


class Field(NamedTuple):
    depth: int
    begin: int
    length: int
    name: str
    value: str
    meaning: str
    reference: str
    defects: tuple[str, ...]


class Tab(NamedTuple):
    title: str
    data: bytes
    hidden: frozenset[int]
    fields: list[Field]
    left: str


def blocks(page: str) -> dict[str, Any]:
    """All packed data of a page, by id."""
    return {name: json.loads(zlib.decompress(base64.b64decode(text), -15)) for name, text in BLOCK.findall(page)}


def tabs(data: dict[str, Any]) -> Iterator[tuple[int, list[Tab]]]:
    """The number of each frame and its tabs."""
    held, at = base64.b64decode(data["bytes"]), 0
    for number, listed in zip(data["frames"]["number"], data["frames"]["tabs"], strict=True):
        found = []
        for title, size, left, trees, hidden in listed:
            own = held[at : at + size]
            at += -(-size // 3) * 3
            fields = [f for place, root in pairs(trees) for f in walk(data, root, place, own, 0)]
            places = frozenset(place for start, count in pairs(hidden) for place in range(start, start + count))
            found.append(Tab(data["strings"][title], own, places, fields, data["strings"][left]))
        yield number, found


def pairs(flat: list[int]) -> Iterator[tuple[int, int]]:
    return zip(flat[::2], flat[1::2], strict=True)


def walk(data: dict[str, Any], number: int, begin: int, own: bytes, depth: int) -> Iterator[Field]:
    strings, fields = data["strings"], data["fields"]
    length = fields["length"][number]
    part = own[begin : begin + length]
    words = (strings[fields[name][number]] for name in ("name", "meaning", "reference"))
    name, meaning, reference = words
    value = read_value(strings, fields["value"][number], part)
    defects = tuple(strings[place] for place in fields["defects"][number])
    yield Field(depth, begin, length, name, value, meaning, reference, defects)
    for shift, kid in pairs(fields["kids"][number]):
        yield from walk(data, kid, begin + shift, own, depth + 1)


def read_value(strings: list[str], code: int, part: bytes) -> str:
    if code == HEX:
        return part[:64].hex() + ("..." if len(part) > 64 else "")
    if code == DECIMAL:
        return str(int.from_bytes(part))
    return f"0x{part.hex()}" if code == HEX_NUMBER else str(strings[code])
