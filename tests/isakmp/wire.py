"""Messages made byte by byte, and the datagrams of recorded captures: what these tests feed the decoder with."""

import struct
from collections.abc import Iterator
from pathlib import Path

from analyzer.defects import Defect
from analyzer.isakmp.chain import decoders
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.dissection import dissect_payloads
from analyzer.isakmp.payloads import content
from analyzer.isakmp.recorder import Node, Recorder
from tests.conftest import FIXTURES, SHARED

SPI_I, SPI_R = bytes.fromhex("0102030405060708"), bytes.fromhex("1112131415161718")


def header(
    first: int,
    length: int,
    *,
    version: int = 0x20,
    exchange: int = 34,
    flags: int = 0x08,
    message_id: int = 0,
    spis: tuple[bytes, bytes] = (SPI_I, bytes(8)),
) -> bytes:
    return struct.pack(">8s8sBBBBII", *spis, first, version, exchange, flags, message_id, length)


def payload(following: int, body: bytes, *, flags: int = 0, length: int | None = None) -> bytes:
    return struct.pack(">BBH", following, flags, 4 + len(body) if length is None else length) + body


def chain(*payloads: tuple[int, bytes]) -> bytes:
    """Payloads (type, body) in a row; the last one's next payload is 0."""
    types = [number for number, _ in payloads[1:]] + [0]
    return b"".join(payload(following, body) for following, (_, body) in zip(types, payloads, strict=True))


def message(
    *payloads: tuple[int, bytes], version: int = 0x20, exchange: int = 34, flags: int = 0x08, extra: bytes = b""
) -> bytes:
    """A whole message; `extra` bytes stand behind its last payload, inside its length."""
    body = chain(*payloads) + extra if payloads else extra
    first = payloads[0][0] if payloads else 0
    return header(first, 28 + len(body), version=version, exchange=exchange, flags=flags) + body


def transform2(kind: int, identifier: int, *, more: bool = True, attributes: bytes = b"") -> bytes:
    return struct.pack(">BBHBBH", 3 if more else 0, 0, 8 + len(attributes), kind, 0, identifier) + attributes


def transform1(number: int, *, more: bool = False, identifier: int = 1, attributes: bytes = b"") -> bytes:
    return struct.pack(">BBHBBH", 3 if more else 0, 0, 8 + len(attributes), number, identifier, 0) + attributes


def proposal(
    number: int,
    transforms: list[bytes],
    *,
    protocol: int = 1,
    spi: bytes = b"",
    more: bool = False,
    count: int | None = None,
) -> bytes:
    body = spi + b"".join(transforms)
    declared = len(transforms) if count is None else count
    return struct.pack(">BBHBBBB", 2 if more else 0, 0, 8 + len(body), number, protocol, len(spi), declared) + body


def short(kind: int, value: int) -> bytes:
    return struct.pack(">HH", 0x8000 | kind, value)


def long(kind: int, data: bytes) -> bytes:
    return struct.pack(">HH", kind, len(data)) + data


AES_256 = transform2(1, 12, attributes=short(14, 256))
SUITE_2 = [AES_256, transform2(2, 5), transform2(3, 12), transform2(4, 14, more=False)]
SA_2 = proposal(1, SUITE_2)
SUITE_1 = (
    short(1, 7)
    + short(14, 256)
    + short(2, 2)
    + short(4, 2)
    + short(3, 1)
    + short(11, 1)
    + long(12, bytes.fromhex("00015180"))
)
SA_1 = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=SUITE_1)])


def body_of(number: int, data: bytes, version: int = 2, following: int = 0) -> tuple[object, list[Defect]]:
    """What the decoder of payload `number` makes of a body, and its complaints."""
    cursor = Cursor(data, 0, [], version)
    cursor.next_payload = following
    body = decoders(version)[number](cursor)
    cursor.finish("payload")
    return body, cursor.defects


def tree_of(number: int, data: bytes, version: int = 2) -> Node:
    """The tree of one payload with this body."""
    return dissect_payloads(chain((number, data)), number, version)[0]


def form_of(form: str, data: bytes) -> Node:
    """What the recording cursor makes of bytes of a form of `payloads.content`."""
    root = Node("root", 0, len(data))
    Recorder(data, 0, [], 2, root).rest("data", content.read, form)
    return root.children[0]


def pairs(node: Node) -> list[tuple[str, str]]:
    """Name and meaning, or value, of the fields directly below a node."""
    return [(child.name, child.meaning or child.value) for child in node.children]


def kinds(defects: object) -> list[str]:
    return [defect.kind for defect in defects]  # type: ignore[attr-defined]


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def find(root: Node, name: str) -> Node:
    return next(node for node in nodes(root) if node.name == name)


def recorded() -> list[Path]:
    """Captures in pcap format that can be read here: the fixtures, and the larger collection where it exists."""
    found = [path for folder in (FIXTURES, SHARED) if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.suffix in (".pcap", ".cap"))


def datagrams(path: Path) -> Iterator[tuple[int, bytes]]:
    """Frame number and ISAKMP bytes of each unfragmented UDP datagram of a pcap file: only as much as tests need."""
    data = path.read_bytes()
    if data[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d"):
        return
    order = "<" if data[0] in (0xD4, 0x4D) else ">"
    (link,) = struct.unpack_from(order + "I", data, 20)
    position, number = 24, 0
    while position + 16 <= len(data):
        (size,) = struct.unpack_from(order + "I", data, position + 8)
        number += 1
        found = _udp(link & 0xFFFF, data[position + 16 : position + 16 + size])
        position += 16 + size
        if found is not None:
            yield number, found


def _udp(link: int, frame: bytes) -> bytes | None:
    start = {1: 14, 113: 16, 276: 20, 0: 4, 108: 4, 101: 0, 12: 0, 228: 0, 229: 0}.get(link)
    if start is None or len(frame) < start + 28:
        return None
    if link == 1 and frame[12:14] in (b"\x81\x00", b"\x88\xa8"):
        start += 4
    version = frame[start] >> 4
    if version == 4 and frame[start + 9] == 17 and not int.from_bytes(frame[start + 6 : start + 8], "big") & 0x3FFF:
        udp = start + (frame[start] & 15) * 4
    elif version == 6 and frame[start + 6] == 17:
        udp = start + 40
    else:
        return None
    source, target, length = struct.unpack_from(">HHH", frame, udp)
    data = frame[udp + 8 : udp + length]
    if 4500 in (source, target):
        return data[4:] if data[:4] == bytes(4) else None
    return data if {500, 848} & {source, target} else None
