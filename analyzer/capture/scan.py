"""The fast reader: windows of the input are walked and sieved in bulk; only what matters becomes an object."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analyzer.capture.batch import NO_TIME, Batch, pcap_batch, pcapng_batch
from analyzer.capture.bulk import BulkLedger
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.lanes import LANES, walk_pcap, walk_pcapng
from analyzer.capture.pcap import Pcap
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.sieve import Sieve, UdpRows
from analyzer.capture.window import Window

WINDOW = 16 << 20
AT_ONCE = 4096  # rows that are lists of Python numbers at a time
FEW = 32
"""Records of which a bulk pass would cost more than reading them one by one."""


@dataclass(slots=True)
class Scanner:
    """Reads the packets of a container in bulk.

    seen is told of every batch and every single packet, before they are read.
    """

    container: Pcap | PcapNg
    window: Window
    decoder: PacketDecoder
    ledger: BulkLedger
    sieve: Sieve
    seen_batch: Callable[[Batch], None]
    seen_packet: Callable[[Packet], None]
    lanes: int = LANES

    def items(self) -> Iterator[Item]:
        """Datagrams and ICMP errors in the order in which the careful reader finds them."""
        container, window = self.container, self.window
        while True:
            position = window.position
            if isinstance(container, Pcap):
                starts, end = walk_pcap(container, window.data, position, window.limit, self.lanes)
            else:
                starts, end = walk_pcapng(container, window.data, position, window.limit, self.lanes)
            if len(starts) < FEW:
                yield from self._few(starts.tolist())
            elif isinstance(container, Pcap):
                yield from self._batch(pcap_batch(container, window.data, starts, end))
            else:
                yield from self._batch(pcapng_batch(container, window.data, starts))
            window.position = end
            if container.broken:
                container.report_broken(window.data, end)
                break
            if end > position or window.refill():
                continue
            if window.position < window.limit:
                yield from self._rest()
            break
        self.ledger.close()
        yield from self.decoder.finish()
        self.ledger.close()

    def _rest(self) -> Iterator[Item]:
        window = self.window
        packet = self.container.rest(window.data, window.position, window.limit)
        window.position = window.limit
        if packet is not None:
            self.seen_packet(packet)
            yield from self.decoder.decode(packet)

    def _few(self, starts: list[int]) -> Iterator[Item]:
        for start in starts:
            packet = self.container.packet(self.window.data, start, self.window.limit)
            if packet is not None:
                self.seen_packet(packet)
                yield from self.decoder.decode(packet)
        self.ledger.close()

    def _batch(self, batch: Batch) -> Iterator[Item]:
        if not len(batch.frame):
            return
        self.seen_batch(batch)
        sifted = self.sieve.sift(batch)
        done = 0
        before = np.searchsorted(sifted.udp.row, sifted.careful).tolist()
        for packet, count in zip(batch.packets(sifted.careful), before, strict=True):
            if count > done:
                yield from self._datagrams(batch, sifted.udp, done, count)
                done = count
            yield from self.decoder.decode(packet)
        yield from self._datagrams(batch, sifted.udp, done, len(sifted.udp.row))
        self.ledger.close_batch(batch, sifted.esp)

    def _datagrams(self, batch: Batch, udp: UdpRows, begin: int, end: int) -> Iterator[Item]:
        """Regular UDP packets, in file order."""
        data, read = memoryview(batch.data), self.decoder.transport.udp
        for left in range(begin, end, AT_ONCE):
            part = slice(left, min(left + AT_ONCE, end))
            rows = udp.row[part]
            offsets = udp.payload[part] - batch.begin[rows]
            columns = (batch.frame[rows], batch.time[rows], *(column[part] for column in udp[1:]), offsets)
            for frame, time, key, width, payload, stop, missing, offset in zip(
                *(column.tolist() for column in columns), strict=True
            ):
                time_ns = None if time == NO_TIME else time
                flow_key = bytes(data[key : key + width])
                item = read(frame, time_ns, flow_key, bytes(data[payload:stop]), missing, offset)
                if item is not None:
                    yield item
