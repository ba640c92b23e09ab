"""ISAKMP messages as bytes, enough of both versions to keep a decoder busy (RFC 2408 section 3, RFC 7296 section 3)."""

import struct
from typing import NamedTuple

# Octets of the public value, by the number of the Diffie-Hellman group.
KE_SIZE = {1: 96, 2: 128, 5: 192, 14: 256, 15: 384, 16: 512, 19: 64, 20: 96, 21: 132, 22: 128, 24: 256, 31: 32, 32: 56}
IKEV1, IKEV2 = 0x10, 0x20
NO_SPI = bytes(8)

Payload = tuple[int, bytes]  # type, body
Transform = tuple[int, int, int | None]  # IKEv2: transform type, transform ID, key length
Attributes = list[tuple[int, int]]  # IKEv1: attribute type, value


class Sent(NamedTuple):
    """One message on its way. `natt`: with the non-ESP marker, to port 4500."""

    from_initiator: bool
    natt: bool
    data: bytes


def message(
    spis: bytes, version: int, exchange_type: int, flags: int, message_id: int, payloads: list[Payload]
) -> bytes:
    """A message in clear; `spis` is both sides' eight octets."""
    body = b""
    following = [kind for kind, _ in payloads[1:]] + [0]
    for (_, data), next_payload in zip(payloads, following, strict=True):
        body += struct.pack(">BBH", next_payload, 0, 4 + len(data)) + data
    return header(spis, payloads[0][0], version, exchange_type, flags, message_id, len(body)) + body


def header(
    spis: bytes, next_payload: int, version: int, exchange_type: int, flags: int, message_id: int, body_size: int
) -> bytes:
    """The 28 octets in front of everything."""
    return spis + struct.pack(">BBBBII", next_payload, version, exchange_type, flags, message_id, 28 + body_size)


def notify(notify_type: int, data: bytes = b"") -> Payload:
    """An IKEv2 Notify payload without an SPI."""
    return 41, struct.pack(">BBH", 0, 0, notify_type) + data


def vendor_ids(payload_type: int, hexes: list[str]) -> list[Payload]:
    """Vendor ID payloads (13 in IKEv1, 43 in IKEv2)."""
    return [(payload_type, bytes.fromhex(text)) for text in hexes]


def ikev2_sa(proposals: list[list[Transform]]) -> bytes:
    """Body of an IKEv2 SA payload for an IKE SA."""
    out = b""
    for index, transforms in enumerate(proposals):
        body = b""
        for at, (transform_type, transform_id, key_bits) in enumerate(transforms):
            attribute = struct.pack(">HH", 0x800E, key_bits) if key_bits else b""
            more = 3 if at < len(transforms) - 1 else 0
            body += struct.pack(">BBHBBH", more, 0, 8 + len(attribute), transform_type, 0, transform_id) + attribute
        more = 2 if index < len(proposals) - 1 else 0
        out += struct.pack(">BBHBBBB", more, 0, 8 + len(body), index + 1, 1, 0, len(transforms)) + body
    return out


def ikev1_sa(transforms: list[Attributes]) -> bytes:
    """Body of an IKEv1 phase 1 SA payload: DOI IPsec, SIT_IDENTITY_ONLY, one proposal."""
    out = b""
    for index, attributes in enumerate(transforms):
        body = b"".join(ikev1_attribute(kind, value) for kind, value in attributes)
        more = 3 if index < len(transforms) - 1 else 0
        out += struct.pack(">BBHBBH", more, 0, 8 + len(body), index + 1, 1, 0) + body
    proposal = struct.pack(">BBHBBBB", 0, 0, 8 + len(out), 1, 1, 0, len(transforms)) + out
    return struct.pack(">II", 1, 1) + proposal


def ikev1_attribute(kind: int, value: int) -> bytes:
    """Two octets of value where they are enough, else four with a length."""
    if value > 0xFFFF:
        return struct.pack(">HHI", kind, 4, value)
    return struct.pack(">HH", 0x8000 | kind, value)
