"""What must not change a story: the container, how TCP cuts its stream, packets seen twice, tags, the year."""

import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import dpkt
import pytest

from analyzer import Analysis
from tests.capture.containers import Record, contained, pcap
from tests.capture.packets import ethernet, ipv4, tcp
from tests.conftest import FIXTURES

pytestmark = pytest.mark.no_cover  # whole captures, read many times: each layer has tests of its own

TOLD = ["initiator_spi", "outcome", "failed_at", "encryption", "ke_method", "child_sas", "diagnosis", "nat"]
EVENTS = ["event", "negotiation", "child"]
STORIES = ("ikev2-cert-frag", "ikev1-main-wrong-psk")
FRAGMENTED = STORIES[0]
SYN, ACK = 2, 16
Story = list[list[tuple[object, ...]]]
Part = tuple[bool, int, bytes]
"""A piece of a stream: whether the client sent it, where it begins, what it holds."""


def story(path: Path, data: bytes, inside: str = "") -> Story:
    """What a file says; inside: the capture's name in an archive."""
    path.write_bytes(data)
    analysis = Analysis(wanted={"negotiations": TOLD, "events": EVENTS})
    analysis.add(f"{path}{inside}")
    return [
        sorted(analysis.tables[table].cells(*names), key=repr)
        for table, names in (("negotiations", TOLD), ("events", EVENTS))
    ]


def without(told: Story, columns: int) -> list[tuple[object, ...]]:
    """The negotiations alone, without the last columns."""
    return [row[:-columns] for row in told[0]]


@cache
def records(name: str) -> tuple[Record, ...]:
    with (FIXTURES / name / "capture.pcap").open("rb") as file:
        return tuple((round(time * 10**6), frame) for time, frame in dpkt.pcap.Reader(file))


@pytest.mark.parametrize("name", STORIES)
def test_in_every_container(name: str, tmp_path: Path) -> None:
    whole = records(name)
    expected = story(tmp_path / "plain", pcap(whole))
    for container, data in contained(whole):
        inside = "/gw.pcap" if container.startswith(("zip", "tar")) else ""
        found = story(tmp_path / "packed", data, inside)
        if "simple" in container:  # no times, and so nothing about how soon the SA ended
            assert without(found, 2) == without(expected, 2)
        else:
            assert found == expected, container


def mirrored(whole: Sequence[Record]) -> Iterator[Record]:
    for time, frame in whole:
        yield from ((time, frame), (time + 15, frame))


def swapped(whole: Sequence[Record]) -> Iterator[Record]:
    """Neighbours within 200 microseconds the other way round, as a mirror port with two queues writes them."""
    rest = list(whole)
    while len(rest) > 1:
        (first, one), (second, other), *later = rest
        close = second - first < 200
        yield first, other if close else one
        if close:
            yield second, one
        rest = later if close else rest[1:]
    yield from rest


def on_ports(whole: Sequence[Record], ports: dict[int, int]) -> Iterator[Record]:
    for time, frame in whole:
        packet = dpkt.ethernet.Ethernet(frame)
        datagram = getattr(packet.data, "data", None)
        if isinstance(datagram, dpkt.udp.UDP):
            datagram.sport, datagram.dport = (ports.get(p, p) for p in (datagram.sport, datagram.dport))
        yield time, bytes(packet)


CHANGES: dict[str, Callable[[Sequence[Record]], Iterator[Record]]] = {
    "mirrored": mirrored,
    "neighbours swapped": swapped,
    "in a VLAN": lambda whole: ((time, frame[:12] + b"\x81\0\0\7" + frame[12:]) for time, frame in whole),
    "ten years before": lambda whole: ((time - 10 * 31_536_000 * 10**6, frame) for time, frame in whole),
    "bytes behind the packet": lambda whole: ((time, frame + b"\0\0\0") for time, frame in whole),
    "ports 10500 and 14500": lambda whole: on_ports(whole, {500: 10500, 4500: 14500}),
    "port 53": lambda whole: on_ports(whole, {500: 53, 4500: 53}),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", STORIES)
def test_after_every_change(name: str, change: str, tmp_path: Path) -> None:
    changed = list(CHANGES[change](records(name)))
    found, expected = (story(tmp_path / "x", pcap(whole)) for whole in (changed, records(name)))
    if change.startswith("port"):  # NAT detection hashes them
        assert without(found, 1) == without(expected, 1)
    else:
        assert found == expected


@cache
def stream(prefix: bytes = b"IKETCP", *, bare: bool = False) -> tuple[Part, ...]:
    """The messages of a capture as RFC 9329 sends them, or one behind the other."""
    at = {True: 0, False: 0}
    parts: list[Part] = []
    client = b""
    for _, frame in records(FRAGMENTED):
        packet = dpkt.ethernet.Ethernet(frame).data
        datagram = getattr(packet, "data", None)
        if not isinstance(datagram, dpkt.udp.UDP):
            continue
        client = client or packet.src
        message = datagram.data.removeprefix(bytes(4))
        data = message if bare else struct.pack(">H", len(message) + 6) + bytes(4) + message
        mine = packet.src == client
        data = prefix + data if mine and not at[True] else data
        parts.append((mine, at[mine], data))
        at[mine] += len(data)
    return tuple(parts)


def cut(parts: Sequence[Part], size: int) -> list[Part]:
    return [(mine, at + n, data[n : n + size]) for mine, at, data in parts for n in range(0, len(data), size)]


def over_tcp(parts: Sequence[Part], port: int = 4500, first: int = 1000, opened: bool = True) -> list[Record]:
    frames = []
    seen = {True: 0, False: 0}
    start = [(True, -1, b"", SYN), (False, -1, b"", SYN | ACK)] if opened else []
    for mine, at, data, flags in [*start, *((*part, ACK) for part in parts)]:
        ports = (40000, port) if mine else (port, 40000)
        hosts = ("192.0.2.10", "192.0.2.20") if mine else ("192.0.2.20", "192.0.2.10")
        acknowledged = (first + seen[not mine]) % 2**32
        segment = tcp(*ports, (first + at) % 2**32, data, flags=flags, acknowledgment=acknowledged)
        frames.append(ethernet(ipv4(6, segment, *hosts, identification=len(frames))))
        seen[mine] = max(seen[mine], at + len(data))
    return [(1_700_000_000_000_000 + 1000 * n, frame) for n, frame in enumerate(frames)]


def merged(parts: Sequence[Part]) -> list[Part]:
    """Segments that do not care where messages begin: what one side sends without an answer between is one stretch."""
    whole: list[Part] = []
    for part in parts:
        if whole and whole[-1][0] == part[0]:
            mine, at, data = whole.pop()
            whole.append((mine, at, data + part[2]))
        else:
            whole.append(part)
    return cut(whole, 1400)


def backwards(parts: Sequence[Part]) -> list[Part]:
    """The segments of each message the other way round."""
    return [piece for part in parts for piece in reversed(cut([part], 200))]


def overlapping(parts: Sequence[Part]) -> list[Part]:
    """Each sent again from its 50th byte on."""
    return [part for mine, at, data in cut(parts, 300) for part in ((mine, at, data), (mine, at + 50, data[50:]))]


TCP: dict[str, Callable[[], list[Record]]] = {
    "split at every byte": lambda: over_tcp(cut(stream(), 1)),
    "split at 97 bytes": lambda: over_tcp(cut(stream(), 97)),
    "merged": lambda: over_tcp(merged(stream())),
    "retransmitted": lambda: over_tcp([part for part in cut(stream(), 300) for _ in range(2)]),
    "overlapping": lambda: over_tcp(overlapping(stream())),
    "backwards": lambda: over_tcp(backwards(stream())),
    "numbers wrap": lambda: over_tcp(cut(stream(), 300), first=2**32 - 256),
    "begun before the capture": lambda: over_tcp(stream(b""), opened=False),
    "begun before the capture, split": lambda: over_tcp(cut(stream(b""), 11), opened=False),
    "without IKETCP": lambda: over_tcp(stream(b"")),
    "one behind the other, port 500": lambda: over_tcp(stream(b"", bare=True), 500),
    "port 500": lambda: over_tcp(stream(), 500),
    "port 443, split": lambda: over_tcp(cut(stream(), 97), 443),
    "port 10000, split": lambda: over_tcp(cut(stream(), 7), 10000),
}


@cache
def once_over_tcp(path: Path) -> Story:
    """Each message in a segment of its own, which says the same as over UDP."""
    found = story(path, pcap(over_tcp(stream())))
    assert without(found, 1) == without(story(path, pcap(records(FRAGMENTED))), 1)
    return found


@pytest.mark.parametrize("shape", TCP)
def test_however_tcp_cuts_it(shape: str, tmp_path: Path) -> None:
    found, expected = story(tmp_path / "x", pcap(TCP[shape]())), once_over_tcp(tmp_path / "x")
    assert (without(found, 1), found[1]) == (without(expected, 1), expected[1])  # NAT detection hashes the port


def test_other_connections_on_the_same_port_are_left(tmp_path: Path) -> None:
    other = tcp(50000, 4500, 1, b"GET / HTTP/1.1\r\n\r\n")
    noise = (1_700_000_000_000_500, ethernet(ipv4(6, other, "192.0.2.10", "192.0.2.20")))
    whole = over_tcp(stream())
    assert story(tmp_path / "x", pcap([whole[0], noise, *whole[1:]])) == once_over_tcp(tmp_path / "x")
