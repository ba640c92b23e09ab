"""Opening a capture: the reader that hands on what matters of it."""

import sys
from collections.abc import Collection, Iterator
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import OVERTAKEN_NS, CaptureInfo, Datagram, EspStream, Flow, IcmpError, Rest
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.files import CaptureFile, Files, Progress
from analyzer.capture.formats import Records
from analyzer.capture.fragments import Partial, Reassembler
from analyzer.capture.handshakes import TcpTarget
from analyzer.capture.ledger import Ledger
from analyzer.capture.link import link_name
from analyzer.capture.order import in_order
from analyzer.capture.pieces import Piece, pieces
from analyzer.capture.places import Places
from analyzer.capture.points import Interfaces
from analyzer.capture.sets import CaptureSet
from analyzer.capture.source import Source
from analyzer.defects import Defect
from analyzer.errors import CaptureError

if TYPE_CHECKING:
    from analyzer.capture.batch import Batch
    from analyzer.capture.bulk import BulkLedger
    from analyzer.capture.evidence import Seen
    from analyzer.capture.sieve import Sieve
    from analyzer.capture.window import Window

DEFAULT_PORTS = (500, 4500)
OUT_OF_ORDER = "capture-out-of-order"


class Frame(NamedTuple):
    """One captured frame as it is in the file, and what it completes.

    link_type None: the file does not describe its interface. pieces: parts of messages that it carries. unopened: what
    in it was not looked into.
    """

    frame_number: int
    time_ns: int | None
    link_type: int | None
    link_name: str
    data: bytes
    original_length: int
    datagrams: tuple[Datagram, ...]
    icmp_errors: tuple[IcmpError, ...]
    pieces: tuple[Piece, ...]
    unopened: tuple[str, ...] = ()


class CaptureReader:
    """Iterate over it once: datagrams and ICMP errors in frame order. The attributes are complete afterwards.

    beginnings: frames of messages that are the first IP fragment of a datagram whose others never came;
    reassembled: frames of messages that were put together of IP fragments, the first ones; later_fragments: how many IP
    fragments that are not the first of a datagram are in the capture; rests: datagrams of which only such ones are, in
    the order of their first frames. tcp_targets: who was asked for TCP connections on IKE's ports. seen: what stands
    around messages, if asked for.

    What still waits behind a lost TCP segment when the capture ends comes last.
    """

    def __init__(self, files: Files, ports: Collection[int], *, careful: bool, counts: bool = True) -> None:
        self.flows: list[Flow] = []
        self.streams: list[EspStream] = []
        self.defects: list[Defect] = []
        self.beginnings: frozenset[int] = frozenset()
        self.reassembled: frozenset[int] = frozenset()
        self.later_fragments = 0
        self.rests: tuple[Rest, ...] = ()
        self.tcp_targets: tuple[TcpTarget, ...] = ()
        self._files = files
        self._file = files.now
        self._damage = files.damage
        self._ports = tuple(ports)
        self._careful = careful
        self.seen: Seen | None = None
        self._counts = counts
        self._wanted: frozenset[int] = frozenset()
        self._until = sys.maxsize
        self._found: dict[int, Packet] = {}
        self._previous: int | None = None
        self._latest: dict[int, int | None] = {}  # the same of the taps that are not read now
        self._esp_packets = 0  # up to the file that is read
        self._fragments: Reassembler | None = None
        self._in_columns = False
        self._interfaces = files.interfaces
        self._items = self._read()

    @property
    def info(self) -> CaptureInfo:
        """What is known of the capture, or of all files of a set together."""
        return self._files.info

    @property
    def infos(self) -> list[CaptureInfo]:
        """What is known of each file, in the order in which they are read: of one, or of those of a set."""
        return self._files.infos

    @property
    def places(self) -> Places | None:
        """Where the packets of a set stand in its files; None: this is no set."""
        return self._files.places

    @property
    def unread(self) -> list[CaptureError]:
        """Why some files of a set cannot be read; the others are."""
        return self._files.unread

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences on files that are missing between those of a set, by their names."""
        return self._files.missing

    @property
    def stopped(self) -> bool:
        """Whether compressed input has become as large as it may, so that the rest of it is not read."""
        return self._files.stopped

    @property
    def compressed(self) -> bool:
        """Whether the input is compressed."""
        return self._files.compressed

    @property
    def points(self) -> Interfaces | None:
        """Where packets were captured so far, if the capture may say so. Complete when it has been read."""
        return self._interfaces

    def __iter__(self) -> Iterator[Item]:
        return cast("Iterator[Item]", self._items)

    def in_columns(self) -> Iterator[Item | Datagrams]:
        """Instead of iterating: the same, but many UDP payloads together as columns where the input is read in bulk.

        They have to be read before the next is asked for. For readers with counts=False: what is not read as a datagram
        is in no flow.
        """
        self._in_columns = True
        return self._items

    def _read(self) -> Iterator[Item | Datagrams]:
        if self._careful or self._files.is_merged or self._files.is_small or self._files.has_texts:
            return self._read_serially()
        return self._scan()

    def _read_serially(self) -> Iterator[Item | Datagrams]:
        ledger = self._ledger()
        decoder = self._decoder(ledger)
        yield from in_order(self._decoded(ledger, decoder), decoder.fragments)
        self._finish(ledger, decoder)

    def _ledger(self) -> Ledger:
        """What counts flows and streams, packet by packet."""
        return Ledger(counts=self._counts)

    def _bulk_ledger(self) -> "BulkLedger":
        """The same for batches."""
        from analyzer.capture.bulk import BulkLedger  # noqa: PLC0415  (numpy)

        return BulkLedger(counts=self._counts)

    def _sieve(self) -> "Sieve":
        """What finds those packets in batches."""
        from analyzer.capture.sieve import Sieve  # noqa: PLC0415  (numpy)

        return Sieve(self._ports, counts=self._counts)

    def _decoder(self, ledger: Ledger) -> PacketDecoder:
        """What reads the packets that matter."""
        if self.seen is not None:
            from analyzer.capture.evidence import EvidenceDecoder  # noqa: PLC0415

            decoder: PacketDecoder = EvidenceDecoder(self._ports, ledger, self._damage, self.seen)
        else:
            decoder = PacketDecoder(self._ports, ledger, self._damage)
        if self._interfaces is not None:
            decoder.fragments.point_of = self._interfaces.of
        return decoder

    def _decoded(self, ledger: Ledger, decoder: PacketDecoder) -> Iterator[Item | Partial]:
        self._fragments = decoder.fragments
        for file, packets in self._files.runs():
            self._turn_to(file, ledger, decoder)
            for packet in packets:
                if self._is_behind(packet.frame_number, packet.time_ns):
                    return
                self._see(packet)
                yield from decoder.decode(file.by_first_clock(packet) if file.clock_ns else packet)
        yield from decoder.finish()

    def _turn_to(self, file: CaptureFile, ledger: Ledger, decoder: PacketDecoder) -> None:
        """What is read next is of this file."""
        self._count_esp(ledger)
        if file.tap != self._file.tap:  # each has a clock of its own
            self._latest[self._file.tap] = self._previous
            self._previous = self._latest.get(file.tap)
        self._file, decoder.unopened = file, file.unopened
        if self.seen is not None:
            self.seen.container = file.container
        if self._interfaces is not None:
            self._interfaces.turn_to(file.container, file.tap)

    def _count_esp(self, ledger: Ledger) -> None:
        """Count the ESP packets of the file that was read last."""
        self._file.info.esp_packets += ledger.esp_packets - self._esp_packets
        self._esp_packets = ledger.esp_packets

    def _is_behind(self, frame_number: int, time_ns: int | None) -> bool:
        """No more of the capture is wanted; what a wanted frame begins may be completed behind it."""
        if frame_number <= self._until:
            return False
        if self._fragments is None:
            return True
        self._fragments.expire(time_ns)
        return not self._fragments.waits

    def _scan(self) -> Iterator[Item | Datagrams]:
        # These import numpy.
        from analyzer.capture.blocks import joined  # noqa: PLC0415
        from analyzer.capture.scan import WINDOW, Scanner  # noqa: PLC0415

        ledger = self._bulk_ledger()
        decoder = self._decoder(ledger)
        files = (self._scanned(file, WINDOW, ledger, decoder) for file in self._files.each())
        scanner = Scanner(
            *next(files),
            decoder,
            ledger,
            self._sieve(),
            self._see_batch,
            self._see,
            in_columns=self._in_columns,
        )
        self._fragments = decoder.fragments
        items = in_order(scanner.items(files), decoder.fragments)
        yield from joined(items) if self._in_columns else items
        self._finish(ledger, decoder)

    def _scanned(
        self, file: CaptureFile, size: int, ledger: "BulkLedger", decoder: PacketDecoder
    ) -> "tuple[Records, Window]":
        """Turn to a file, which is read in windows of this size."""
        ledger.close()  # what waits is of the file before
        self._turn_to(file, ledger, decoder)
        file.window.grow(size)
        if not isinstance(file.container, Records):
            raise TypeError("a log is read line by line")
        return file.container, file.window

    def _see(self, packet: Packet) -> None:
        time = packet.time_ns
        if self._interfaces is not None:
            self._interfaces.see(packet)
        if time is not None:
            if self._previous is not None and time < self._previous - OVERTAKEN_NS:
                self._see_disorder(packet.frame_number, self._previous - time)
            self._previous = time
            self._file.see_times(time, time)
        if packet.frame_number in self._wanted:
            self._found[packet.frame_number] = packet

    def _see_batch(self, batch: "Batch") -> bool:
        from analyzer.capture.batch import disorder  # noqa: PLC0415  (numpy is there: who makes batches needs it)

        frames, times = batch.known_times()
        if self._is_behind(int(batch.frame[0]), int(times[0]) if len(times) else None):
            return False
        if self._interfaces is not None:
            self._interfaces.see_batch(batch)
        if len(times):
            before = int(times[0]) if self._previous is None else self._previous
            for place, back in disorder(times, before, OVERTAKEN_NS):
                self._see_disorder(int(frames[place]), back)
            self._previous = int(times[-1])
            self._file.see_times(int(times.min()), int(times.max()))
        if self._wanted:
            self._found.update((packet.frame_number, packet) for packet in batch.of(self._wanted))
        return True

    def _see_disorder(self, frame_number: int, back_ns: int) -> None:
        """Times that go back: captures put together, packets sorted by something else, or a clock that was set."""
        if self._damage.is_full(OUT_OF_ORDER):
            self._damage.count(OUT_OF_ORDER)
            return
        found = f"{back_ns / 1e9:,.3f} s before the packet in front of it"
        effect = "the story follows the order of the file; reordercap of Wireshark puts packets in order of time"
        self._damage.add(OUT_OF_ORDER, 0, "packets in order of time", found, effect, frame_number)

    def _finish(self, ledger: Ledger, decoder: PacketDecoder) -> None:
        self._count_esp(ledger)
        self._files.finish()
        self._files.unopened.report(self._damage)
        ledger.report(self._damage)
        self.flows, self.streams = ledger.flows(), ledger.streams()
        self.beginnings = frozenset(decoder.beginnings)
        self.reassembled = frozenset(decoder.reassembled)
        self.later_fragments = decoder.fragments.later_fragments
        self.rests = tuple(sorted(decoder.rests, key=attrgetter("first_frame")))
        self.tcp_targets = decoder.tcp_targets()
        self.defects = self._damage.defects()
        del decoder.fragments  # which holds the decoder: nothing of a capture waits for the garbage collector
        ledger.release()
        self._files.release()

    def frames(self, wanted: Collection[int]) -> dict[int, Frame]:
        """Read up to the last of these frames, and hand them out with what they complete."""
        self._wanted = frozenset(wanted)
        self._until = max(wanted, default=0)
        items: dict[int, list[Item]] = {}
        for some in self.in_columns():
            for item in some.of(self._wanted) if isinstance(some, Datagrams) else (some,):
                if item.frame_number in self._wanted:
                    items.setdefault(item.frame_number, []).append(item)
        self._files.close()
        return {
            number: Frame(
                number,
                packet.time_ns,
                packet.link_type,
                link_name(packet.link_type, in_log=packet.sent is not None),
                packet.data,
                packet.original_length,
                tuple(item for item in items.get(number, ()) if isinstance(item, Datagram)),
                tuple(item for item in items.get(number, ()) if isinstance(item, IcmpError)),
                *pieces(packet, self._ports),
            )
            for number, packet in sorted(self._found.items())
        }


def open_capture(
    path: str | Path,
    ports: Collection[int] = DEFAULT_PORTS,
    progress: Progress | None = None,
    *,
    serial: bool = False,
    counts: bool = True,
    hashed: bool = True,
    evidence: bool = False,
    max_expansion: int | None = None,
) -> CaptureReader:
    """A reader for the capture at `path` ("-": standard input).

    ports: UDP and TCP ports whose payloads are IKE; UDP 848 (GDOI) always is, and what is beyond doubt ISAKMP on any
    UDP port. progress is called with bytes read so far and bytes in all (None for a pipe). serial: read carefully
    even where the fast path could. counts False: the same datagrams and ICMP errors in little more than half the time,
    but no flows, streams, rests and SHA-256. hashed False: only no SHA-256. evidence: note what stands
    around messages, for which all packets are read carefully. max_expansion: how many times its
    size compressed input may become, beyond some MiB. Raises CaptureError if the input is not a capture at all.
    """
    files = open_files(path, progress, hashed=counts and hashed, max_expansion=max_expansion)
    reader = CaptureReader(files, ports, careful=serial or evidence, counts=counts)
    if evidence:
        from analyzer.capture.evidence import Seen  # noqa: PLC0415  (for those who ask)

        reader.seen = Seen(files.now.container)
    return reader


def open_files(
    path: str | Path, progress: Progress | None = None, *, hashed: bool = False, max_expansion: int | None = None
) -> Files:
    """What a reader goes through: the capture at `path`, or the files of a set. CaptureError: as of open_capture."""
    name = path if isinstance(path, str) else str(path)
    if isinstance(name, CaptureSet):
        from analyzer.capture.set_files import SetFiles  # noqa: PLC0415  (nearly all captures are one file)

        opened = partial(open_capture, counts=False, max_expansion=max_expansion)
        return SetFiles(name, progress, hashed=hashed, expansion=max_expansion, opened=opened)
    return Files(Source(name, hashed=hashed, expansion=max_expansion), progress)


def read_frames(
    path: str | Path,
    frame_numbers: Collection[int],
    ports: Collection[int] = DEFAULT_PORTS,
    max_expansion: int | None = None,
) -> dict[int, Frame]:
    """These frames of a capture, by number, in one pass over it; numbers that it does not have are left out."""
    return open_capture(path, ports, counts=False, max_expansion=max_expansion).frames(frame_numbers)


def read_frame(
    path: str | Path, frame_number: int, ports: Collection[int] = DEFAULT_PORTS, max_expansion: int | None = None
) -> Frame | None:
    """One frame of a capture; None if it has none of this number."""
    return read_frames(path, (frame_number,), ports, max_expansion).get(frame_number)
