"""Captures of many messages, whole and damaged, read with their headers in columns and one by one."""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from unittest.mock import patch

from analyzer.analysis import Analysis
from analyzer.capture import CaptureReader, columns, files, open_capture, scan
from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.negotiation.tracker import Tracker
from analyzer.reading import block
from analyzer.tables.kinds import Need
from analyzer.tables.schema import SCHEMA
from tests.capture.packets import esp, ethernet, ipv4, ipv6, pcap, udp
from tests.conftest import FIXTURES, captures_in
from tests.fixtures.spoiled import Raw, raw_frames
from tests.isakmp.wire import chain, datagrams, header

NAMES = [column.name for column in SCHEMA["messages"].columns if not column.needs & (Need.PLACING | Need.EVIDENCE)]
_PORTS = ((500, 500), (500, 500), (4500, 4500), (4500, 40000), (40000, 500), (848, 848), (40001, 40002))
_EACH = 8  # recorded messages of one version and exchange type


@contextmanager
def in_bulk(window: int = 1 << 14, few: int = 1, together: int = 1) -> Iterator[None]:
    """Small captures are read as large ones are. window: bytes read at once."""
    with (
        patch.object(files, "SMALL", 64),
        patch.multiple(scan, WINDOW=window, FEW=few),
        patch.object(columns, "TOGETHER", together),
    ):
        yield


@contextmanager
def one_by_one() -> Iterator[None]:
    """Nothing is read together, as captures with keys are read."""
    with patch.object(CaptureReader, "in_columns", CaptureReader.__iter__), patch.object(block, "Block", None):
        yield


def columns_of(path: Path, window: int = 1 << 14) -> Iterator[Datagrams]:
    """The columns that the reader hands on, each while its bytes are there."""
    with in_bulk(window):
        for item in open_capture(path, counts=False).in_columns():
            if isinstance(item, Datagrams):
                yield item


def unfolded(reader: CaptureReader) -> Iterator[Datagram | IcmpError]:
    """What a reader hands on in columns, one by one."""
    for item in reader.in_columns():
        if isinstance(item, Datagrams):
            yield from item.each()
        else:
            yield item


def rows_together(path: Path, names: Sequence[str] = NAMES, window: int = 1 << 14) -> list[tuple[object, ...]]:
    """Rows of table `messages`, read as columns wherever that is possible."""
    with in_bulk(window):
        return _rows(path, names)


def rows_one_by_one(path: Path, names: Sequence[str] = NAMES) -> list[tuple[object, ...]]:
    """The same by the decoder of single messages."""
    with one_by_one():
        return _rows(path, names)


def tables_of(
    path: Path, wanted: Mapping[str, Sequence[str] | None] | None = None
) -> dict[str, list[tuple[object, ...]]]:
    """The rows of all tables, or of those wanted."""
    read = Analysis(wanted=wanted)
    read.add(path)
    return {name: list(table.rows()) for name, table in read.tables.items()}


def merged(random: Random, paths: list[Path]) -> list[Raw]:
    """The packets of captures in turn, each capture's in order."""
    left = [frames for path in paths if (frames := raw_frames(path))]
    found: list[Raw] = []
    while left:
        frames = random.choice(left)
        count = random.randrange(1, 6)
        found += frames[:count]
        del frames[:count]
        left = [frames for frames in left if frames]
    return found


def scrambled(random: Random, frames: Sequence[Raw], most: int = 60) -> list[Raw]:
    """Frames as many bad places together give them, one that is hurt among `most`: lost, copied, sent again, late.

    Also seen from another port from somewhere on, cut, in two IP fragments, an ICMP error behind it, a flipped
    byte; and a stretch of the capture comes once more at its end.
    """
    found: list[Raw] = []
    moved: dict[bytes, bytes] = {}  # UDP ports of a host as they are seen now
    late: list[tuple[int, Raw]] = []
    for number, whole in enumerate(frames):
        frame = _moved(whole, moved)
        kind = random.randrange(most)
        if kind == 0:
            continue
        if kind == 1:
            moved[frame.data[26:30]] = random.randrange(1024, 65000).to_bytes(2, "big")
            frame = _moved(frame, moved)
        elif kind == 2 and len(frame.data) > 60:
            frame = frame._replace(data=frame.data[: random.randrange(50, len(frame.data))])
        elif kind == 3:
            late.append((number + random.randrange(1, 40), frame))
            continue
        elif kind == 4:
            at = random.randrange(14, len(frame.data))
            frame = frame._replace(data=frame.data[:at] + random.randbytes(1) + frame.data[at + 1 :])
        parts = _fragmented(frame) if kind == 5 else [frame]
        found += parts
        if kind == 6:
            found += [frame] * random.randrange(1, 4)
        elif kind == 7:
            again = bytearray(frame.data)
            again[18:20] = random.randbytes(2)  # IPv4's identification
            late.append((number + random.randrange(400), frame._replace(data=bytes(again))))
        elif kind == 8:
            error = b"\3\3\0\0" + bytes(4) + frame.data[14:]
            found.append(_framed(frame, 1, error))
        found += [other for when, other in late if when == number]
    return found + found[len(found) // 3 : len(found) // 2]


def _moved(frame: Raw, moved: Mapping[bytes, bytes]) -> Raw:
    data = bytearray(frame.data)
    for address, port in ((slice(26, 30), slice(34, 36)), (slice(30, 34), slice(36, 38))):
        data[port] = moved.get(bytes(data[address]), data[port]) if data[12:14] == b"\x08\0" else data[port]
    return frame._replace(data=bytes(data))


def _framed(frame: Raw, protocol: int, body: bytes, **how: int) -> Raw:
    source, destination = (".".join(map(str, frame.data[at : at + 4])) for at in (30, 26))
    data = ethernet(ipv4(protocol, body, source, destination, **how))
    return frame._replace(data=data, length=len(data))


def _fragmented(frame: Raw) -> list[Raw]:
    """An IPv4 packet of one frame as two fragments; others as they are."""
    if frame.data[12:15] != b"\x08\0\x45" or len(frame.data) < 34 + 48:
        return [frame]
    head, body = bytearray(frame.data[:34]), frame.data[34:]
    parts = []
    for start, stop, offset in ((0, 40, 0x2000), (40, len(body), 5)):
        part = body[start:stop]
        head[16:18], head[20:22] = (20 + len(part)).to_bytes(2, "big"), offset.to_bytes(2, "big")
        head[24:26] = bytes(2)
        data = bytes(head) + part
        parts.append(frame._replace(data=data, length=len(data)))
    return parts


def _rows(path: Path, names: Sequence[str]) -> list[tuple[object, ...]]:
    read = Analysis(wanted={"messages": names})
    with patch.object(Tracker, "feed", None), patch.object(Tracker, "icmp", None):  # nothing is placed
        read.add(path)
    return list(read.tables["messages"].rows())


@cache
def recorded() -> tuple[bytes, ...]:
    """Messages of the fixtures: a few of each version, exchange type and first payload; and some made."""
    found: dict[bytes, list[bytes]] = {}
    for path in captures_in(FIXTURES):
        for _, data in datagrams(path):
            if len(data) >= 28:
                found.setdefault(data[16:19], []).append(data)
    made = (
        header(0, 28),
        header(33, 28),
        header(43, 28 + 4 * 33) + chain(*[(43, b"")] * 33),
        header(43, 28 + 4 * 32) + chain(*[(43, b"")] * 32),
        header(13, 28 + 4 * 9, version=0x10, exchange=2) + chain(*[(13, b"")] * 9),
    )
    return (*made, *(data for some in found.values() for data in some[:_EACH]))


def spoiled(random: Random, data: bytes) -> bytes:
    """A message with flipped bytes, a length that lies, a part cut off or copied, or whole."""
    damaged = bytearray(data)
    kind = random.randrange(8)
    if kind == 0:
        for _ in range(random.randrange(1, 4)):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
    elif kind == 1:
        damaged[random.randrange(16, 28)] ^= 1 << random.randrange(8)
    elif kind == 2:
        struct.pack_into(">I", damaged, 24, random.choice((0, 27, 28, len(data) - 1, len(data) + 1, 1 << 31)))
    elif kind == 3 and len(data) >= 32:
        struct.pack_into(">H", damaged, 30, random.choice((0, 3, 4, 5, len(data) - 28, len(data) - 27, 0xFFFF)))
    elif kind == 4:
        del damaged[random.randrange(len(damaged)) :]
    elif kind == 5:
        at = random.randrange(len(damaged))
        damaged[at:at] = damaged[at : at + random.randrange(1, 60)]
    elif kind == 6:
        del damaged[random.randrange(28, len(damaged) + 1) :]
        struct.pack_into(">I", damaged, 24, len(damaged))
    return bytes(damaged)


def made_capture(random: Random, count: int, spoil: Callable[[Random, bytes], bytes] = spoiled) -> bytes:
    """A pcap file of `count` packets: messages on several ports, marked and not, IPv6, cut packets, ESP between."""
    frames, originals = [], {}
    for number in range(1, count + 1):
        message = spoil(random, random.choice(recorded()))
        source, destination = random.choice(_PORTS)
        payload = bytes(4) + message if 4500 in (source, destination) and random.random() < 0.9 else message
        payload = random.choice((payload,) * 12 + (esp(), b"\xff", bytes(4)))
        packet = udp(source, destination, payload)
        frame = ethernet(ipv6(17, packet) if random.random() < 0.2 else ipv4(17, packet, f"192.0.2.{number % 7}"))
        if random.random() < 0.05:
            originals[number] = len(frame)
            frame = frame[: random.randrange(50, len(frame))] if len(frame) > 50 else frame
        frames.append(frame)
    return pcap(frames, originals=originals)


def messages_of(some: Datagrams) -> list[Datagram | None]:
    """All of some columns as datagrams, by place."""
    return list(some.read(slice(None)))
