"""Logs of one IKE SA whose encrypted messages are all of one length: what is printed beside them sets insides apart."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

OWN, PEER = "192.0.2.10", "192.0.2.20"
SPIS = bytes.fromhex("5076745f634ec6cb6e213d57a7cda09b")
SK, DELETE, HASH, INFORMATIONAL = 46, 42, 8, 5
SALT = bytes.fromhex("0a0b0c0d")


@dataclass(frozen=True)
class Message:
    """plain: padding included; content: without it, of IKEv2. name: as charon has it."""

    payload: bytes
    sent: bool
    name: str
    plain: bytes = b""
    content: bytes = b""
    iv: bytes = b""
    sealed: bytes = b""
    icv: bytes = b""


def _header(version: int, kind: int, flags: int, number: int, first: int, size: int, spis: bytes = SPIS) -> bytes:
    return spis + bytes([first, version << 4, kind, flags]) + number.to_bytes(4, "big") + (28 + size).to_bytes(4, "big")


def opening(version: int) -> list[Message]:
    """What begins the SA, as far as it matters here: two messages that are not encrypted."""
    kind, body = (
        (34, bytes.fromhex("00000014") + bytes(16)) if version == 2 else (2, bytes.fromhex("0000000c") + bytes(8))
    )
    first = 40 if version == 2 else 13
    asked = _header(version, kind, 8 * (version == 2), 0, first, len(body), SPIS[:8] + bytes(8)) + body
    answer = _header(version, kind, 32 * (version == 2), 0, first, len(body)) + body
    return [Message(asked, True, "IKE_SA_INIT request 0"), Message(answer, False, "IKE_SA_INIT response 0")]


def messages_of(version: int, cbc: bool, seed: int, exchanges: int = 4) -> list[Message]:
    """Deletes of both sides, each of which is answered with another; in IKEv1 each has its own message ID."""
    chance, found = random.Random(seed), opening(version)
    numbers = {True: count(1), False: count(0)}
    for turn in range(exchanges):
        own = turn % 3 != 1
        number = next(numbers[own])
        for sent in (own, not own):
            answers = sent != own
            if version == 1:
                number = chance.getrandbits(32)
            found.append(_message(version, cbc, chance, number, sent, answers))
    return found


def _message(version: int, cbc: bool, chance: random.Random, number: int, sent: bool, answers: bool) -> Message:
    content = bytes.fromhex("000000300304000a") + chance.randbytes(40)
    if version == 1:
        content = bytes.fromhex("0c000018") + chance.randbytes(20) + b"\0\0" + content[2:]
    padding = 16 - len(content) % 16 if cbc else 1
    if version == 1:
        plain = content + bytes(padding)
        sealed = chance.randbytes(len(plain))
        payload = _header(1, INFORMATIONAL, 1, number, HASH, len(sealed)) + sealed
        return Message(payload, sent, f"INFORMATIONAL_V1 request {number}", plain, plain, chance.randbytes(16), sealed)
    plain = content + bytes(padding - 1) + bytes([padding - 1])
    iv, sealed, icv = (chance.randbytes(size) for size in (16 if cbc else 8, len(plain), 16))
    body = iv + sealed + icv
    flags = (8 if sent else 0) | (32 if answers else 0)
    head = _header(2, 37, flags, number, SK, 4 + len(body)) + bytes([DELETE, 0]) + (4 + len(body)).to_bytes(2, "big")
    name = f"INFORMATIONAL {'response' if answers else 'request'} {number}"
    return Message(head + body, sent, name, plain, content, iv, sealed, icv)


def _stamped(blocks: list[list[str]]) -> Iterator[tuple[str, str]]:
    """The lines about each message, with a time: 3 microseconds between lines, 1.7 seconds between messages."""
    for turn, block in enumerate(blocks):
        for place, line in enumerate(block):
            at = turn * 1_700_000 + place * 3
            yield f"Nov 30 01:{at // 60_000_000:02}:{at // 1_000_000 % 60:02}.{at % 1_000_000:06}", line


def charon(found: list[Message], seed: int = 0) -> list[str]:
    """Three threads in turn, whose memory is used again and again."""
    chance, blocks, lines = random.Random(seed), list[list[str]](), list[str]()

    def dump(thread: str, what: str, data: bytes, at: int) -> None:
        lines.append(f"{thread} {what} => {len(data)} bytes @ {at:#x}")
        for start in range(0, len(data), 16):
            digits = data[start : start + 16].hex(" ").upper()
            lines.append(f"{thread} {start:4}: {digits:<47}  ................")

    for turn, one in enumerate(found):
        thread, at = f"{9 + turn % 3:02}[ENC] <net|1>", 0x7F2A58001000 + chance.randrange(64) * 1000
        spot = at + len(one.iv)
        lines = []
        blocks.append(lines)
        parts = [("IV", one.iv, at)]
        unpadded = one.plain[: len(one.plain) - one.plain[-1] - 1] if one.plain else b""
        plain = one.content if "_V1" not in one.name else unpadded
        padding = one.plain[len(plain) :]
        if not one.sent:
            dump("03[NET]", "received packet", one.payload, 0x7F2A99896420)
            lines.append(f"03[NET] received packet: from {PEER}[500] to {OWN}[500]")
        if one.sent:
            lines.append(f"{thread} generating {one.name} [ D ]")
            parts += [("plain", plain, spot), ("padding", padding, spot + len(plain))]
            parts += [("assoc", one.payload[:32], at + 9000), ("encrypted", one.sealed, spot), ("ICV", one.icv, spot)]
            words = "encrypting payloads:" if "_V1" in one.name else "encrypted payload encryption:"
        elif "_V1" in one.name:
            parts, words = [("encrypted", one.sealed, spot), ("plain", one.plain, spot)], "decrypting payloads:"
        else:
            parts += [
                ("encrypted", one.sealed + one.icv, spot),
                ("ICV", one.icv, spot),
                ("assoc", one.payload[:32], at),
            ]
            parts += [("plain", plain, spot), ("padding", padding, spot + len(plain))]
            words = "encrypted payload decryption:"
        if one.plain:
            lines.append(f"{thread} {words}")
            for what, data, where in parts:
                if data or what == "plain":
                    dump(thread, what, data, where)
        if one.sent:
            dump(thread, "generated data of this generator", one.payload, at + 20_000)
            size = len(one.payload)
            lines.append(
                f"{thread.replace('ENC', 'NET')} sending packet: from {OWN}[500] to {PEER}[500] ({size} bytes)"
            )
        else:
            lines.append(f"{thread} parsed {one.name} [ D ]")
    return [f"{stamp[:15]} gw charon: {line}" for stamp, line in _stamped(blocks)]


def pluto(found: list[Message], seed: int = 0) -> list[str]:
    """One thread; of AEAD and of CBC other words."""
    blocks, lines = list[list[str]](), list[str]()

    def dump(what: str, data: bytes) -> None:
        lines.append(f"| {what}")
        for start in range(0, len(data), 16):
            row = data[start : start + 16]
            digits = "  ".join(row[at : at + 4].hex(" ") for at in range(0, len(row), 4))
            lines.append(f"|   {digits:<50}   ................")

    for one in found:
        lines = []
        blocks.append(lines)
        if not one.sent:
            dump(f"*received {len(one.payload)} bytes from {PEER}:500 on eth0 {OWN}:500 using UDP", one.payload)
        way = "encryption" if one.sent else "decryption"
        before, after = (one.plain, one.sealed) if one.sent else (one.sealed, one.plain)
        if one.plain and len(one.iv) == 8:
            dump(f"Salt before authenticated {way}:", SALT)
            dump(f"IV before authenticated {way}:", one.iv)
            dump(f"AAD before authenticated {way}:", one.payload[:32])
            dump(f"data before authenticated {way}:", before)
            dump(f"data after authenticated {way}:", after if one.sent else after + one.icv)
        elif one.plain and one.payload[17] == 0x20:
            dump("data for hmac:", one.payload[: -len(one.icv)])
            dump(f"{way} IV/starting-variable", one.iv)
            dump(f"{'data' if one.sent else 'payload'} before {way}:", before)
            dump(f"{'data' if one.sent else 'payload'} after {way}:", after)
        elif one.plain and not one.sent:
            dump("IV before:", one.iv)
            dump("IV after:", one.sealed[-16:])
            dump(f"decrypted payload (starts at offset -{len(one.plain)}):", one.payload[:28] + one.plain)
        if one.sent:
            dump(
                f"sending {len(one.payload)} bytes for STATE through eth0 from {OWN}:500 to {PEER}:500 using UDP",
                one.payload,
            )
        lines.append("| stop processing: state #1")
    return [f"{stamp}: {line}" for stamp, line in _stamped(blocks)]


def fortigate(found: list[Message], seed: int = 0) -> list[str]:
    """Digits of a message in one line."""
    blocks = list[list[str]]()
    for one in found:
        lines = list[str]()
        blocks.append(lines)
        digits, size = one.payload.hex().upper(), len(one.payload)
        name = f"id={one.payload[:8].hex()}/{one.payload[8:16].hex()}:{one.payload[20:24].hex()}"
        header = one.payload[:28]
        if one.sent:
            if one.plain:
                inside = one.plain if one.payload[17] == 0x20 else header + one.plain
                lines.append(f"ike 0:hub:7: enc {inside.hex().upper()}")
            lines.append(f"ike 0:hub:7: out {digits}")
            lines.append(f"ike 0:hub:7: sent IKE msg (INFORMATIONAL): {OWN}:500->{PEER}:500, len={size}, vrf=0, {name}")
        else:
            lines.append(f"ike 0: comes {PEER}:500->{OWN}:500,ifindex=5,vrf=0....")
            lines.append(f"ike 0: IKEv2 exchange=INFORMATIONAL {name} len={size}")
            lines.append(f"ike 0: in {digits}")
            if one.plain:
                between = bytes([DELETE, 0, 0, 4]) if one.payload[17] == 0x20 else b""
                lines.append(f"ike 0:hub:7: dec {(header + between + one.plain).hex().upper()}")
            lines.append("ike 0:hub:7: received delete")
    return [f"{re.sub('^Nov ', '2026-11-', stamp)} {line}" for stamp, line in _stamped(blocks)]


MADE: dict[str, tuple[Callable[[list[Message], int], list[str]], int, bool]] = {
    "charon": (charon, 2, False),
    "charon cbc": (charon, 2, True),
    "charon ikev1": (charon, 1, True),
    "pluto": (pluto, 2, False),
    "pluto cbc": (pluto, 2, True),
    "pluto ikev1": (pluto, 1, True),
    "fortigate": (fortigate, 2, False),
    "fortigate cbc": (fortigate, 2, True),
    "fortigate ikev1": (fortigate, 1, True),
}
"""Writer, major version, and whether a block cipher is used."""
