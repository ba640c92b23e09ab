"""Captures at two points, made of one: each packet of a fixture is seen at `inside` and, a router further, `outside`.

What passes where is the caller's choice: a firewall between the two, a NAT, clocks that differ, a point that stops.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import dpkt

from analyzer import Analysis, read_pcap
from analyzer.capture.decoder import Packet
from analyzer.capture.pcapng_writer import PcapNgWriter
from tests.capture.packets import block, esp, ethernet, ipv4, option, udp

SECOND = 10**9
PCAPS = Path(__file__).parents[1] / "fixtures" / "pcaps"
End = tuple[str, int]
_OTHER = ethernet(ipv4(17, udp(53, 53, b"other traffic")))


@dataclass(frozen=True)
class Sent:
    """A packet of the fixture, which the initiator's side sends outwards or gets. number: counted from 1."""

    number: int
    time_ns: int
    data: bytes
    outwards: bool
    ports: tuple[int, int]


@dataclass(frozen=True)
class Between:
    """What is between inside and outside.

    passes: whether a packet gets through. nat: which inner end is which outer one. offset_ns: what the outer clock
    shows more, drift_ppm: how much faster it goes. delay_ns: of the way; hops: routers on it. seen: whether a point (0
    inside, 1 outside) writes a packet down. dropped: what the statistics of the outer point say; None: there are none.
    numbered: whether hosts number their packets. around_s: so long before and after there is other traffic at a point.
    only_rest: whether of a packet nothing but a later IP fragment gets through. traffic: from which host to which ESP
    goes in the end, past the inner point.
    """

    passes: Callable[[Sent], bool] = lambda _: True
    nat: dict[End, End] = field(default_factory=dict)
    offset_ns: int = 0
    drift_ppm: int = 0
    delay_ns: int = 2_000_000
    hops: int = 1
    seen: Callable[[int, Sent], bool] = lambda _, __: True
    dropped: int | None = 0
    numbered: bool = True
    around_s: tuple[int, int] = (5, 5)
    only_rest: Callable[[Sent], bool] = lambda _: False
    traffic: tuple[str, str] | None = None


def sent(name: str, initiator: str) -> Iterator[Sent]:
    """The IPv4 UDP packets of a fixture's pcap file."""
    with (PCAPS / name / "capture.pcap").open("rb") as file:
        for number, (time, data) in enumerate(dpkt.pcap.Reader(file), 1):
            if data[12:14] != b"\x08\x00" or data[23] != 17:
                continue
            source = str(IPv4Address(data[26:30]))
            ports = struct.unpack_from(">HH", data, 34)
            yield Sent(number, round(time * 10**6) * 1000, data, source == initiator, ports)


def two_points(packets: Iterable[Sent], between: Between) -> bytes:
    """The capture, in order of the times in it."""
    found = sorted(_seen(list(packets), between), key=lambda entry: entry[:2])
    out = BytesIO()
    writer = PcapNgWriter(out, "dumpcap", "", min(time for time, _, _ in found) // SECOND)
    for name in (b"inside", b"outside"):
        writer.interface(1, 262144, [(2, name)])
    for number, (time, point, data) in enumerate(found, 1):
        writer.packet(Packet(number, time, 1, data, len(data)), point)
    statistics = [] if between.dropped is None else [(0, 0), (1, between.dropped)]
    blocks = (struct.pack("<III", point, 0, 0) + option(5, struct.pack("<Q", lost)) for point, lost in statistics)
    return out.getvalue() + b"".join(block(5, body) for body in blocks)


def _seen(packets: Sequence[Sent], between: Between) -> Iterator[tuple[int, int, bytes]]:
    """Time, point and bytes of each packet at each point that sees it."""
    base, end = packets[0].time_ns, packets[-1].time_ns

    def clock(time: int, point: int) -> int:
        return time + point * (between.offset_ns + (time - base) * between.drift_ppm // 10**6)

    for number, packet in enumerate(packets, 1):
        for point in (0, 1):
            late = packet.outwards is (point == 1)
            if (late and not between.passes(packet)) or not between.seen(point, packet):
                continue
            nat = between.nat if point else {}
            ttl = 64 - between.hops * late
            data = _rewritten(packet.data, ttl, nat, number if between.numbered else 0)
            data = _later_fragment(data) if late and between.only_rest(packet) else data
            yield clock(packet.time_ns + between.delay_ns * late, point), point, data
    if between.traffic is not None:
        yield clock(end + SECOND, 0), 0, ethernet(ipv4(50, esp(), *between.traffic))
    for point, around in enumerate(between.around_s):
        if around:
            yield clock(base - around * SECOND, point), point, _OTHER
            yield clock(end + around * SECOND, point), point, _OTHER


def _rewritten(data: bytes, ttl: int, nat: dict[End, End], number: int) -> bytes:
    """The same packet with another TTL, translated addresses and ports, and the checksums that follow."""
    out = bytearray(data)
    out[18:20] = number.to_bytes(2, "big")
    out[22] = ttl
    for address, port in ((26, 34), (30, 36)):
        known = str(IPv4Address(bytes(out[address : address + 4]))), int.from_bytes(out[port : port + 2], "big")
        if known in nat:
            text, translated = nat[known]
            out[address : address + 4], out[port : port + 2] = IPv4Address(text).packed, translated.to_bytes(2, "big")
    out[24:26] = out[40:42] = b"\0\0"  # no UDP checksum (RFC 768)
    out[24:26] = dpkt.in_cksum(bytes(out[14:34])).to_bytes(2, "big")
    return bytes(out)


def _later_fragment(data: bytes) -> bytes:
    """What is left of a packet whose first IP fragment, of 160 bytes, is lost."""
    out = bytearray(data[:34] + data[34 + 160 :])
    struct.pack_into(">H", out, 16, len(out) - 14)
    struct.pack_into(">HBBH", out, 20, 160 // 8, out[22], out[23], 0)
    out[24:26] = dpkt.in_cksum(bytes(out[14:34])).to_bytes(2, "big")
    return bytes(out)


INITIATOR = "192.0.2.10"
ON_4500 = "ikev2-udp-4500-blocked"
"""IKE_AUTH goes to UDP 4500, four times, and nothing comes back."""
ANSWERED = "ikev2-auth-answer-lost"
"""The same, and each time it is answered."""


def read(between: Between, name: str = ON_4500) -> Analysis:
    """What the analyzer makes of a fixture seen at both points."""
    return read_pcap(two_points(sent(name, INITIATOR), between))


def rows(analysis: Analysis, table: str) -> list[dict[str, Any]]:
    """All rows of a table."""
    found = analysis.tables[table]
    return list(found.picked(range(len(found))))


def on_4500(packet: Sent) -> bool:
    """A firewall drops UDP 4500."""
    return 4500 not in packet.ports


def answers_on_4500(packet: Sent) -> bool:
    """A firewall drops what comes back on UDP 4500."""
    return packet.outwards or on_4500(packet)


def two_taps(folder: Path, name: str, between: Between) -> list[Path]:
    """The same as a capture of each point."""
    found = sorted(_seen(list(sent(name, INITIATOR)), between), key=lambda entry: entry[:2])
    paths = [folder / point for point in ("inside.pcapng", "outside.pcapng")]
    for point, path in enumerate(paths):
        with path.open("wb") as file:
            writer = PcapNgWriter(file, "dumpcap", "")
            writer.interface(1, 262144)
            for number, (time, _, data) in enumerate((one for one in found if one[1] == point), 1):
                writer.packet(Packet(number, time, 1, data, len(data)), 0)
    return paths
