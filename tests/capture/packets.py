"""Packets and capture files built by bytes. Nothing here uses the code under test."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address

ETHERNET = 1
HOST_A, HOST_B = "192.0.2.1", "198.51.100.2"
HOST_A6, HOST_B6 = "2001:db8::1", "2001:db8:ffff::2"
SPI_I = bytes.fromhex("0102030405060708")
SPI_R = bytes.fromhex("1112131415161718")


def isakmp(
    payload: bytes = b"",
    *,
    version: int = 0x20,
    exchange: int = 34,
    flags: int = 8,
    next_payload: int = 33,
    initiator: bytes = SPI_I,
    responder: bytes = bytes(8),
    message_id: int = 0,
) -> bytes:
    """An ISAKMP message whose length field is right."""
    length = 28 + len(payload)
    return (
        initiator
        + responder
        + struct.pack(">BBBBII", next_payload, version, exchange, flags, message_id, length)
        + payload
    )


def esp(spi: int = 0xC0FFEE01, sequence: int = 1, size: int = 40) -> bytes:
    return struct.pack(">II", spi, sequence) + bytes(range(size % 251)) + bytes(size - size % 251)


def udp(source: int, destination: int, payload: bytes, *, length: int | None = None) -> bytes:
    return struct.pack(">HHHH", source, destination, 8 + len(payload) if length is None else length, 0) + payload


def tcp(
    source: int, destination: int, sequence: int, payload: bytes = b"", *, flags: int = 0x10, acknowledgment: int = 0
) -> bytes:
    return struct.pack(">HHIIBBHHH", source, destination, sequence, acknowledgment, 0x50, flags, 1024, 0, 0) + payload


def ipv4(
    protocol: int,
    payload: bytes,
    source: str = HOST_A,
    destination: str = HOST_B,
    *,
    fragment: int = 0,
    identification: int = 0,
    options: bytes = b"",
    total: int | None = None,
) -> bytes:
    size = 20 + len(options)
    length = size + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", 0x40 | size // 4, 0, length, identification, fragment, 64, protocol, 0)
    return head + ip_address(source).packed + ip_address(destination).packed + options + payload


def ipv6(
    next_header: int, payload: bytes, source: str = HOST_A6, destination: str = HOST_B6, *, length: int | None = None
) -> bytes:
    size = len(payload) if length is None else length
    head = struct.pack(">IHBB", 0x60000000, size, next_header, 64)
    return head + ip_address(source).packed + ip_address(destination).packed + payload


def ipv6_fragment(next_header: int, payload: bytes, offset: int, *, more: bool, identification: int = 7) -> bytes:
    """A fragment header and what follows it."""
    return struct.pack(">BBHI", next_header, 0, offset | more, identification) + payload


def ethernet(packet: bytes, ethertype: int | None = None, *, tags: Iterable[tuple[int, int]] = ()) -> bytes:
    """A frame; the ethertype of IP is told by the packet. tags: ethertype and tag control of each VLAN tag."""
    if ethertype is None:
        ethertype = 0x86DD if packet[:1] and packet[0] >> 4 == 6 else 0x0800
    stack = b"".join(struct.pack(">HH", kind, control) for kind, control in tags)
    return bytes.fromhex("020000000001020000000002") + stack + struct.pack(">H", ethertype) + packet


def ike_frame(payload: bytes | None = None, source: int = 500, destination: int = 500) -> bytes:
    """A frame with an ISAKMP message between IKE ports."""
    return ethernet(ipv4(17, udp(source, destination, isakmp(bytes(20)) if payload is None else payload)))


def pcap(
    frames: Iterable[bytes],
    *,
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    link_type: int = ETHERNET,
    snaplen: int = 262144,
    originals: dict[int, int] | None = None,
    start: int = 1_700_000_000,
) -> bytes:
    """A pcap file; a record's time is `start` and its number, in seconds and in units.

    originals: lengths on the wire, by number.
    """
    extra = bytes(8) if magic == 0xA1B2CD34 else b""
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link_type)]
    for number, frame in enumerate(frames, 1):
        original = (originals or {}).get(number, len(frame))
        out += (struct.pack(order + "IIII", start + number, number, len(frame), original), extra, frame)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(
    link_type: int = ETHERNET,
    order: str = "<",
    *,
    snaplen: int = 0,
    resolution: int | None = None,
    offset: int | None = None,
    name: bytes = b"",
) -> bytes:
    options = option(2, name, order) if name else b""
    options += b"" if resolution is None else option(9, bytes([resolution]), order)
    options += b"" if offset is None else option(14, struct.pack(order + "q", offset), order)
    return block(1, struct.pack(order + "HHI", link_type, 0, snaplen) + options, order)


def enhanced(
    frame: bytes,
    order: str = "<",
    *,
    number: int = 0,
    units: int = 0,
    captured: int | None = None,
    original: int | None = None,
    options: bytes = b"",
) -> bytes:
    size = len(frame) if captured is None else captured
    wire = len(frame) if original is None else original
    head = struct.pack(order + "IIIII", number, units >> 32, units & 0xFFFFFFFF, size, wire)
    return block(6, head + frame + (bytes(-len(frame) % 4) + options if options else b""), order)


def simple(frame: bytes, order: str = "<", *, original: int | None = None) -> bytes:
    return block(3, struct.pack(order + "I", len(frame) if original is None else original) + frame, order)


def old_packet(frame: bytes, order: str = "<", *, number: int = 0, drops: int = 0, units: int = 0) -> bytes:
    head = struct.pack(order + "HHIIII", number, drops, units >> 32, units & 0xFFFFFFFF, len(frame), len(frame))
    return block(2, head + frame, order)
