"""The files that a reader goes through: each by its first bytes, and what is known of it once it has been read."""

from collections.abc import Callable, Iterable, Iterator

from analyzer.capture import serial
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import CaptureInfo
from analyzer.capture.decoder import Packet
from analyzer.capture.formats import Records, container_of
from analyzer.capture.pcap import Pcap
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.places import Places
from analyzer.capture.points import SLL2, Interfaces
from analyzer.capture.source import Source
from analyzer.capture.unopened import Unopened
from analyzer.capture.window import Window
from analyzer.errors import CUT, NOT_TO_ITS_END, CaptureError

EXPANSION_LIMIT = "limit-expansion"
SMALL = 1 << 20
"""Inputs up to this size are read serially: importing numpy would take longer."""
LEAST = 1 << 16  # bytes of the buffer, however small the file

_LATEST = (1 << 63) - 1  # nanoseconds

Progress = Callable[[int, int | None], None]


class CaptureFile:
    """One file, open behind its header. `info` is complete once `finish` was called.

    unopened: packets of it that were not looked into. before: the number of the packet in front of its first one. tap:
    which of the chains of a set it is of. clock_ns: what its clock shows more than that of the first chain.
    """

    clock_ns = 0

    def __init__(self, source: Source, damage: Damage, window: Window, before: int = 0, tap: int = 0) -> None:
        """CaptureError: it is no capture; the source is closed then."""
        self.source, self.damage, self.window, self.before, self.tap = source, damage, window, before, tap
        self.info = CaptureInfo(source.path)
        self.unopened = Unopened()
        window.refill()
        try:
            self.container = container_of(source, window, damage)
        except CaptureError:
            source.close()
            raise
        self.container.packets = before

    def see_times(self, first: int, last: int) -> None:
        """Packets of it were captured between these times."""
        info = self.info
        info.first_time = first if info.first_time is None else min(info.first_time, first)
        info.last_time = last if info.last_time is None else max(info.last_time, last)

    def _broken(self) -> str:
        """Why it ends early, in words."""
        if self.source.trouble:
            return f"{NOT_TO_ITS_END}: {self.source.trouble}"
        if isinstance(self.container, Records) and self.container.broken:
            return f"{NOT_TO_ITS_END}: it is damaged behind packet {self.info.packets:,}"
        return CUT if self.damage.has("capture-cut") else ""

    def by_first_clock(self, packet: Packet) -> Packet:
        """A packet with its time by the clock of the first chain; without, where no 64 bits hold that."""
        time = None if packet.time_ns is None else packet.time_ns - self.clock_ns
        return packet._replace(time_ns=None if time is None or abs(time) > _LATEST else time)

    def finish(self) -> None:
        """No more of it is read: it is closed, and what is wrong with it is said."""
        info, source, container = self.info, self.source, self.container
        info.sha256 = source.finish()
        info.size_bytes = source.size_bytes
        info.format = container.format + (f" ({source.packing})" if source.packing else "")
        info.link_types = list(container.link_names)
        info.packets = container.packets - self.before
        info.dropped = container.dropped
        if isinstance(container, PcapNg):
            info.notes = container.settle()
            info.statistics = container.statistics
        info.notes.report(self.damage)
        info.stopped = source.stopped
        if not isinstance(container, Records):
            for name, (count, line) in container.left.items():
                self.unopened.add(name, line, count)
        info.unopened = self.unopened.counts()
        if container.ran is not None:
            self.see_times(*container.ran)
        if info.dropped:
            effect = f"the capturing host counted {info.dropped:,} that are not in the file: absence is weak evidence"
            self.damage.add("capture-dropped", 0, "every packet in the file", f"{info.dropped:,} dropped", effect)
        if source.trouble:
            expected, effect = "readable input to its end", "what follows is not read"
            self.damage.add("capture-source", 0, expected, source.trouble, effect)
        info.broken = self._broken()
        if source.stopped:
            expected = f"at most {source.expansion:,} times the input's size"
            found = f"more than {source.expanded_bytes:,} bytes out of {source.size_bytes:,}"
            effect = "what follows is not read; --max-expansion N reads on"
            self.damage.add(EXPANSION_LIMIT, 0, expected, found, effect)


class Files:
    """The one file of a capture; set_files.py has those of a set.

    now: the file that is read. damage: of all. info: of all together, once `finish` was called. infos: of each.
    unopened: packets of all that were not looked into. unread: why some of a set cannot be read. places: where the
    packets of a set stand; None: it is no set. interfaces: at which each was captured; None: it cannot say.
    """

    places: Places | None = None
    is_merged = False  # packets of several files come in turn, by their times

    def __init__(self, source: Source, progress: Progress | None) -> None:
        """CaptureError: it is no capture."""
        self.damage = Damage()
        window = Window(source, min(SMALL, max(LEAST, source.most_bytes + 1)), progress)
        self.now = CaptureFile(source, self.damage, window)
        self.info = self.now.info
        self.unopened = self.now.unopened
        container = self.now.container
        says_where = isinstance(container, PcapNg) or (isinstance(container, Pcap) and container.link_type == SLL2)
        self.interfaces = Interfaces(container) if says_where else None
        self.unread: list[CaptureError] = []
        self.missing: tuple[str, ...] = ()  # sentences on files that are missing in a set

    @property
    def infos(self) -> list[CaptureInfo]:
        """What is known of each file."""
        return [self.info]

    @property
    def is_small(self) -> bool:
        """Whether reading in bulk is not worth it."""
        return self.now.window.ended

    @property
    def has_texts(self) -> bool:
        """Whether a log is among them, which is read line by line."""
        return not isinstance(self.now.container, Records)

    @property
    def stopped(self) -> bool:
        """Whether compressed input has become as large as it may, so that the rest of it is not read."""
        return self.now.source.stopped

    @property
    def compressed(self) -> bool:
        """Whether the input is compressed."""
        return bool(self.now.source.compression)

    def each(self) -> Iterator[CaptureFile]:
        """The files one behind the other, each to be read to its end before the next is asked for."""
        yield self.now

    def runs(self) -> Iterator[tuple[CaptureFile, Iterable[Packet]]]:
        """All packets in the order in which they are read: some of one file, some of another."""
        for file in self.each():
            yield file, serial.packets(file.container, file.window)

    def finish(self) -> None:
        """No more is read."""
        self.now.finish()
        if self.interfaces is not None:
            self.interfaces.finish(self.now.container, self.info)

    def release(self) -> None:
        """Give the memory back."""
        self.now.window.release()

    def close(self) -> None:
        """Close what is open: no more is wanted."""
        self.now.source.close()
