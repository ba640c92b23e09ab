"""The files of a set: one behind the other in a chain, or of several chains by the times of their packets."""

from collections.abc import Iterable, Iterator
from functools import partial
from heapq import heapify, heappop, heapreplace
from itertools import chain, islice
from typing import NamedTuple

from analyzer.capture import serial
from analyzer.capture.clocks import Opened, offsets
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import NO_TIME, CaptureInfo
from analyzer.capture.dates import is_dated, lacks
from analyzer.capture.decoder import Packet
from analyzer.capture.files import LEAST, SMALL, CaptureFile, Files, Progress
from analyzer.capture.formats import Records
from analyzer.capture.places import Places
from analyzer.capture.points import Interfaces
from analyzer.capture.sets import CaptureSet, check_file, name_of
from analyzer.capture.source import Source
from analyzer.capture.text_notes import TIME
from analyzer.capture.unopened import Unopened
from analyzer.capture.window import Window
from analyzer.errors import CaptureError

_LOOKED_AT = 1024  # packets among which one with a time is looked for


class _Begin(NamedTuple):
    """first_time: of its first packet that has one. size_bytes: of the file. is_small: reading on finds no more.

    is_text: it is a log.
    """

    first_time: int | None
    size_bytes: int
    is_small: bool
    is_text: bool


class SetFiles(Files):
    """The files of a set, in order of their first times in each chain, of which one is open at a time.

    Frame numbers are those of the set, as `places` counts them.
    """

    places: Places
    interfaces: Interfaces

    def __init__(
        self, captures: CaptureSet, progress: Progress | None, *, hashed: bool, expansion: int | None, opened: Opened
    ) -> None:
        """CaptureError: not one of them can be read."""
        self.damage, self.unread, self.unopened = Damage(), [], Unopened()
        self.missing = captures.missing
        for text in captures.missing:
            effect = "absence is weak evidence"
            self.damage.add("capture-file-missing", 0, "files of all numbers of the rotation", text, effect)
        self.info = CaptureInfo(captures)
        self._hashed, self._expansion, self._progress = hashed, expansion, progress
        self._known: list[tuple[CaptureInfo, Unopened]] = []
        begins: dict[str, _Begin] = {}
        ordered = [self._in_order(paths, begins) for paths in captures.chains]
        self._chains = [paths for paths in ordered if paths]
        self._sizes = {path: begin.size_bytes for path, begin in begins.items()}
        known = {lacks(begin.first_time) for begin in begins.values() if begin.first_time is not None}
        self._compares = len(known) < 2
        if not self._compares:
            effect = (
                "the times of logs that do not write the date are left out: they cannot be compared with the others"
            )
            self.damage.add(TIME, 0, "times of which the same is known", "times with a date, and without", effect)
        self._total, self._done = sum(self._sizes.values()), 0
        self._has_texts = any(begin.is_text for begin in begins.values())
        self._is_small = self._total <= SMALL and all(begin.is_small for begin in begins.values())
        several = len(self._chains) > 1
        # Of a log not every line is a packet: its packets are numbered one by one too
        self.places, self.is_merged = Places(self._chains), several or self._has_texts
        self._open: dict[int, CaptureFile] = {}  # by chain
        self._windows: list[Window] = []
        # What each chain's clock shows more than the first one's, in ns; None: they cannot be compared
        self._clocks = offsets(self._chains, opened) if several else [None] * len(self._chains)
        self._numbered = [0] * len(self._chains)  # packets of each chain's file that have a number in the set
        following = [self._following(number) for number in range(len(self._chains))]
        # The first of each is opened at once: then there is something to read, or it is an error of the caller's
        begun = [list(islice(files, 1)) for files in following]
        self._each = [chain(first, files) for first, files in zip(begun, following, strict=True)]
        if not self._open:
            raise self._nothing(captures)
        self.now = next(iter(self._open.values()))
        taps = [name_of(paths) for paths in self._chains] if several else ()
        self.interfaces = Interfaces(self.now.container, taps, self._clocks)

    def _nothing(self, captures: CaptureSet) -> CaptureError:
        count, first = len(captures.members), self.unread[0]
        return CaptureError(captures, f"none of its {count} captures can be read; the first of them: {first}")

    def _in_order(self, paths: Iterable[str], begins: dict[str, _Begin]) -> list[str]:
        """Those that can be read, by their first times; one without times stays behind the one in front of it."""
        keys: dict[str, int] = {}
        time = NO_TIME
        for path in paths:
            try:
                begins[path] = _begin_of(path, self._expansion)
            except CaptureError as error:
                self._miss(error)
                continue
            first = begins[path].first_time
            time = keys[path] = time if first is None else first
        return sorted(keys, key=keys.__getitem__)

    def _miss(self, error: CaptureError) -> None:
        """One of them cannot be read."""
        self.unread.append(error)
        found, effect = f"{error.reason} ({error.path})", "it is left out: absence is weak evidence"
        self.damage.add("capture-file-unread", 0, "files that can be read", found, effect)

    def _following(self, number: int) -> Iterator[CaptureFile]:
        """The files of a chain. Each is ended when the next is asked for."""
        window: Window | None = None
        for path in self._chains[number]:
            self.places.begin(number)
            before = 0 if self.is_merged else self.places.packets
            try:
                source = Source(path, hashed=self._hashed, expansion=self._expansion)
                if window is None:
                    size = LEAST if self.is_merged else min(SMALL, max(LEAST, source.most_bytes + 1))
                    window = Window(source, size, partial(self._moved, [0]))
                    self._windows.append(window)
                else:
                    window.begin(source, partial(self._moved, [0]))
                file = CaptureFile(source, Damage(), window, before, number)
            except CaptureError as error:  # it was there a moment ago
                self._miss(error)
                continue
            file.info.clock_ns = self._clocks[number]
            file.clock_ns = file.info.clock_ns or 0
            self._open[number] = file
            yield file
            self._end(number)

    def _moved(self, before: list[int], done: int, _: int | None) -> None:
        """So many bytes of one file are read; `before` has how many were, when this was called last."""
        self._done += done - before[0]
        before[0] = done
        if self._progress is not None:
            self._progress(self._done, self._total)

    def _end(self, number: int) -> None:
        file = self._open.pop(number)
        file.finish()
        self.interfaces.finish(file.container, file.info, number)
        path = file.info.path
        if self.is_merged:
            self._number(number, file.container.packets)  # blocks without a packet behind the last one
            self._numbered[number] = 0
            self.damage.take(file.damage, path, partial(self.places.number, path))
            file.info.notes.renumber(partial(self.places.number, path))
        else:
            last = self.places.add(file.info.packets)
            self.damage.take(file.damage, path, lambda frame: frame if frame <= last else None)
        self._known.append((file.info, file.unopened))

    def _number(self, number: int, up_to: int) -> int:
        """Packets of the file of a chain have numbers in the set up to this one of its own, which is given."""
        last = self.places.packets
        for _ in range(up_to - self._numbered[number]):
            last = self.places.step(number)
        self._numbered[number] = max(up_to, self._numbered[number])
        return last

    @property
    def infos(self) -> list[CaptureInfo]:
        """What is known of each file, chain after chain."""
        order = {path: place for place, path in enumerate(self.places.members)}
        return sorted((info for info, _ in self._known), key=lambda info: order[info.path])

    @property
    def is_small(self) -> bool:
        """Whether reading in bulk is not worth it."""
        return self._is_small

    @property
    def has_texts(self) -> bool:
        """Whether a log is among them, which is read line by line."""
        return self._has_texts

    @property
    def stopped(self) -> bool:
        """Whether one of them has become as large as it may, so that the rest of it is not read."""
        return any(info.stopped for info, _ in self._known)

    @property
    def compressed(self) -> bool:
        """Whether one that is open is compressed."""
        return any(file.source.compression for file in self._open.values())

    def each(self) -> Iterator[CaptureFile]:
        """The files of the only chain."""
        return iter(self._each[0])

    def runs(self) -> Iterator[tuple[CaptureFile, Iterable[Packet]]]:
        """The packets of one file after the other; of several chains always the earliest of those that are next."""
        if not self.is_merged:
            yield from super().runs()
            return
        packets = [self._packets(number) for number in range(len(self._chains))]
        waiting = [head for each in packets for head in islice(each, 1)]
        heapify(waiting)
        while waiting:
            _, number, file, packet = waiting[0]
            yield file, (packet._replace(frame_number=self._number(number, packet.frame_number)),)
            following = next(packets[number], None)
            if following is None:
                heappop(waiting)
            else:
                heapreplace(waiting, following)

    def _packets(self, number: int) -> Iterator[tuple[int, int, CaptureFile, Packet]]:
        """The packets of a chain, with the time by which they take turns: of the one in front, where they have none."""
        time = NO_TIME
        for file in self._each[number]:
            for packet in serial.packets(file.container, file.window):
                if not self._compares and packet.time_ns is not None and not is_dated(packet.time_ns):
                    packet = packet._replace(time_ns=None)  # noqa: PLW2901
                time = time if packet.time_ns is None else packet.time_ns
                yield time - file.clock_ns, number, file, packet

    def finish(self) -> None:
        """No more is read."""
        for number in [*self._open]:
            self._end(number)
        info = self.info
        for file, unopened in self._known:
            file.unopened = unopened.counts()
            self.unopened.take(unopened)
        infos = self.infos
        info.unopened = self.unopened.counts()
        info.size_bytes, info.packets = sum(i.size_bytes for i in infos), sum(i.packets for i in infos)
        info.dropped, info.esp_packets = sum(i.dropped for i in infos), sum(i.esp_packets for i in infos)
        info.notes.filters = [text for i in infos for text in i.notes.filters]
        info.notes.interfaces_left = sum(i.notes.interfaces_left for i in infos)
        info.format = ", ".join(dict.fromkeys(i.format for i in infos))
        info.link_types = list(dict.fromkeys(name for i in infos for name in i.link_types))
        first = (i.first_time - (i.clock_ns or 0) for i in infos if i.first_time is not None)
        last = (i.last_time - (i.clock_ns or 0) for i in infos if i.last_time is not None)
        info.first_time, info.last_time = min(first, default=None), max(last, default=None)
        info.stopped = self.stopped

    def release(self) -> None:
        """Give the memory back."""
        for window in self._windows:
            window.release()

    def close(self) -> None:
        """Close what is open."""
        for file in self._open.values():
            file.source.close()


def _begin_of(path: str, expansion: int | None) -> _Begin:
    """A look at the beginning of a file. CaptureError: it cannot be read, or not twice."""
    check_file(path)
    source = Source(path, hashed=False, expansion=expansion)
    try:
        file = CaptureFile(source, Damage(), Window(source, min(LEAST, source.most_bytes + 1)))
        looked_at = islice(serial.packets(file.container, file.window), _LOOKED_AT)
        first = next((packet.time_ns for packet in looked_at if packet.time_ns is not None), None)
        is_text = not isinstance(file.container, Records)
        return _Begin(first, source.total_bytes or 0, file.window.ended or not source.compression, is_text)
    finally:
        source.close()
