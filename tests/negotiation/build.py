"""Negotiations made message by message: ISAKMP bytes, the datagrams that carry them, and a tracker that reads them.

What a test says is what is on the wire. Encrypted messages have nothing but a length: without keys that is all.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from hypothesis import settings

from analyzer.capture.datagram import Datagram, EspStream, IcmpError
from analyzer.decryption.keyfile import KeyStore
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.memory import NOTHING
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.log import NONE, StepLog
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.follow.steps import shape_of
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.story import Story
from analyzer.negotiation.tracker import Tracker
from tests.isakmp.wire import chain, header, proposal, short, transform1, transform2

steady = settings(deadline=None, derandomize=True)  # of properties: the same examples on every machine

A, B, C = ("192.0.2.10", 500), ("192.0.2.20", 500), ("198.51.100.7", 500)
A_4500, B_4500 = ("192.0.2.10", 4500), ("192.0.2.20", 4500)
SPI_I, SPI_R = "a1a2a3a4a5a6a7a8", "b1b2b3b4b5b6b7b8"
ZERO = "0" * 16

INIT, IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL, RESUME, INTERMEDIATE = 34, 35, 36, 37, 38, 43
BASE, MAIN, AGGRESSIVE, V1_INFORMATIONAL, TRANSACTION, QUICK_MODE = 1, 2, 4, 5, 6, 32

# Transforms of IKEv2 SA payloads: (type, id) or (type, id, key bits)
GCM = ((1, 20, 256), (2, 5), (4, 19))  # AES-GCM-16, PRF_HMAC_SHA2_256, P-256
CBC = ((1, 12, 256), (2, 5), (3, 12), (4, 14))  # AES-CBC, HMAC_SHA2_256_128, MODP 2048
TRIPLE_DES = ((1, 3), (2, 2), (3, 2), (4, 2))  # 3DES, HMAC_SHA1_96, MODP 1024

# Lengths of encrypted messages under GCM (knowledge: v2-encrypted-lengths.csv, measured on real daemons)
EMPTY, NOTIFY, CHILD_DELETE, AUTH_CHILDLESS, AUTH_WITH_CHILD, CHILD_ANSWER = 57, 65, 69, 150, 238, 200
AUTH_REQUEST = 298


def v2(
    exchange: int,
    *payloads: tuple[int, bytes],
    initiator: bool = True,
    response: bool = False,
    mid: int = 0,
    spis: tuple[str, str] = (SPI_I, SPI_R),
) -> bytes:
    """An IKEv2 message in clear."""
    body = chain(*payloads) if payloads else b""
    flags = (0x08 if initiator else 0) | (0x20 if response else 0)
    first = payloads[0][0] if payloads else 0
    return _header(first, 28 + len(body), 0x20, exchange, flags, mid, spis) + body


def sealed(
    exchange: int,
    length: int,
    *,
    initiator: bool = True,
    response: bool = False,
    mid: int = 1,
    spis: tuple[str, str] = (SPI_I, SPI_R),
    fragment: tuple[int, int] | None = None,
    salt: str = "",
) -> bytes:
    """An encrypted IKEv2 message of exactly this length: SK, or with `fragment` (number, total) SKF."""
    noise = f"{exchange}{initiator}{response}{mid}{spis}{fragment}{salt}"
    head = b"" if fragment is None else struct.pack(">HH", *fragment)
    body = chain((53 if fragment else 46, head + _noise(noise, length - 32 - len(head))))
    flags = (0x08 if initiator else 0) | (0x20 if response else 0)
    return _header(53 if fragment else 46, length, 0x20, exchange, flags, mid, spis) + body


def v1(
    exchange: int,
    *payloads: tuple[int, bytes],
    mid: int = 0,
    spis: tuple[str, str] = (SPI_I, SPI_R),
) -> bytes:
    """An IKEv1 message in clear."""
    body = chain(*payloads) if payloads else b""
    return _header(payloads[0][0] if payloads else 0, 28 + len(body), 0x10, exchange, 0, mid, spis) + body


def sealed1(
    exchange: int, length: int, *, mid: int = 0, spis: tuple[str, str] = (SPI_I, SPI_R), first: int = 8, salt: str = ""
) -> bytes:
    """An encrypted IKEv1 message of exactly this length."""
    noise = _noise(f"{exchange}{mid}{spis}{salt}", length - 28)
    return _header(first, length, 0x10, exchange, 1, mid, spis) + noise


def _header(first: int, length: int, version: int, exchange: int, flags: int, mid: int, spis: tuple[str, str]) -> bytes:
    raw = bytes.fromhex(spis[0]), bytes.fromhex(spis[1])
    return header(first, length, version=version, exchange=exchange, flags=flags, message_id=mid, spis=raw)


def _noise(text: str, length: int) -> bytes:
    return hashlib.shake_128(text.encode()).digest(length)


# -- payload bodies: (type, bytes) pairs as `v2` and `v1` take them


def sa2(*suites: Sequence[tuple[int, ...]], protocol: int = 1, spi: bytes = b"") -> tuple[int, bytes]:
    """SA of IKEv2: a proposal for each suite."""
    built = []
    for number, suite in enumerate(suites, 1):
        transforms = [
            transform2(t[0], t[1], more=i < len(suite), attributes=short(14, t[2]) if len(t) > 2 else b"")
            for i, t in enumerate(suite, 1)
        ]
        built.append(proposal(number, transforms, protocol=protocol, spi=spi, more=number < len(suites)))
    return 33, b"".join(built)


def sa1(*suites: dict[int, int], protocol: int = 1, identifier: int = 1, spi: bytes = b"") -> tuple[int, bytes]:
    """SA of IKEv1: one proposal, a transform for each suite, given by its attributes."""
    transforms = [
        transform1(
            i,
            more=i < len(suites),
            identifier=identifier,
            attributes=b"".join(short(kind, value) for kind, value in suite.items()),
        )
        for i, suite in enumerate(suites, 1)
    ]
    return 1, struct.pack(">II", 1, 1) + proposal(1, transforms, protocol=protocol, spi=spi)


def phase1(
    encryption: int = 7, hash_id: int = 2, auth: int = 1, group: int = 14, bits: int | None = 256
) -> dict[int, int]:
    """Attributes of a phase 1 transform (RFC 2409 appendix A)."""
    return {1: encryption, **({14: bits} if bits else {}), 2: hash_id, 4: group, 3: auth, 11: 1, 12: 28800}


def ke2(group: int, salt: str = "") -> tuple[int, bytes]:
    return 34, struct.pack(">HH", group, 0) + _noise(f"ke{group}{salt}", 64)


def ke1(salt: str = "", length: int = 256) -> tuple[int, bytes]:
    return 4, _noise(f"ke1{salt}", length)


def nonce2(salt: str = "") -> tuple[int, bytes]:
    return 40, _noise(f"nonce{salt}", 32)


def nonce1(salt: str = "") -> tuple[int, bytes]:
    return 10, _noise(f"nonce1{salt}", 20)


def notify2(notify_type: int, data: bytes = b"") -> tuple[int, bytes]:
    return 41, struct.pack(">BBH", 0, 0, notify_type) + data


def notify1(notify_type: int, data: bytes = b"") -> tuple[int, bytes]:
    return 11, struct.pack(">IBBH", 1, 1, 0, notify_type) + data


def vendor2(data: bytes) -> tuple[int, bytes]:
    return 43, data


def vendor1(data: bytes) -> tuple[int, bytes]:
    return 13, data


def nat_hash(spis: tuple[str, str], end: tuple[str, int]) -> bytes:
    """SHA-1 of SPIs, address and port (RFC 7296 section 2.23), by the book."""
    return hashlib.sha1(
        bytes.fromhex(spis[0] + spis[1]) + ip_address(end[0]).packed + struct.pack(">H", end[1])
    ).digest()


def nat2(spis: tuple[str, str], source: tuple[str, int], destination: tuple[str, int]) -> list[tuple[int, bytes]]:
    """NAT_DETECTION notifies of a sender that believes in these ends."""
    return [notify2(16388, nat_hash(spis, source)), notify2(16389, nat_hash(spis, destination))]


def security_association(payload: tuple[int, bytes]) -> SecurityAssociation:
    """The decoded body of an SA payload."""
    message = v2(INIT, payload) if payload[0] == 33 else v1(MAIN, payload)
    body = decode(message).payloads[0].body
    assert isinstance(body, SecurityAssociation)
    return body


# -- messages that every negotiation has


def init_request(
    *suites: Sequence[tuple[int, ...]],
    spi: str = SPI_I,
    group: int = 19,
    extra: Iterable[tuple[int, bytes]] = (),
    before: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    payloads = (*before, sa2(*(suites or (GCM,))), ke2(group, spi), nonce2(spi), *extra)
    return v2(INIT, *payloads, spis=(spi, ZERO))


def init_answer(
    suite: Sequence[tuple[int, ...]] = GCM,
    *,
    spis: tuple[str, str] = (SPI_I, SPI_R),
    group: int = 19,
    extra: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    payloads = (sa2(suite), ke2(group, spis[1]), nonce2(spis[1]), *extra)
    return v2(INIT, *payloads, initiator=False, response=True, spis=spis)


def init_notify(notify_type: int, data: bytes = b"", *, spis: tuple[str, str] = (SPI_I, ZERO), mid: int = 0) -> bytes:
    """An IKE_SA_INIT response with one notify and nothing else."""
    return v2(INIT, notify2(notify_type, data), initiator=False, response=True, spis=spis, mid=mid)


def resume_request(spi: str = SPI_I) -> bytes:
    """IKE_SESSION_RESUME with a ticket (RFC 5723)."""
    return v2(RESUME, nonce2(spi), notify2(16413, _noise("ticket", 80)), spis=(spi, ZERO))


def resume_answer(notify_type: int | None = None, *, spis: tuple[str, str] = (SPI_I, SPI_R)) -> bytes:
    """The responder takes the ticket, or says why not."""
    said = (nonce2(spis[1]),) if notify_type is None else (notify2(notify_type),)
    return v2(RESUME, *said, initiator=False, response=True, spis=spis if notify_type is None else (spis[0], ZERO))


def main_1(*suites: dict[int, int], spi: str = SPI_I, extra: Iterable[tuple[int, bytes]] = ()) -> bytes:
    return v1(MAIN, sa1(*(suites or (phase1(),))), *extra, spis=(spi, ZERO))


def main_2(suite: dict[int, int] | None = None, *, spis: tuple[str, str] = (SPI_I, SPI_R)) -> bytes:
    return v1(MAIN, sa1(suite or phase1()), spis=spis)


def main_ke(side: str, *, spis: tuple[str, str] = (SPI_I, SPI_R), extra: Iterable[tuple[int, bytes]] = ()) -> bytes:
    """Main mode's third ("i") or fourth ("r") message."""
    return v1(MAIN, ke1(side), nonce1(side), *extra, spis=spis)


class Talk:
    """What hosts say to each other, into a tracker. The clock goes on by `step` seconds with every datagram."""

    def __init__(self, keys: KeyStore | None = None, step: float = 0.02) -> None:
        self.tracker = Tracker("talk.pcap", keys)
        self.frame = 0
        self.now = 1000.0
        self.step = step
        self.placed: list[Placed] = []

    def say(
        self,
        data: bytes,
        source: tuple[str, int] = A,
        target: tuple[str, int] = B,
        *,
        after: float | None = None,
        missing: int = 0,
        hop: bytes = b"",
    ) -> Placed:
        """One datagram, `after` seconds later than the one before. hop: of its IP header."""
        self.frame += 1
        self.now += self.step if after is None else after
        self.tracker._log._room = 0
        for live in self.tracker._lives:  # a story may have been asked for before: the capture goes on
            live.negotiation.kept = live.negotiation.courses = None
        sent = datagram(data, source, target, frame=self.frame, at=self.now, missing=missing)._replace(hop=hop)
        placed = self.tracker.feed(sent, decode(data, missing))
        self.placed.append(placed)
        return placed

    def answer(
        self, data: bytes, source: tuple[str, int] = B, target: tuple[str, int] = A, *, after: float | None = None
    ) -> Placed:
        """One datagram the other way."""
        return self.say(data, source, target, after=after)

    def icmp(
        self, quoted: bytes, source: tuple[str, int] = A, target: tuple[str, int] = B, kind: str = "port-unreachable"
    ) -> None:
        """An ICMP error of the target that quotes a datagram."""
        self.frame += 1
        self.now += self.step
        time_ns = round(self.now * 1e9)
        self.tracker.icmp(IcmpError(self.frame, time_ns, target[0], 3, 3, kind, None, *source, *target, quoted))

    def story(self, later: float = 0.0, streams: Sequence[EspStream] = ()) -> Story:
        """The end of the capture, `later` seconds after the last datagram."""
        return self.tracker.finish([], list(streams), round(1000e9), round((self.now + later) * 1e9))

    def negotiations(self, later: float = 0.0) -> list[Negotiation]:
        return self.story(later).negotiations

    def only(self, later: float = 0.0) -> Negotiation:
        """The one negotiation there is."""
        found = self.negotiations(later)
        assert len(found) == 1, [(n.initiator_spi, n.responder_spi) for n in found]
        return found[0]


def datagram(
    data: bytes,
    source: tuple[str, int] = A,
    target: tuple[str, int] = B,
    *,
    frame: int = 1,
    at: float | None = 1000.0,
    missing: int = 0,
) -> Datagram:
    transport = "udp-4500" if 4500 in (source[1], target[1]) else "udp"
    time_ns = None if at is None else round(at * 1e9)
    return Datagram(frame, time_ns, transport, *source, *target, data, 42, missing)


def step_of_message(
    data: bytes, *, frame: int = 1, at: float = 1.0, inside: Inside | None = None, memory: Memory = NOTHING
) -> Step:
    """The step that an initiator's message makes, alone in its exchange."""
    sent, message = datagram(data, frame=frame, at=at), decode(data)
    log = StepLog()
    exchange = log.begin(message.major_version, message.exchange_type, message.message_id, True, NONE)
    shape = shape_of(message, sent.transport, True, memory, inside)
    return log.step(log.add(exchange, sent.frame_number, sent.time_ns, shape))


def init_done(talk: Talk, suite: Sequence[tuple[int, ...]] = GCM, spis: tuple[str, str] = (SPI_I, SPI_R)) -> None:
    """IKE_SA_INIT, asked and answered."""
    talk.say(init_request(suite, spi=spis[0]))
    talk.answer(init_answer(suite, spis=spis))


def established(
    talk: Talk,
    suite: Sequence[tuple[int, ...]] = GCM,
    spis: tuple[str, str] = (SPI_I, SPI_R),
    answer: int = AUTH_WITH_CHILD,
) -> None:
    """IKE_SA_INIT and IKE_AUTH, asked and answered."""
    init_done(talk, suite, spis)
    talk.say(sealed(IKE_AUTH, AUTH_REQUEST, spis=spis))
    talk.answer(sealed(IKE_AUTH, answer, initiator=False, response=True, spis=spis))


def main_mode(
    talk: Talk, suite: dict[int, int] | None = None, spis: tuple[str, str] = (SPI_I, SPI_R), last: int = 6
) -> None:
    """Main mode up to its `last` message."""
    chosen = suite or phase1()
    messages = [
        main_1(chosen, spi=spis[0]),
        main_2(chosen, spis=spis),
        main_ke("i", spis=spis),
        main_ke("r", spis=spis),
        sealed1(MAIN, 108, spis=spis, first=5, salt="i"),
        sealed1(MAIN, 92, spis=spis, first=5, salt="r"),
    ]
    for number, data in enumerate(messages[:last], 1):
        if number % 2:
            talk.say(data)
        else:
            talk.answer(data)


def quick_mode(talk: Talk, mid: int = 0x1234, spis: tuple[str, str] = (SPI_I, SPI_R), last: int = 3) -> None:
    """Quick mode up to its `last` message."""
    for number, (length, salt) in enumerate(((188, "1"), (188, "2"), (60, "3"))[:last], 1):
        data = sealed1(QUICK_MODE, length, mid=mid, spis=spis, salt=salt)
        if number == 2:
            talk.answer(data)
        else:
            talk.say(data)
