"""Messages made byte by byte, and those of recorded captures: what these tests feed the decoder with."""

import struct
from collections.abc import Iterator
from pathlib import Path

from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from analyzer.defects import Defect
from analyzer.dissect import dissect_payloads
from analyzer.isakmp.chain import Decoders
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads import content
from analyzer.isakmp.recorder import Node, Recorder
from tests.conftest import FIXTURES, SHARED, captures_in

SPI_I, SPI_R = bytes.fromhex("0102030405060708"), bytes.fromhex("1112131415161718")


def header(
    first: int,
    length: int,
    *,
    version: int = 0x20,
    exchange: int = 34,
    flags: int = 0x08,
    message_id: int = 0,
    spis: tuple[bytes, bytes] | None = None,
) -> bytes:
    """spis: None: the responder's is zero unless the message is encrypted."""
    sealed = first in (46, 53) or (version == 0x10 and flags & 1)
    spis = (SPI_I, SPI_R if sealed else bytes(8)) if spis is None else spis
    return struct.pack(">8s8sBBBBII", *spis, first, version, exchange, flags, message_id, length)


def payload(following: int, body: bytes, *, flags: int = 0, length: int | None = None) -> bytes:
    return struct.pack(">BBH", following, flags, 4 + len(body) if length is None else length) + body


def chain(*payloads: tuple[int, bytes]) -> bytes:
    """Payloads (type, body) in a row; the last one's next payload is 0."""
    types = [number for number, _ in payloads[1:]] + [0]
    return b"".join(payload(following, body) for following, (_, body) in zip(types, payloads, strict=True))


def message(
    *payloads: tuple[int, bytes],
    version: int = 0x20,
    exchange: int = 34,
    flags: int = 0x08,
    extra: bytes = b"",
    spis: tuple[bytes, bytes] | None = None,
) -> bytes:
    """A whole message; `extra` bytes stand behind its last payload, inside its length."""
    body = chain(*payloads) + extra if payloads else extra
    first = payloads[0][0] if payloads else 0
    return header(first, 28 + len(body), version=version, exchange=exchange, flags=flags, spis=spis) + body


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
    body = Decoders(version)[number](cursor)
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
    """The fixtures, and the larger collection of captures where it exists."""
    return captures_in(FIXTURES) + captures_in(SHARED)


def datagrams(path: Path) -> Iterator[tuple[int, bytes]]:
    """Frame number and bytes of each ISAKMP message that stands whole in one frame."""
    for item in open_capture(path, (500, 4500, 848)):
        if isinstance(item, Datagram) and item.offset is not None and not item.missing:
            yield item.frame_number, item.payload
