"""Damaged messages, payload chains and captures, made of recorded ones: what tests/fuzz.py feeds the analyzer with.

Each is made by a random number generator of its own and can be made again from its number alone.
"""

import struct
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from analyzer.decryption.keyfile import KeyStore, load_keys
from analyzer.errors import AnalyzerError
from analyzer.isakmp import Payload, decode
from analyzer.negotiation.tracker import Tracker
from tests.capture.packets import HOST_A, HOST_B, enhanced, ethernet, interface, ipv4, pcap, section, tcp, udp
from tests.isakmp.wire import chain, header
from tests.negotiation import keyed
from tests.negotiation.build import init_answer, init_request

_BOUNDS = (0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 27, 28, 29, 127, 128, 255, 256, 257, 1500, 0x7FFF, 0x8000, 0xFFFF)
_LARGEST_CAPTURE = 200_000  # bytes; larger ones hold more of the same
_MESSAGES_OF_ONE = 40
_LONGEST = 20_000  # bytes of a seed
_TAGS = (2, 3, 4, 5, 6, 12, 19, 20, 22, 23, 24, 28, 30, 48, 49, 0x81, 0x82, 0x86, 0x87, 0xA0, 0xA1, 0xA3, 0xA4, 0x60)
_STRINGS = (12, 18, 19, 20, 22, 28, 30, 83)
_CONTENT = {1: (1, 4, 5, 6, 7, 10, 11, 12, 13, 14, 20, 130, 132), 2: (*range(33, 53),)}
_EXCHANGES = {1: (1, 2, 4, 5, 6, 32, 33), 2: (34, 35, 36, 37, 43, 44)}


class Chain(NamedTuple):
    """A payload chain as it comes out of decryption."""

    major_version: int
    first_payload: int
    data: bytes


class Recorded(NamedTuple):
    """A small capture: its bytes, and its keys where they are at hand."""

    data: bytes
    suffix: str
    keys: KeyStore | None


class Seeds(NamedTuple):
    """What is damaged. bodies: by IKE version, type and bytes of a payload."""

    captures: list[Recorded]
    messages: list[bytes]
    chains: list[Chain]
    bodies: dict[int, list[tuple[int, bytes]]]


def seeds_of(paths: Iterable[Path]) -> Seeds:
    """All that can be taken from captures; what cannot be read gives nothing."""
    captures, messages, chains = [], dict[bytes, None](), dict[Chain, None]()
    bodies: dict[int, dict[tuple[int, bytes], None]] = {1: {}, 2: {}}
    for path in paths:
        if path.stat().st_size > _LARGEST_CAPTURE:
            continue
        beside = path.with_name(path.name.partition(".")[0] + ".keys")
        try:
            keys = load_keys(beside) if beside.is_file() else None
            captures.append(Recorded(path.read_bytes(), path.suffix, keys))
            tracker = Tracker(str(path), keys)
            found = (item for item in open_capture(str(path)) if isinstance(item, Datagram))
            for item in islice(found, _MESSAGES_OF_ONE):
                if len(item.payload) > _LONGEST:
                    continue
                message = decode(item.payload)
                inside = tracker.feed(item, message).inside
                messages[item.payload] = None
                major = message.major_version
                _take(bodies, major, item.payload, message.payloads)
                if inside is not None and inside.plaintext:
                    chains[Chain(major, inside.first_payload, inside.plaintext)] = None
                    _take(bodies, major, inside.plaintext, inside.payloads)
        except AnalyzerError:
            continue
    return Seeds(captures, list(messages), list(chains), {major: list(found) for major, found in bodies.items()})


def _take(
    bodies: dict[int, dict[tuple[int, bytes], None]], major: int, data: bytes, payloads: tuple[Payload, ...]
) -> None:
    for p in payloads if major in bodies else ():
        bodies[major][p.type, data[p.offset + 4 : p.offset + p.length]] = None


class Mutator:
    """Makes one damaged thing. The same seeds and random numbers make the same thing."""

    def __init__(self, seeds: Seeds, random: Random) -> None:
        self._seeds = seeds
        self._random = random

    def damaged(self, data: bytes, most: int = 4) -> bytes:
        """The bytes with one to `most` faults."""
        r, out = self._random, bytearray(data)
        for _ in range(r.randint(1, most)):
            r.choice(self._faults())(out)
        return bytes(out)

    def _faults(self) -> tuple[Callable[[bytearray], None], ...]:
        return (self._flip, self._byte, self._short, self._short, self._cut_out, self._repeat, self._splice, self._end)

    def _place(self, data: bytearray, size: int = 1) -> int:
        return self._random.randrange(max(len(data) - size + 1, 1))

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self._place(data)] ^= 1 << self._random.randrange(8)

    def _byte(self, data: bytearray) -> None:
        at = self._place(data)
        data[at : at + 1] = bytes([self._random.choice((0, 1, 0x7F, 0x80, 0xFF, self._random.randrange(256)))])

    def _short(self, data: bytearray) -> None:
        """A length that lies, perhaps by little."""
        at, r = self._place(data, 2), self._random
        here = int.from_bytes(data[at : at + 2], "big")
        data[at : at + 2] = struct.pack(">H", r.choice((*_BOUNDS, here - 1, here + 1, here * 2)) & 0xFFFF)

    def _cut_out(self, data: bytearray) -> None:
        at = self._place(data)
        del data[at : at + self._random.randint(1, 40)]

    def _repeat(self, data: bytearray) -> None:
        at = self._place(data)
        data[at:at] = data[at : at + self._random.randint(1, 60)] * self._random.choice((1, 1, 2, 20))

    def _splice(self, data: bytearray) -> None:
        at, other = self._place(data), self._random.choice(self._seeds.messages)
        start = self._random.randrange(len(other) or 1)
        data[at : at + self._random.randint(0, 60)] = other[start : start + self._random.randint(1, 200)]

    def _end(self, data: bytearray) -> None:
        del data[self._place(data) :]

    def message(self) -> bytes:
        """A damaged message, or one whose lengths are right and whose payloads are hostile."""
        r = self._random
        if r.random() < 0.5:
            return self.damaged(r.choice(self._seeds.messages))
        major = r.choice((1, 2))
        made = self.chain(major)
        spis = r.randbytes(8), r.choice((bytes(8), r.randbytes(8)))
        flags = r.choice((0, 1) if major == 1 else (0x08, 0x20, 0x28, 0x00))
        head = header(
            made.first_payload,
            28 + len(made.data),
            version=major << 4,
            exchange=r.choice(_EXCHANGES[major]),
            flags=flags,
            message_id=r.choice((0, 1, r.getrandbits(32))),
            spis=spis,
        )
        return head + made.data

    def chain(self, major: int | None = None) -> Chain:
        """A payload chain as decryption gives it."""
        r = self._random
        if major is None and self._seeds.chains and r.random() < 0.4:
            seed = r.choice(self._seeds.chains)
            return seed._replace(data=self.damaged(seed.data))
        major = major or r.choice((1, 2))
        payloads = [self.body(major) for _ in range(r.randint(1, 5))]
        return Chain(major, payloads[0][0], chain(*payloads))

    def body(self, major: int) -> tuple[int, bytes]:
        """Type and bytes of a payload: recorded, damaged, of another type, or made of ASN.1."""
        r = self._random
        kind, data = r.choice(self._seeds.bodies[major])
        chance = r.random()
        if chance < 0.45:
            data = self.damaged(data)
        elif chance < 0.55:
            kind = r.choice(_CONTENT[major])
        elif chance < 0.75:
            kind = r.choice((5, 6, 7) if major == 1 else (35, 36, 37, 38, 39, 41, 47))
            data = bytes([r.choice((0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 14)), *r.choices(range(4), k=r.choice((0, 3)))])
            data += self.name() if r.random() < 0.5 else self.der(4)
        return kind, data[:60_000]

    def der(self, depth: int) -> bytes:
        """ASN.1 of any kind, its lengths mostly right."""
        r = self._random
        tag = r.choice(_TAGS)
        if depth and tag & 0x20:
            content = b"".join(self.der(depth - 1) for _ in range(r.randint(0, 4)))
        elif tag == 6:
            content = self._oid()
        else:
            content = r.randbytes(r.choice((0, 1, 2, 4, 8, 16, 20, 200)))
        return self._element(tag, content)

    def _element(self, tag: int, content: bytes) -> bytes:
        size = len(content) + (self._random.choice((-1, 1, 100, 1 << 16)) if self._random.random() < 0.05 else 0)
        size = max(size, 0)
        if size < 128:
            return bytes([tag, size]) + content
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes([tag, 0x80 | len(octets)]) + octets + content

    def _oid(self) -> bytes:
        r = self._random
        if r.random() < 0.5:
            return b"\x55\x04" + bytes([r.choice((3, 6, 7, 8, 10, 11, 127))])
        arcs = [bytes([r.randrange(128)])] * r.randint(0, 3)
        long = bytes(r.choices(range(128, 256), k=r.choice((1, 5, 18, 19, 20, 300, 2500)))) + b"\x01"
        return b"".join([*arcs, long, *arcs])

    def name(self) -> bytes:
        """A distinguished name with strings that their types do not allow."""
        r = self._random
        values = (b"M\xfcller", b"", b"\xff\xfe", '\u202e,+="\\<>;#'.encode(), b"\0\x1b[2J", b"\xd8\x00", b" x ")
        pairs = [
            self._element(48, self._element(6, self._oid()) + self._element(r.choice(_STRINGS), r.choice(values)))
            for _ in range(r.randint(0, 4))
        ]
        return self._element(48, b"".join(self._element(49, pair) for pair in pairs))

    def capture(self) -> Recorded:
        """A damaged capture, or hostile conversations of a few SAs, in clear or under keys."""
        r = self._random
        chance = r.random()
        if chance < 0.4:
            seed = r.choice(self._seeds.captures)
            return seed._replace(data=self.damaged(seed.data, 8))
        sent = self._under_keys() if chance < 0.7 else self._in_clear()
        return self._file([self._frame(data, place % 2 == 0) for place, data in enumerate(sent)])

    def _under_keys(self) -> list[bytes]:
        """An SA whose keys are known; its two first messages are seldom damaged."""
        r = self._random
        begun = [init_request(), init_answer()]
        sent = [self.damaged(data, 2) if r.random() < 0.1 else data for data in begun]
        for mid in range(1, r.randint(2, 10)):
            for response in (False, True):
                made = self.chain(2)
                exchange, data = r.choice((35, 36, 37)), made.data[:_LONGEST]
                sent.append(keyed.locked_bytes(exchange, data, made.first_payload, response=response, mid=mid))
        return sent

    def _in_clear(self) -> list[bytes]:
        r = self._random
        spis = [(r.randbytes(8), r.randbytes(8)) for _ in range(3)]
        sent = []
        for _ in range(r.randint(1, 30)):
            data, (own, other) = self.message(), r.choice(spis)
            sent.append(own + r.choice((other, other, bytes(8))) + data[16:])
        return [data[:_LONGEST] for data in sent + sent[-1:] * r.randint(0, 3)]

    def _frame(self, data: bytes, there: bool) -> bytes:
        r = self._random
        ends = (HOST_A, HOST_B) if there else (HOST_B, HOST_A)
        chance = r.random()
        if chance < 0.05:
            stream = struct.pack(">H", (len(data) + 6) & 0xFFFF) + bytes(4) + data
            return ethernet(ipv4(6, tcp(50000, 4500, 1, stream[:1400]), *ends))
        if chance < 0.4:
            return ethernet(ipv4(17, udp(4500, 4500, bytes(4) + data), *ends))
        return ethernet(ipv4(17, udp(500, 500, data), *ends))

    def _file(self, frames: list[bytes]) -> Recorded:
        if self._random.random() < 0.5:
            return Recorded(pcap(frames), ".pcap", keyed.keys())
        blocks = b"".join(enhanced(frame, units=number * 1000) for number, frame in enumerate(frames))
        return Recorded(section() + interface() + blocks, ".pcapng", keyed.keys())
