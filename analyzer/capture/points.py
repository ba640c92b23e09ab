"""Points of observation: where each packet was captured, if the capture says that there is more than one such place.

A point is an interface of a pcapng file, the interface index of LINUX_SLL2 (`tcpdump -i any`), or one of several taps
that are read together. Interfaces of two sections are one point where number and name agree. A capture with one point,
which nearly all are, costs nothing: no packet is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analyzer.capture.datagram import NO_TIME
from analyzer.capture.pcapng import PcapNg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.capture.batch import Batch
    from analyzer.capture.datagram import CaptureInfo
    from analyzer.capture.decoder import Packet
    from analyzer.capture.formats import Container
    from analyzer.capture.lanes import Numbers

SLL2: Final = 276
"""Link type LINUX_SLL2, whose header has the index of the interface in bytes 4 to 7."""

MOST: Final = 255
"""Points that are told apart; packets of others count to the last one, which is named so."""

_INDEX_AT, _INDEX_END = 4, 8
_NO_INDEX, _UNDESCRIBED = -1, -2  # in place of an index: there is none; the file does not describe the interface
_Key = tuple[int, int, bytes, int]  # tap; interface: number and name; index


@dataclass(slots=True)
class Point:
    """One point. Times are of the first and last packet of its interface in ns, by its own clock: it captured then.

    dropped: packets that the capturing host says it lost there; None: nothing says. not_opened: packets of its files
    that were not looked into; broken: how one of them ends early. filters: those that its files say they were captured
    by. clock_ns: what its clock shows more
    than that of the set's first tap, by which the times of its messages are given; None: the two cannot be compared.
    """

    name: str
    first_time: int | None = None
    last_time: int | None = None
    dropped: int | None = None
    clock_ns: int | None = 0
    not_opened: int = 0
    broken: str = ""
    filters: tuple[str, ...] = ()
    files: int = field(default=0, compare=False)  # of which `dropped` is

    def ran(self, *times: int) -> None:
        """It captured at these times."""
        for time in times:
            self.first_time = time if self.first_time is None else min(time, self.first_time)
            self.last_time = time if self.last_time is None else max(time, self.last_time)

    def lost(self, dropped: int | None) -> None:
        """What one file says of it. Those of several add up; where one is silent, no sum is known to be zero."""
        if not self.files or dropped is None or self.dropped is None:
            self.dropped = (self.dropped or dropped or None) if self.files else dropped
        else:
            self.dropped += dropped
        self.files += 1


class Points:
    """The points of a capture, and which of them each packet is of: a byte for each packet once there are two."""

    def __init__(self) -> None:
        self.all: list[Point] = []
        self.compared = False  # they are taps, whose clocks were compared
        self._which = bytearray()

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called, each otherwise."""
        return tuple(point.name for point in self.all)

    @property
    def several(self) -> bool:
        """Whether there are two at least."""
        return len(self.all) > 1

    def one_clock(self, frame_number: int, other: int) -> bool:
        """Whether the times of two frames are of one clock: they are of one point, or of taps that were compared."""
        one, two = self.of(frame_number), self.of(other)
        return one == two or (self.compared and None not in (self.all[one].clock_ns, self.all[two].clock_ns))

    def of(self, frame_number: int) -> int:
        """The place in `all` of the point at which a frame was captured."""
        return self._which[frame_number - 1] if 0 < frame_number <= len(self._which) else 0

    def note(self, frame_number: int, place: int) -> None:
        """A packet behind all before it was captured at a point."""
        self._reach(frame_number)
        self._which[frame_number - 1] = place

    def note_all(self, frames: Numbers, places: Numbers) -> None:
        """Many of them."""
        import numpy as np  # noqa: PLC0415  (who has many has them as arrays)

        self._reach(int(frames[-1]))
        np.frombuffer(self._which, np.uint8)[frames - 1] = places

    def _reach(self, frame_number: int) -> None:
        self._which += bytes(max(0, frame_number - len(self._which)))


class Interfaces(Points):
    """The interfaces of one file, or of those of a set. container: what describes them.

    taps: the names of what ran at the same time in a set of several chains, each of which has points of its own, and
    what their clocks show more than the first one's.
    """

    def __init__(self, container: Container, taps: Sequence[str] = (), clocks: Sequence[int | None] = (0,)) -> None:
        super().__init__()
        self._container = container
        self._tap, self._taps, self._clocks = 0, taps, clocks
        self.compared = bool(taps)
        self._places: dict[_Key, int] = {}
        self._last: tuple[_Key, int] | None = None
        self._unfinished: dict[_Key, None] = {}  # of files that are not finished

    def turn_to(self, container: Container, tap: int) -> None:
        """The next packets are of this file, and of this tap."""
        if container is not self._container:
            self._container, self._tap, self._last = container, tap, None

    def see(self, packet: Packet) -> None:
        """Take in the next packet."""
        index = _UNDESCRIBED if packet.link_type is None else _NO_INDEX
        if packet.link_type == SLL2 and len(packet.data) >= _INDEX_END:
            index = int.from_bytes(packet.data[_INDEX_AT:_INDEX_END], "big")
        place = self._place(packet.interface, index)
        if self.several:
            self.note(packet.frame_number, place)
        if packet.time_ns is not None:
            self.all[place].ran(packet.time_ns, packet.time_ns)

    def see_batch(self, batch: Batch) -> None:
        """Take in the packets of a batch."""
        import numpy as np  # noqa: PLC0415  (they are there: who makes batches needs them)

        from analyzer.capture.batch import NO_LINK, gather  # noqa: PLC0415

        number = np.zeros_like(batch.frame) if batch.interface is None else batch.interface
        index = np.where(batch.link == NO_LINK, _UNDESCRIBED, _NO_INDEX)
        cooked = (batch.link == SLL2) & (batch.captured >= _INDEX_END)
        if cooked.any():
            size = _INDEX_END - _INDEX_AT
            index[cooked] = gather(batch.data, batch.begin[cooked] + _INDEX_AT, size).view(">u4").ravel()
        if (number == number[0]).all() and (index == index[0]).all():
            self._take(batch, int(number[0]), int(index[0]), slice(None))
            return
        both = np.stack((number, index))
        pairs, first, which = np.unique(both, axis=1, return_index=True, return_inverse=True)
        for at in np.argsort(first).tolist():
            self._take(batch, int(pairs[0, at]), int(pairs[1, at]), np.flatnonzero(which.ravel() == at))

    def _take(self, batch: Batch, number: int, index: int, rows: Numbers | slice) -> None:
        place = self._place(number, index)
        if self.several:
            frames = batch.frame[rows]
            self.note_all(frames, frames * 0 + place)
        times = batch.time[rows]
        times = times[times != NO_TIME]
        if len(times):
            self.all[place].ran(int(times.min()), int(times.max()))

    def ran_at(self, tap: int, number: int) -> tuple[int, int] | None:
        """When the interface of this number captured first and last, in ns, as far as is known by now."""
        found = [self.all[place] for key, place in self._places.items() if key[:2] == (tap, number)]
        times = [time for point in found for time in (point.first_time, point.last_time) if time is not None]
        return (min(times), max(times)) if times else None

    def _place(self, number: int, index: int) -> int:
        name = b""
        if isinstance(self._container, PcapNg) and index != _UNDESCRIBED:
            name = self._container.interfaces[number].name
        key = self._tap, number, name, index
        if self._last is not None and self._last[0] == key:
            return self._last[1]
        self._unfinished[key] = None
        place = self._places.get(key)
        if place is None:
            if len(self.all) < MOST:
                place = len(self.all)
                self._places[key] = place
                self.all.append(Point(self._named(key), clock_ns=self._clocks[self._tap]))
            else:
                place = MOST - 1
                self.all[place].name = "further interfaces"
        self._last = key, place
        return place

    def _named(self, key: _Key) -> str:
        tap, number, name, index = key
        text = "".join(c if c.isprintable() else "\ufffd" for c in name.decode("utf-8", "replace")).strip()
        if index >= 0:
            text = f"{text} index {index}" if text else f"interface index {index}"
        if self._taps:
            text = f"{self._taps[tap]} {text}".rstrip()
        text = text or f"interface {number}"
        return f"{text} (interface {number})" if text in self.names else text

    def finish(self, container: Container, info: CaptureInfo, tap: int = 0) -> None:
        """A file has been read: what it says of lost packets is known, and what of it was not read."""
        filters = tuple(filter(None, info.notes.filters))
        for key in [key for key in self._unfinished if key[0] == tap]:
            del self._unfinished[key]
            if key in self._places:
                point, dropped = self.all[self._places[key]], None
                if isinstance(container, PcapNg) and key[-1] == _NO_INDEX:
                    dropped = container.statistics.dropped_at(key[1])
                    point.ran(*container.statistics.ran_at(key[1]) or ())
                point.lost(dropped)
                point.not_opened += sum(info.unopened.values())
                point.broken = point.broken or info.broken
                point.filters = tuple(dict.fromkeys((*point.filters, *filters)))
        together: dict[_Key, list[Point]] = {}
        for key, place in self._places.items():
            together.setdefault((*key[:-1], _NO_INDEX), []).append(self.all[place])
        for points in together.values():  # what one interface has of several it captured from all of them
            times = [time for p in points for time in (p.first_time, p.last_time) if time is not None]
            for point in points:
                point.first_time, point.last_time = min(times, default=None), max(times, default=None)
