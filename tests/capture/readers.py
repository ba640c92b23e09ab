"""Both readers over the same bytes: what each finds, ready to be compared."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from operator import attrgetter
from typing import Any
from unittest.mock import patch

from analyzer.capture import bulk, scan, serial
from analyzer.capture.batch import Batch
from analyzer.capture.bulk import BulkLedger
from analyzer.capture.columns import Datagrams
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import CaptureInfo, Rest
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.fragments import Partial
from analyzer.capture.handshakes import TcpTarget
from analyzer.capture.ledger import Ledger
from analyzer.capture.notes import Notes
from analyzer.capture.order import in_order
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.pcapng import MAGIC, PcapNg
from analyzer.capture.points import Interfaces, Point
from analyzer.capture.sieve import Sieve
from analyzer.capture.window import Window
from analyzer.defects import Defect

PORTS = (500, 4500)


class Bytes:
    """A source that is in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.size_bytes = 0
        self.total_bytes = len(data)
        self.stopped = False

    def readinto(self, view: memoryview) -> int:
        part = self._data[self.size_bytes : self.size_bytes + len(view)]
        view[: len(part)] = part
        self.size_bytes += len(part)
        return len(part)


@dataclass
class Found:
    """All that a reader tells."""

    items: list[Item]
    flows: list[dict[str, Any]]
    streams: list[dict[str, Any]]
    defects: list[Defect]
    beginnings: list[int]
    reassembled: list[int]
    later_fragments: int
    rests: list[Rest]
    packets: int
    link_names: list[str]
    times: list[int]
    dropped: int
    unopened: dict[str, int]
    points: list[Point]
    where: list[int]
    notes: Notes
    tcp_targets: list[TcpTarget]


def _open(data: bytes, size: int) -> tuple[Pcap | PcapNg, Window, Damage]:
    damage = Damage()
    window = Window(Bytes(data), size)  # type: ignore[arg-type]
    window.refill()
    if data.startswith(MAGIC):
        return PcapNg(damage), window, damage
    window.position = FILE_HEADER
    return Pcap(data[:FILE_HEADER], damage), window, damage


def _found(
    container: Pcap | PcapNg,
    ledger: Ledger,
    decoder: PacketDecoder,
    damage: Damage,
    items: list[Item],
    times: list[int],
    points: Interfaces,
) -> Found:
    points.finish(container, CaptureInfo("", unopened=decoder.unopened.counts()))
    decoder.unopened.report(damage)
    ledger.report(damage)
    targets = list(decoder.tcp_targets())
    flows, streams = [asdict(f) for f in ledger.flows()], [asdict(s) for s in ledger.streams()]
    known = [min(times), max(times)] if times else []
    defects = damage.defects()
    return Found(
        items,
        flows,
        streams,
        defects,
        sorted(decoder.beginnings),
        sorted(decoder.reassembled),
        decoder.fragments.later_fragments,
        sorted(decoder.rests, key=attrgetter("first_frame")),
        container.packets,
        list(container.link_names),
        known,
        container.dropped,
        decoder.unopened.counts(),
        points.all,
        [points.of(number) for number in range(container.packets + 2)],
        container.settle() if isinstance(container, PcapNg) else Notes(),
        targets,
    )


def read_serially(data: bytes, ports: Iterable[int] = PORTS, size: int = 4096) -> Found:
    """With the careful reader."""
    container, window, damage = _open(data, size)
    ledger = Ledger()
    decoder = PacketDecoder(ports, ledger, damage)
    times: list[int] = []
    points = Interfaces(container)

    def decoded() -> Iterator[Item | Partial]:
        for packet in serial.packets(container, window):
            times.extend([] if packet.time_ns is None else [packet.time_ns])
            points.see(packet)
            yield from decoder.decode(packet)
        yield from decoder.finish()

    items = [item for item in in_order(decoded(), decoder.fragments) if not isinstance(item, Datagrams)]
    return _found(container, ledger, decoder, damage, items, times, points)


def read_in_bulk(
    data: bytes,
    ports: Iterable[int] = PORTS,
    size: int = 4096,
    lanes: int = 4,
    few: int = 1,
    at_once: int = 1 << 15,
    *,
    counts: bool = True,
    least: int = 1,
) -> Found:
    """With the fast reader, whatever the size. least: ESP packets that are booked together."""
    container, window, damage = _open(data, size)
    with patch.object(bulk, "LEAST", least):
        ledger = BulkLedger(counts=counts)
    decoder = PacketDecoder(ports, ledger, damage)
    times: list[int] = []
    points = Interfaces(container)

    def seen_batch(batch: Batch) -> bool:
        times.extend(batch.known_times()[1].tolist())
        points.see_batch(batch)
        return True

    def seen_packet(packet: Packet) -> None:
        times.extend([] if packet.time_ns is None else [packet.time_ns])
        points.see(packet)

    scanner = scan.Scanner(
        container, window, decoder, ledger, Sieve(ports, counts=counts), seen_batch, seen_packet, lanes
    )
    with patch.multiple(scan, FEW=few, AT_ONCE=at_once, STRETCH=256), patch.object(bulk, "MOST", 8 * least):
        items = [item for item in in_order(scanner.items(), decoder.fragments) if not isinstance(item, Datagrams)]
    return _found(container, ledger, decoder, damage, items, times, points)
