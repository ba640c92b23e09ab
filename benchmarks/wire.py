"""Ethernet frames around messages, and the ordinary traffic that a capture is full of.

UDP checksums are 0 everywhere, IPv4 header checksums are right on IKE and 0 on ordinary traffic.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.messages import Sent
from benchmarks.rnd import Rnd

MACS = bytes.fromhex("020000000001020000000002")
IPV4, IPV6, ARP = b"\x08\x00", b"\x86\xdd", b"\x08\x06"
VLAN, QINQ = b"\x81\x00\x00\x64", b"\x88\xa8\x00\xc8\x81\x00\x00\x64"
TCP, UDP, ESP, ICMP = 6, 17, 50, 1
IPV4_PAYLOAD = 1480  # octets of one fragment
MORE_FRAGMENTS = 0x2000


class Route(NamedTuple):
    """Where one IKE SA runs."""

    initiator: bytes
    responder: bytes
    vlan: bool
    natt_port: int


def routes(rnd: Rnd) -> Iterator[Route]:
    """Endless pairs of peers, a tenth of them on IPv6."""
    while True:
        if rnd.random() < 0.10:
            initiator = bytes.fromhex("20010db8") + bytes(8) + rnd.randbytes(4)
            responder = bytes.fromhex("20010db8ffff") + bytes(8) + bytes([0, rnd.randrange(1, 5)])
        else:
            initiator = bytes([198, 18 + rnd.randrange(2), rnd.randrange(256), rnd.randrange(1, 255)])
            responder = bytes([203, 0, 113, rnd.randrange(1, 5)])
        yield Route(initiator, responder, rnd.random() < 0.08, rnd.choice((4500, rnd.randrange(20000, 60000))))


def udp(source: int, destination: int, payload: bytes) -> bytes:
    """A UDP datagram without checksum."""
    return struct.pack(">HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(source: int, destination: int, payload: bytes) -> bytes:
    """A TCP segment in the middle of something."""
    return struct.pack(">HHIIBBHHH", source, destination, 1, 1, 0x50, 0x10, 512, 0, 0) + payload


def ipv6(source: bytes, destination: bytes, protocol: int, payload: bytes) -> bytes:
    """An IPv6 packet without extension headers."""
    return struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + source + destination + payload


def checksum(header: bytes) -> int:
    """Of an IPv4 header without options (RFC 791)."""
    total: int = sum(struct.unpack(">10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


class Wire:
    """Makes frames; counts IPv4 identifications as one host would."""

    def __init__(self, rnd: Rnd) -> None:
        self.rnd = rnd
        self.identification = 0

    def ipv4(self, source: bytes, destination: bytes, protocol: int, payload: bytes, fragment: int = 0) -> bytes:
        """An IPv4 packet with the next identification and no checksum. `fragment`: flags and offset."""
        self.identification = (self.identification + 1) & 0xFFFF
        return self.ipv4_header(source, destination, protocol, len(payload), fragment) + payload

    def ipv4_header(self, source: bytes, destination: bytes, protocol: int, size: int, fragment: int) -> bytes:
        """20 octets, checksum 0."""
        fields = (0x45, 0, 20 + size, self.identification, fragment, 64, protocol, 0, source, destination)
        return struct.pack(">BBHHHBBH4s4s", *fields)

    def ike(self, route: Route, sent: Sent) -> Iterator[bytes]:
        """One IKE message as frames: several, IPv4 fragments, when it is too long for one."""
        data = b"\0\0\0\0" + sent.data if sent.natt else sent.data
        ends = [(route.initiator, route.natt_port if sent.natt else 500), (route.responder, 4500 if sent.natt else 500)]
        (source, source_port), (destination, port) = ends if sent.from_initiator else reversed(ends)
        datagram = udp(source_port, port, data)
        tag = VLAN if route.vlan else b""
        if len(source) == 16:
            yield MACS + tag + IPV6 + ipv6(source, destination, UDP, datagram)
            return
        self.identification = (self.identification + 1) & 0xFFFF
        for at in range(0, len(datagram), IPV4_PAYLOAD):
            part = datagram[at : at + IPV4_PAYLOAD]
            more = MORE_FRAGMENTS if at + IPV4_PAYLOAD < len(datagram) else 0
            head = self.ipv4_header(source, destination, UDP, len(part), more | at // 8)
            head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
            yield MACS + tag + IPV4 + head + part

    def size(self) -> int:
        """Octets behind the IP header, as on a line of today."""
        rnd = self.rnd
        luck = rnd.random()
        if luck < 0.42:
            return rnd.randrange(20, 90)
        if luck < 0.60:
            return rnd.randrange(300, 800)
        return 1480 if luck < 0.95 else rnd.randrange(800, 1480)

    def ordinary(self) -> bytes:
        """One frame of everything else: TCP, UDP, ESP, ICMP, ARP; with VLAN and QinQ tags, IPv6 and IPv4 fragments."""
        rnd = self.rnd
        size = self.size()
        luck = rnd.random()
        if luck < 0.005:
            return MACS + ARP + rnd.fill(28) + bytes(18)
        if luck < 0.12:
            return self.ordinary_ipv6(min(size, 1440))
        source, destination = b"\x0a" + rnd.fill(3), bytes([192, 0, 2]) + rnd.fill(1)
        protocol, payload, fragment = self.ordinary_payload(luck, size)
        packet = self.ipv4(source, destination, protocol, payload, fragment)
        luck = rnd.random()
        return MACS + (b"" if luck < 0.89 else VLAN if luck < 0.99 else QINQ) + IPV4 + packet

    def ordinary_ipv6(self, size: int) -> bytes:
        """TCP or UDP with a web server."""
        rnd = self.rnd
        protocol = TCP if rnd.random() < 0.7 else UDP
        ports = (443, rnd.randrange(1024, 65536)) if rnd.random() < 0.5 else (rnd.randrange(1024, 65536), 443)
        payload = (
            tcp(*ports, rnd.fill(max(size - 20, 0))) if protocol == TCP else udp(*ports, rnd.fill(max(size - 8, 1)))
        )
        filled = rnd.fill(28)
        packet = ipv6(b"\x20\x01\x0d\xb8" + filled[:12], filled[12:], protocol, payload)
        return MACS + (VLAN if rnd.random() < 0.1 else b"") + IPV6 + packet

    def ordinary_payload(self, luck: float, size: int) -> tuple[int, bytes, int]:
        """Protocol, bytes, fragment flags and offset of an IPv4 packet."""
        rnd = self.rnd
        if luck < 0.60:
            if rnd.random() < 0.5:
                ports = 443, rnd.randrange(1024, 65536)
            else:
                ports = rnd.randrange(1024, 65536), rnd.choice((443, 80, 22, 445, 25))
            return TCP, tcp(*ports, rnd.fill(max(size - 20, 0))), 0
        if luck < 0.82:
            server, client = rnd.choice((443, 53, 123)), rnd.randrange(1024, 65536)
            ports = (client, server) if rnd.random() < 0.5 else (server, client)
            return UDP, udp(*ports, rnd.fill(max(size - 8, 1))), 0
        if luck < 0.92:
            return ESP, rnd.fill(max(size, 32)), 0
        if luck < 0.95:
            return UDP, udp(4500, 4500, self.esp(struct.pack(">I", rnd.randrange(256, 1 << 32)), size)), 0
        if luck < 0.96:
            if rnd.random() < 0.5:
                return UDP, udp(5004, 5006, rnd.fill(1472)), MORE_FRAGMENTS
            return UDP, rnd.fill(max(size, 8)), 185
        return ICMP, b"\x08\0\0\0" + rnd.fill(60), 0

    def esp(self, start: bytes, size: int) -> bytes:
        """An ESP packet that begins with `start` (SPI, sequence number)."""
        return start + self.rnd.fill(max(min(size, 1440), 40))
