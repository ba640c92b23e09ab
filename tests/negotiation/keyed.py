"""Encrypted messages whose keys are known: AES-GCM-16 with the keys of `KEYS`, and what stands inside them."""

import struct
from ipaddress import ip_address

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analyzer.decryption.keyfile import Ikev2Keys, KeyStore
from tests.isakmp.wire import chain, header
from tests.negotiation.build import (
    CREATE_CHILD_SA,
    IKE_AUTH,
    INFORMATIONAL,
    SPI_I,
    SPI_R,
    A,
    B,
    Talk,
    init_done,
    nonce2,
    sa2,
)

_SK_E = {True: bytes(range(36)), False: bytes(range(100, 136))}  # key and salt of each side
ESP = ((1, 20, 256), (5, 0))
ESP_PFS = ((1, 20, 256), (4, 19), (5, 0))
Payload = tuple[int, bytes]


def keys(*pairs: tuple[str, str]) -> KeyStore:
    store = KeyStore()
    for spis in pairs or ((SPI_I, SPI_R),):
        store.add(Ikev2Keys(*spis, _SK_E[True], _SK_E[False], b"", b"", None, None))
    return store


def locked(
    exchange: int,
    *payloads: Payload,
    initiator: bool = True,
    response: bool = False,
    mid: int = 1,
    spis: tuple[str, str] = (SPI_I, SPI_R),
) -> bytes:
    """An SK message with these payloads (RFC 5282)."""
    inside = chain(*payloads) if payloads else b""
    return _seal(exchange, inside, payloads[0][0] if payloads else 0, initiator, response, mid, spis)


def locked_bytes(exchange: int, inside: bytes, first_payload: int, *, response: bool, mid: int) -> bytes:
    """An SK message of the initiator's, or the answer, with any bytes inside."""
    return _seal(exchange, inside, first_payload, not response, response, mid, (SPI_I, SPI_R))


def locked_fragments(
    exchange: int, *payloads: Payload, pieces: int, initiator: bool = True, response: bool = False, mid: int = 1
) -> list[bytes]:
    """The same as SKF messages (RFC 7383)."""
    inside = chain(*payloads)
    size = -(-len(inside) // pieces)
    return [
        _seal(
            exchange,
            inside[(number - 1) * size : number * size],
            payloads[0][0] if number == 1 else 0,
            initiator,
            response,
            mid,
            (SPI_I, SPI_R),
            (number, pieces),
        )
        for number in range(1, pieces + 1)
    ]


def _seal(
    exchange: int,
    inside: bytes,
    first: int,
    initiator: bool,
    response: bool,
    mid: int,
    spis: tuple[str, str],
    fragment: tuple[int, int] | None = None,
) -> bytes:
    own = b"" if fragment is None else struct.pack(">HH", *fragment)
    iv = struct.pack(">BBIH", exchange, response, mid, fragment[0] if fragment else 0)
    length = 4 + len(own) + 8 + len(inside) + 1 + 16
    flags = (0x08 if initiator else 0) | (0x20 if response else 0)
    raw = bytes.fromhex(spis[0]), bytes.fromhex(spis[1])
    head = header(
        53 if fragment else 46, 28 + length, version=0x20, exchange=exchange, flags=flags, message_id=mid, spis=raw
    )
    head += struct.pack(">BBH", first, 0, length) + own
    key = _SK_E[initiator]
    return head + iv + AESGCM(key[:32]).encrypt(key[32:] + iv, inside + b"\0", head)


def identity(initiator: bool, name: str) -> Payload:
    return 35 if initiator else 36, b"\x02\0\0\0" + name.encode()


def auth(method: int = 2, data: bytes = bytes(32)) -> Payload:
    return 39, bytes([method, 0, 0, 0]) + data


def selectors(kind: int, network: str) -> Payload:
    """TSi (44) or TSr (45): one IPv4 network of 256 addresses."""
    first = ip_address(network).packed
    last = first[:3] + b"\xff"
    return kind, struct.pack(">BBHBBHHH", 1, 0, 0, 7, 0, 16, 0, 65535) + first + last


def notify(notify_type: int, data: bytes = b"", *, protocol: int = 0, spi: bytes = b"") -> Payload:
    return 41, struct.pack(">BBH", protocol, len(spi), notify_type) + spi + data


def delete(protocol: int, *spis: bytes) -> Payload:
    return 42, struct.pack(">BBH", protocol, len(spis[0]) if spis else 0, len(spis)) + b"".join(spis)


def child_offer(spi: bytes, suite: tuple = ESP, own: str = "10.1.0.0", other: str = "10.2.0.0") -> list[Payload]:
    """SA, TSi and TSr of a child: what IKE_AUTH carries besides ID and AUTH."""
    return [sa2(suite, protocol=3, spi=spi), selectors(44, own), selectors(45, other)]


def authenticated(talk: Talk, *more: Payload, answer: tuple[Payload, ...] | None = None) -> None:
    """IKE_SA_INIT and IKE_AUTH; `more` stands in the request, `answer` in place of the answer's child."""
    init_done(talk)
    request = (identity(True, "client"), auth(), *child_offer(b"\1\1\1\1"), *more)
    talk.say(locked(IKE_AUTH, *request))
    reply = answer if answer is not None else tuple(child_offer(b"\2\2\2\2"))
    talk.answer(locked(IKE_AUTH, identity(False, "server"), auth(), *reply, initiator=False, response=True))


def create(
    talk: Talk,
    mid: int,
    request: list[Payload],
    reply: list[Payload],
    *,
    begun_by_initiator: bool = True,
    spis: tuple[str, str] = (SPI_I, SPI_R),
) -> None:
    """CREATE_CHILD_SA, asked and answered."""
    there, back = ((A, B), (B, A)) if begun_by_initiator else ((B, A), (A, B))
    asked = locked(CREATE_CHILD_SA, *request, initiator=begun_by_initiator, mid=mid, spis=spis)
    answered = locked(CREATE_CHILD_SA, *reply, initiator=not begun_by_initiator, response=True, mid=mid, spis=spis)
    talk.say(asked, *there)
    talk.say(answered, *back)


def child_request(spi: bytes, suite: tuple = ESP, **networks: str) -> list[Payload]:
    sa, own, other = child_offer(spi, suite, **networks)
    return [sa, nonce2(spi.hex()), own, other]


def ike_request(spi: str, suite: tuple) -> list[Payload]:
    """SA with the new IKE SA's SPI, nonce and KE (RFC 7296 section 1.3.2)."""
    return [sa2(suite, spi=bytes.fromhex(spi)), nonce2(spi), (34, struct.pack(">HH", 19, 0) + bytes(64))]


def inform(talk: Talk, mid: int, *payloads: Payload, from_initiator: bool = True) -> None:
    """INFORMATIONAL, asked and acknowledged."""
    there, back = ((A, B), (B, A)) if from_initiator else ((B, A), (A, B))
    talk.say(locked(INFORMATIONAL, *payloads, initiator=from_initiator, mid=mid), *there)
    talk.say(locked(INFORMATIONAL, initiator=not from_initiator, response=True, mid=mid), *back)
