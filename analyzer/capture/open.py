"""Opening a capture: what it is by its first bytes, and the reader that hands on what matters of it."""

import sys
from collections.abc import Callable, Collection, Iterator
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from analyzer.capture import serial
from analyzer.capture.columns import Datagrams
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import OVERTAKEN_NS, CaptureInfo, Datagram, EspStream, Flow, IcmpError, Rest
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.fragments import Partial, Reassembler
from analyzer.capture.ledger import Ledger
from analyzer.capture.link import link_name
from analyzer.capture.order import in_order
from analyzer.capture.pcap import FILE_HEADER, MAGICS, Pcap
from analyzer.capture.pcapng import MAGIC, PcapNg
from analyzer.capture.pieces import Piece, pieces
from analyzer.capture.source import Source
from analyzer.capture.window import Window
from analyzer.defects import Defect
from analyzer.errors import CaptureError

if TYPE_CHECKING:
    from analyzer.capture.batch import Batch
    from analyzer.capture.bulk import BulkLedger
    from analyzer.capture.sieve import Sieve

DEFAULT_PORTS = (500, 4500)
EXPANSION_LIMIT = "limit-expansion"
SMALL = 1 << 20
"""Inputs up to this size are read serially: importing numpy would take longer."""
_LEAST = 1 << 16  # bytes of the buffer, however small the file

Progress = Callable[[int, int | None], None]

_OTHER_FORMATS = {
    b"snoop\0\0\0": "a Solaris snoop capture",
    b"GMBU": "a Microsoft Network Monitor capture",
    b"RTSS": "a Microsoft Network Monitor capture",
    b"\x0a\x0d\x0d\x0a": "a damaged pcapng capture",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2 data",
    b"\x04\x22\x4d\x18": "lz4 data",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"%PDF": "a PDF document",
}
OUT_OF_ORDER = "capture-out-of-order"
_ADVICE = (
    "pcap and pcapng are read, also compressed with gzip, zstd or xz; editcap of Wireshark converts other captures"
)


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
    later_fragments: how many IP fragments that are not the first of a datagram are in the capture; rests: datagrams
    of which only such ones are, in the order of their first frames.

    What still waits behind a lost TCP segment when the capture ends comes last.
    """

    def __init__(
        self, source: Source, ports: Collection[int], progress: Progress | None, *, careful: bool, counts: bool = True
    ) -> None:
        self.info = CaptureInfo(source.path)
        self.flows: list[Flow] = []
        self.streams: list[EspStream] = []
        self.defects: list[Defect] = []
        self.beginnings: frozenset[int] = frozenset()
        self.later_fragments = 0
        self.rests: tuple[Rest, ...] = ()
        self._source = source
        self._damage = Damage()
        self._ports = tuple(ports)
        self._careful = careful
        self._counts = counts
        self._window = Window(source, min(SMALL, max(_LEAST, source.most_bytes + 1)), progress)
        self._window.refill()
        self._container = _container(source, self._window, self._damage)
        self._wanted: frozenset[int] = frozenset()
        self._until = sys.maxsize
        self._found: dict[int, Packet] = {}
        self._previous: int | None = None
        self._fragments: Reassembler | None = None
        self._in_columns = False
        self._items = self._read()

    @property
    def stopped(self) -> bool:
        """Whether compressed input has become as large as it may, so that the rest of it is not read."""
        return self._source.stopped

    @property
    def compressed(self) -> bool:
        """Whether the input is compressed."""
        return bool(self._source.compression)

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
        if self._careful or self._window.ended:
            return self._read_serially()
        return self._scan()

    def _read_serially(self) -> Iterator[Item | Datagrams]:
        ledger = self._ledger()
        decoder = self._decoder(ledger)
        yield from in_order(self._decoded(decoder), decoder.fragments)
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
        return PacketDecoder(self._ports, ledger, self._damage)

    def _decoded(self, decoder: PacketDecoder) -> Iterator[Item | Partial]:
        self._fragments = decoder.fragments
        for packet in serial.packets(self._container, self._window):
            if self._is_behind(packet.frame_number, packet.time_ns):
                return
            self._see(packet)
            yield from decoder.decode(packet)
        yield from decoder.finish()

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

        self._window.grow(WINDOW)
        ledger = self._bulk_ledger()
        decoder = self._decoder(ledger)
        scanner = Scanner(
            self._container,
            self._window,
            decoder,
            ledger,
            self._sieve(),
            self._see_batch,
            self._see,
            in_columns=self._in_columns,
        )
        self._fragments = decoder.fragments
        items = in_order(scanner.items(), decoder.fragments)
        yield from joined(items) if self._in_columns else items
        self._finish(ledger, decoder)

    def _see(self, packet: Packet) -> None:
        time = packet.time_ns
        if time is not None:
            if self._previous is not None and time < self._previous - OVERTAKEN_NS:
                self._see_disorder(packet.frame_number, self._previous - time)
            self._previous = time
            self._see_times(time, time)
        if packet.frame_number in self._wanted:
            self._found[packet.frame_number] = packet

    def _see_batch(self, batch: "Batch") -> bool:
        from analyzer.capture.batch import disorder  # noqa: PLC0415  (numpy is there: who makes batches needs it)

        frames, times = batch.known_times()
        if self._is_behind(int(batch.frame[0]), int(times[0]) if len(times) else None):
            return False
        if len(times):
            before = int(times[0]) if self._previous is None else self._previous
            for place, back in disorder(times, before, OVERTAKEN_NS):
                self._see_disorder(int(frames[place]), back)
            self._previous = int(times[-1])
            self._see_times(int(times.min()), int(times.max()))
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

    def _see_times(self, first: int, last: int) -> None:
        info = self.info
        info.first_time = first if info.first_time is None else min(info.first_time, first)
        info.last_time = last if info.last_time is None else max(info.last_time, last)

    def _finish(self, ledger: Ledger, decoder: PacketDecoder) -> None:
        info, source, container = self.info, self._source, self._container
        info.sha256 = source.finish()
        info.size_bytes = source.size_bytes
        info.format = container.format + (f" ({source.compression})" if source.compression else "")
        info.link_types = list(container.link_names)
        info.packets = container.packets
        info.dropped = container.dropped
        if container.ran is not None:
            self._see_times(*container.ran)
        if info.dropped:
            effect = f"the capturing host counted {info.dropped:,} that are not in the file: absence is weak evidence"
            self._damage.add("capture-dropped", 0, "every packet in the file", f"{info.dropped:,} dropped", effect)
        info.esp_packets = ledger.esp_packets
        if source.trouble:
            self._damage.add(
                "capture-source", 0, "readable input to its end", source.trouble, "what follows is not read"
            )
        if source.stopped:
            expected = f"at most {source.expansion:,} times the input's size"
            found = f"more than {source.expanded_bytes:,} bytes out of {source.size_bytes:,}"
            effect = "what follows is not read; --max-expansion N reads on"
            self._damage.add(EXPANSION_LIMIT, 0, expected, found, effect)
        info.unopened = decoder.unopened.counts()
        decoder.unopened.report(self._damage)
        ledger.report(self._damage)
        self.flows, self.streams = ledger.flows(), ledger.streams()
        self.beginnings = frozenset(decoder.beginnings)
        self.later_fragments = decoder.fragments.later_fragments
        self.rests = tuple(sorted(decoder.rests, key=attrgetter("first_frame")))
        self.defects = self._damage.defects()
        del decoder.fragments  # which holds the decoder: nothing of a capture waits for the garbage collector
        ledger.release()
        self._window.release()

    def frames(self, wanted: Collection[int]) -> dict[int, Frame]:
        """Read up to the last of these frames, and hand them out with what they complete."""
        self._wanted = frozenset(wanted)
        self._until = max(wanted, default=0)
        items: dict[int, list[Item]] = {}
        for some in self.in_columns():
            for item in some.of(self._wanted) if isinstance(some, Datagrams) else (some,):
                if item.frame_number in self._wanted:
                    items.setdefault(item.frame_number, []).append(item)
        self._source.close()
        return {
            number: Frame(
                number,
                packet.time_ns,
                packet.link_type,
                "unknown" if packet.link_type is None else link_name(packet.link_type),
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
    max_expansion: int | None = None,
) -> CaptureReader:
    """A reader for the capture at `path` ("-": standard input).

    ports: UDP and TCP ports whose payloads are IKE; UDP 848 (GDOI) always is, and what is beyond doubt ISAKMP on any
    UDP port. progress is called with bytes read so far and bytes in all (None for a pipe). serial: read carefully
    even where the fast path could. counts False: the same datagrams and ICMP errors in little more than half the time,
    but no flows, streams, rests and SHA-256. hashed False: only no SHA-256. max_expansion: how many times its
    size compressed input may become, beyond some MiB. Raises CaptureError if the input is not a capture at all.
    """
    source = Source(path if isinstance(path, str) else str(path), hashed=counts and hashed, expansion=max_expansion)
    try:
        return CaptureReader(source, ports, progress, careful=serial, counts=counts)
    except CaptureError:
        source.close()
        raise


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


def _container(source: Source, window: Window, damage: Damage) -> Pcap | PcapNg:
    """The format by the first bytes; the window stands behind the file header then."""
    size = window.limit - window.position
    head = bytes(window.data[: min(size, 512)])
    if not size:
        reason = (
            f"holds no {source.compression} data that can be read ({source.trouble})" if source.trouble else "is empty"
        )
        raise CaptureError(source.path, reason)
    if head[:4] in MAGICS:
        if size < FILE_HEADER:
            raise CaptureError(source.path, "is cut short inside the file header")
        window.position = FILE_HEADER
        return Pcap(head, damage)
    if head[:4] == MAGIC and (size < 12 or head[8:12] in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d")):
        if size < 12:
            raise CaptureError(source.path, "is cut short inside the file header")
        return PcapNg(damage)
    raise CaptureError(source.path, f"is {_guess(head)}, not a capture that can be read", _ADVICE)


def _guess(head: bytes) -> str:
    """What a file that is no capture seems to be."""
    for magic, name in _OTHER_FORMATS.items():
        if head.startswith(magic):
            return name
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < 512 else "ignore")
    except UnicodeDecodeError:
        return "of no known format"
    return "a text file" if all(c.isprintable() or c in "\r\n\t\f" for c in text) else "of no known format"
