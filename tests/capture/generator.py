"""Captures made at random, mostly sensible and then damaged: what the two readers are compared on."""

import struct
from collections.abc import Callable
from random import Random

from tests.capture.layers.frames import FRAMES, gre, gtp, outer
from tests.capture.packets import (
    HOST_A,
    HOST_A6,
    HOST_B,
    HOST_B6,
    block,
    enhanced,
    esp,
    ethernet,
    interface,
    ipv4,
    ipv6,
    ipv6_fragment,
    isakmp,
    old_packet,
    option,
    pcap,
    section,
    simple,
    tcp,
    udp,
)

LAYERED: dict[int, list[bytes]] = {}
"""Frames of layers/ by link type."""
for _link, _frame in (both for kinds in FRAMES.values() for both in kinds.values()):
    LAYERED.setdefault(_link, []).append(_frame)
PORTS = (500, 4500, 848, 1701, 4789, 1234, 53, 496, 40000)
LINKS = (1, 1, 1, 1, 113, 276, 101, 0, 9, 12, 147, 228)
RARE_LINKS = tuple(link for link in LAYERED if link != 1)


class Traffic:
    """Packets around one ISAKMP message, so that fragments, segments and duplicates find each other."""

    def __init__(self, random: Random) -> None:
        self.random = random
        body = random.randbytes(random.randrange(60))
        self.message = isakmp(
            body,
            version=random.choice((0x10, 0x20, 0x20, 0x30)),
            exchange=random.choice((2, 4, 5, 32, 34, 35, 36, 99)),
            flags=random.choice((0, 1, 8, 32, 255)),
            next_payload=random.choice((0, 1, 8, 33, 41, 46, 200)),
            initiator=random.choice((bytes(8), bytes(range(1, 9)), bytes(range(1, 9)))),
        )

    def esp(self) -> bytes:
        r = self.random
        sequence = r.choice((r.randrange(1, 20), r.randrange(2000), r.randrange(2**32), 2**32 - 1, 0))
        return esp(r.randrange(1, 6), sequence, r.randrange(30))

    def udp(self) -> bytes:
        r, message = self.random, self.message
        payload = r.choice(
            (
                message,
                bytes(4) + message,
                b"\xff",
                self.esp(),
                b"",
                bytes(4),
                r.randbytes(r.randrange(12)),
                message + b"x",
                bytes([0, 2, 0, 1, 0, 0, 0, 0]) + b"\xff\x03\0\x21" + ipv4(17, udp(500, 500, message)),  # L2TP
                b"\x08" + bytes(7) + ethernet(ipv4(17, udp(500, 4500, message))),  # VXLAN
            )
        )
        length = None if r.random() < 0.9 else r.choice((0, 5, 8, 9, len(payload) + 30, len(payload) + 4, 65535))
        return udp(r.choice(PORTS), r.choice(PORTS), payload, length=length)

    def tcp(self) -> bytes:
        r, message = self.random, self.message
        frame = struct.pack(">H", len(message) + 6) + bytes(4) + message
        data = r.choice(
            (b"IKETCP", b"IKETCP" + frame, frame, struct.pack(">H", 50) + esp(9, r.randrange(4)), message, b"junk")
        )
        sequence = r.choice((100, 106, 106 + len(frame), 200))
        flags, acknowledged = r.choice((16, 16, 24, 2, 2, 4, 1, 18, 20)), r.choice((0, 101, 112, 150, 300))
        ports = r.choice(((500, 4500), (4500, 500), (500, 443), (4500, 443), (80, 4500), (80, 443), (443, 80)))
        return tcp(*ports, sequence, data, flags=flags, acknowledgment=acknowledged)

    def ah(self) -> tuple[int, bytes]:
        r = self.random
        protocol, inner = r.choice(
            (
                (6, tcp(r.choice((80, 500)), 443, 1, b"x")),
                (17, self.udp()),
                (50, self.esp()),
                (1, bytes(8)),
                (4, ipv4(17, self.udp())),
                (60, bytes([17]) + bytes(7) + self.udp()),
                (59, b""),
            )
        )
        head = bytes([protocol, r.choice((4, 4, 4, 1, 0, 200)), 0, 0]) + struct.pack(
            ">II", r.randrange(1, 4), r.randrange(9)
        )
        return 51, head + bytes(12) + inner

    def icmp(self) -> tuple[int, bytes]:
        r = self.random
        if r.random() < 0.5:
            quoted = r.choice((ipv4(17, self.udp()), ipv4(6, self.tcp())))[: r.choice((20, 28, 36, 60, 200))]
            return 1, bytes([r.choice((0, 3, 3, 11, 5)), r.choice((0, 1, 3, 4, 13)), 0, 0, 0, 0, 5, 0]) + quoted
        return 58, bytes([r.choice((1, 2, 3, 128)), r.randrange(7), 0, 0, 0, 0, 5, 0]) + ipv6(17, self.udp())[
            : r.choice((40, 48, 90))
        ]

    def tunnel(self) -> tuple[int, bytes]:
        r = self.random
        gre = struct.pack(">HH", r.choice((0, 0x2000, 0x3000, 0x8000, 1)), r.choice((0x0800, 0x6558, 0x880B)))
        return r.choice(
            (
                (4, ipv4(17, self.udp())),
                (41, ipv6(17, self.udp())),
                (47, gre + bytes(4) + ipv4(17, self.udp())),
                (137, b"\0\0\1\1" + ipv4(17, self.udp())),
            )
        )

    def carried(self) -> tuple[int, bytes]:
        """An IP protocol and its packet."""
        r = self.random
        kinds: tuple[Callable[[], tuple[int, bytes]], ...] = (
            *[lambda: (17, self.udp())] * 4,
            lambda: (50, self.esp()[: r.choice((3, 7, 8, 9, 48))]),
            lambda: (6, self.tcp()),
            self.ah,
            self.icmp,
            self.tunnel,
            lambda: r.choice(((89, b"ospf" * 8), (17, self.udp()[: r.randrange(9)]), (132, bytes(20)))),
        )
        return r.choice(kinds)()

    def ip(self) -> bytes:
        r = self.random
        protocol, data = self.carried()
        cut, number, kind = 8 * r.randrange(1, 6), r.randrange(3), r.random()
        if r.random() < 0.7:
            if kind < 0.25:
                part, field = r.choice(((data[:cut], 0x2000), (data[cut:], cut // 8), (data[8:40], 0x2001)))
                return ipv4(protocol, part, fragment=field, identification=number)
            source, destination = (r.choice((HOST_A, HOST_B, "10.0.0.1")) for _ in range(2))
            options = b"" if r.random() < 0.9 else bytes(4 * r.randrange(1, 4))
            total = None if r.random() < 0.93 else r.choice((0, 10, 20, 28, 30, 60, 1500))
            return ipv4(protocol, data, source, destination, options=options, total=total)
        if kind < 0.25:
            part, offset, more = r.choice(((data[:cut], 0, True), (data[cut:], cut, False), (data, 0, False)))
            fragment = ipv6_fragment(protocol, part, offset, more=more)
            return r.choice((ipv6(44, fragment), ipv6(0, bytes([44]) + bytes(7) + fragment)))
        if kind < 0.4:
            return ipv6(r.choice((0, 43, 60, 135)), bytes([protocol]) + bytes(7) + data)
        source, destination = (r.choice((HOST_A6, HOST_B6)) for _ in range(2))
        length = None if r.random() < 0.93 else r.choice((0, 4, 8, 20, 1500))
        return ipv6(protocol, data, source, destination, length=length)

    def frame(self, link: int) -> bytes:
        r, packet = self.random, self.ip()
        if link in LAYERED and (link != 1 or r.random() < 0.1):
            return self.layered(link)
        is_v6 = packet[0] >> 4 == 6
        ethertype, ppp = (b"\x86\xdd", b"\0\x57") if is_v6 else (b"\x08\0", b"\0\x21")
        frames = {
            0: struct.pack("<I", 24 if is_v6 else 2) + packet,
            9: b"\xff\x03" + ppp + packet,
            113: bytes(14) + ethertype + packet,
            276: ethertype + bytes(18) + packet,
        }
        frame = self.ethernet(packet, ppp) if link == 1 else frames.get(link, packet)
        if r.random() < 0.1:
            frame += bytes(r.randrange(20))
        return frame[: r.randrange(len(frame) + 1)] if r.random() < 0.08 else frame

    def layered(self, link: int) -> bytes:
        """A frame with a rare layer, changed or cut perhaps."""
        r, out = self.random, bytearray(self.random.choice(LAYERED[link]))
        while r.random() < 0.5:
            out[r.randrange(len(out))] = r.choice((0, 1, 4, 8, 0x40, 0x80, 255, r.randrange(256)))
        return bytes(out[: r.randrange(len(out) + 1)] if r.random() < 0.2 else out)

    def tunnelled(self, packet: bytes) -> bytes:
        """A frame with tunnels in tunnels, and the packet in the innermost."""
        r, frame = self.random, ethernet(packet)
        while r.random() < 0.5:
            frame = r.choice(
                (
                    gre(0x6558, frame),
                    gre(0x88BE, bytes.fromhex("1001000100000000") + frame, 0x1000, bytes(4)),
                    outer(r.choice((4789, 8472, 40000)), b"\x08" + bytes(7) + frame),
                    outer(6081, b"\0\0\x65\x58" + bytes(4) + frame),
                    gtp(frame[14:]),
                    ethernet(b"\x0f\xc2\2\3\0\0\1\1" + frame, 0x894F),
                    ethernet(bytes(4) + frame, 0x88E7),
                )
            )
        return frame

    def ethernet(self, packet: bytes, ppp: bytes) -> bytes:
        r, kind = self.random, self.random.random()
        if kind < 0.7:
            return ethernet(packet)
        if kind < 0.85:
            return ethernet(packet, tags=[(r.choice((0x8100, 0x88A8, 0x9100)), 5)] * r.randrange(1, 7))
        return r.choice(
            (
                ethernet(b"\x11\0\0\1" + struct.pack(">H", len(packet) + 2) + ppp + packet, 0x8864),
                ethernet(b"\0\0\1\1" + packet, 0x8847),
                ethernet(b"\xaa\xaa\3\0\0\0\x08\0" + packet, len(packet) + 8),
                ethernet(packet, r.choice((0x0806, 0x88E5, 1500, 0x6558))),
                self.tunnelled(packet),
            )
        )


def pcap_file(r: Random) -> bytes:
    """A pcap file of any kind."""
    traffic, link = Traffic(r), r.choice(LINKS if r.random() < 0.8 else RARE_LINKS)
    frames = [traffic.frame(link) for _ in range(r.randrange(60))]
    originals = {r.randrange(1, 60): r.randrange(200) for _ in range(r.choice((0, 0, 3)))}
    magic = r.choice((0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34))
    return pcap(frames, order=r.choice("<>"), magic=magic, link_type=link, originals=originals)


def pcapng_file(r: Random) -> bytes:
    """A pcapng file of several sections and interfaces."""
    traffic = Traffic(r)
    return b"".join(_section(r, traffic) for _ in range(r.choice((1, 1, 1, 2, 5))))


def _section(r: Random, traffic: Traffic) -> bytes:
    order, links = r.choice("<>"), list[int]()
    out = section(order)
    for _ in range(r.randrange(40)):
        if (not links and r.random() < 0.9) or r.random() < 0.05:
            links.append(r.choice((1, 1, 1, 101, 113, 147, r.choice(RARE_LINKS))))
            resolution = r.choice((None, 6, 9, 3, 0x94, 12, 19, 127, 255))
            snaplen, offset = r.choice((0, 0, 60)), r.choice((None, None, 5, -(2**62)))
            out += interface(links[-1], order, snaplen=snaplen, resolution=resolution, offset=offset)
        elif r.random() < 0.05:
            out += block(r.choice((5, 4, 9, 10, 0xBAD, 0x204, 99, 6, 3)), bytes(r.randrange(30)), order)
        else:
            out += _packet(r, traffic, links, order)
    return out


def _options(r: Random, order: str) -> bytes:
    """Options of a packet: comments, lost packets, custom ones, of sizes that are right and not."""
    codes = r.choices((1, 2, 4, 2988, 2989, 19372, 77), k=r.choice((1, 1, 2, 5, 30)))
    end = r.choice((b"", bytes(4), option(0, b""), option(9, b"", order)[:2] + b"\xff\xff"))
    return b"".join(option(code, bytes(r.choice((0, 3, 4, 8, 8, 9))), order) for code in codes) + end


def _packet(r: Random, traffic: Traffic, links: list[int], order: str) -> bytes:
    number = r.randrange(len(links) + (r.random() < 0.1)) if links else 0
    frame = traffic.frame(links[number] if number < len(links) else 1)
    units, kind = r.choice((10**15 + r.randrange(1000), r.randrange(2**64))), r.random()
    if kind < 0.8:
        captured = None if r.random() < 0.95 else r.randrange(300)
        original = None if r.random() < 0.9 else r.randrange(300)
        options = _options(r, order) if r.random() < 0.1 else b""
        return enhanced(frame, order, number=number, units=units, captured=captured, original=original, options=options)
    if kind < 0.9:
        return simple(frame, order, original=None if r.random() < 0.8 else r.randrange(100))
    return old_packet(frame, order, number=number, drops=3, units=units)


def damaged(r: Random, data: bytes) -> bytes:
    """The same file with some bytes changed, lost, doubled, or its end cut off; its first 24 bytes stay."""
    out = bytearray(data)
    for _ in range(r.choice((0, 0, 1, 2, 5))):
        if len(out) < 30:
            break
        at, kind = r.randrange(24, len(out)), r.randrange(5)
        if kind == 0:
            out[at] = r.randrange(256)
        elif kind == 1:
            out[at] ^= 1 << r.randrange(8)
        elif kind == 2:
            del out[at : at + r.randrange(1, 9)]
        elif kind == 3:
            out[at:at] = r.randbytes(r.randrange(1, 9))
        else:
            del out[at:]
    return bytes(out)
