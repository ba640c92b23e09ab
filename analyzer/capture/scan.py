"""The fast reader: windows of the input are walked and sieved in bulk; only what matters becomes an object."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from analyzer.capture.batch import Batch, pcap_batch, pcapng_batch, snoop_batch
from analyzer.capture.booking import booked
from analyzer.capture.bulk import BulkLedger
from analyzer.capture.columns import Datagrams
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.formats import Records
from analyzer.capture.fragment_rows import Fragments
from analyzer.capture.fragments import Partial
from analyzer.capture.lanes import LANES, Numbers, walk_pcap, walk_pcapng
from analyzer.capture.pcap import Pcap
from analyzer.capture.rows import Sifted
from analyzer.capture.sieve import Sieve
from analyzer.capture.snoop import Snoop
from analyzer.capture.window import Window

WINDOW = 8 << 20
AT_ONCE = 1 << 15  # records of a batch, which bounds what is made of one: a window may hold a million
STRETCH = 1 << 16
FEW = 32
"""Records of which a bulk pass would cost more than reading them one by one."""
_KEPT = 2 << 20


def _keep_memory() -> None:
    """Have malloc keep what arrays of a batch give back: to return it and get it anew is a page fault for each page.

    Having freed a block that had a mapping of its own, glibc takes blocks up to that size from its heap, and returns
    only what lies beyond twice that size at its end. Nothing writes to this block, so it takes no memory.
    """
    np.empty(_KEPT, np.uint8)


_keep_memory()  # for as long as the process lasts


@dataclass(slots=True)
class Scanner:
    """Reads the packets of a container in bulk.

    seen_batch and seen_packet get all of them before they are read; seen_batch
    says whether to go on. in_columns: UDP payloads between packets of other kinds come as columns;
    empty ones end each batch.
    """

    container: Records
    window: Window
    decoder: PacketDecoder
    ledger: BulkLedger
    sieve: Sieve
    seen_batch: Callable[[Batch], bool]
    seen_packet: Callable[[Packet], None]
    lanes: int = LANES
    in_columns: bool = False

    def items(self, behind: Iterable[tuple[Records, Window]] = ()) -> Iterator[Item | Partial | Datagrams]:
        """Datagrams, ICMP errors and what begins, in the order in which the careful reader finds them.

        behind: files that follow this one, each taken when the one before has been read.
        """
        for following in chain((None,), behind):
            if following is not None:
                self.container, self.window = following
            if not (yield from self._file()):
                return
        yield from self.decoder.finish()
        self.ledger.close()

    def _file(self) -> Generator[Item | Partial | Datagrams, None, bool]:
        """Read a file to its end; False when no more is wanted."""
        container, window = self.container, self.window
        while True:
            position = window.position
            starts, end = self._walk(position)
            if len(starts) < FEW:
                end = yield from self._few(position)
            else:
                for first in range(0, len(starts), AT_ONCE):
                    part = starts[first : first + AT_ONCE]
                    follows = int(starts[first + AT_ONCE]) if first + AT_ONCE < len(starts) else end
                    if not (yield from self._batch(self._columns(part, follows))):
                        return False
            window.position = end
            if container.broken:
                container.report_broken(window.data, end)
                return True
            if end > position:
                if window.limit - end < STRETCH:  # what is left begins the next window
                    window.refill()
                continue
            if window.refill():
                continue
            if window.position < window.limit and not window.stopped:
                yield from self._rest()
            return True

    def _walk(self, position: int) -> tuple[Numbers, int]:
        container, window = self.container, self.window
        if isinstance(container, Pcap):
            return walk_pcap(container, window.data, position, window.limit, self.lanes)
        if isinstance(container, Snoop):
            found, end = container.walk(window.data, position, window.limit)
            return np.array(found, np.int64), end
        return walk_pcapng(container, window.data, position, window.limit, self.lanes)

    def _columns(self, starts: Numbers, end: int) -> Batch:
        if isinstance(self.container, Pcap):
            return pcap_batch(self.container, self.window.data, starts, end)
        if isinstance(self.container, Snoop):
            return snoop_batch(self.container, self.window.data, starts)
        return pcapng_batch(self.container, self.window.data, starts)

    def _rest(self) -> Iterator[Item | Partial]:
        window = self.window
        packet = self.container.rest(window.data, window.position, window.limit)
        window.position = window.limit
        if packet is not None:
            yield from self._one(packet)

    def _one(self, packet: Packet) -> list[Item | Partial]:
        """Read a packet that is in no batch."""
        self.seen_packet(packet)
        self.sieve.tcp.learn(packet.data, ((0, len(packet.data)),))
        return self.decoder.decode(packet)

    def _few(self, position: int) -> Generator[Item | Partial, None, int]:
        """Read a stretch record by record, where bulk found next to nothing: an end, or many short sections."""
        window, container = self.window, self.container
        container.broken = False  # walking decides anew, and perhaps at a place before the one that bulk came to
        begin, limit = position, min(window.limit, position + STRETCH)
        while True:
            starts, position = container.walk(window.data, position, limit)
            for start in starts:
                packet = container.packet(window.data, start, window.limit)
                if packet is not None:
                    yield from self._one(packet)
            if container.broken or (not starts and (position > begin or limit == window.limit)):
                self.ledger.close_if_many()
                return position
            if not starts:
                limit = window.limit  # one record is longer than the stretch

    def _batch(self, batch: Batch) -> Generator[Item | Partial | Datagrams, None, bool]:
        """Read a batch; False when no more is wanted."""
        if not len(batch.frame):
            return True
        if not self.seen_batch(batch):
            return False
        sifted = self.sieve.sift(batch)
        for name, first, count in sifted.unopened:
            self.decoder.unopened.add(name, first, count)
        datagrams = Datagrams(batch, sifted.udp, self.decoder.transport)
        one_by_one = datagrams.read(slice(None))
        done = 0
        for packet, before in chain(self._careful(batch, sifted), ((None, len(datagrams)),)):
            if not self.in_columns:
                yield from (item for item in islice(one_by_one, before - done) if item is not None)
            elif before > done:
                part = datagrams.part(done, before)
                if self.ledger.counts:
                    yield from booked(part)
                else:
                    yield part
            done = before
            if packet is not None:
                yield from self.decoder.decode(packet)
        if self.in_columns:
            yield datagrams.part(0, 0)
        self.ledger.close_batch(batch, sifted.esp)
        return True

    def _careful(self, batch: Batch, sifted: Sifted) -> Iterator[tuple[Packet, int]]:
        """Packets for the careful reader, each with the number of datagrams in front of it.

        Fragments between them are taken at once if they can be.
        """
        rows = np.concatenate((sifted.careful, sifted.fragments.row))
        order = np.argsort(rows, kind="stable")
        before = np.searchsorted(sifted.udp.row, rows[order])
        fragments = Fragments(batch, sifted.fragments, self.decoder.fragments)
        places = order - len(sifted.careful)  # of fragments; below zero: of the others
        for row, place, count in zip(rows[order].tolist(), places.tolist(), before.tolist(), strict=True):
            if place < 0 or not fragments.take(place):
                yield batch.packet(row), count
