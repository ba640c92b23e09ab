"""The ledger of the fast reader: ESP and AH packets of several batches are booked together, as if one by one."""

from collections.abc import Iterator
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture.addresses import reversed_key
from analyzer.capture.batch import Batch, gather
from analyzer.capture.datagram import NO_TIME
from analyzer.capture.lanes import Numbers
from analyzer.capture.ledger import EspPacket, Ledger
from analyzer.capture.listed import Listed, blank_keys, group_order
from analyzer.capture.rows import EspRows
from analyzer.capture.sequence import REACH, SequenceWindow

LEAST, MOST = 1 << 12, 1 << 17
"""Packets that wait to be booked: the more there are, the fewer times a stream is looked up, if it has many of them."""
_MATRIX = 2048  # groups whose bits are drawn at once


class _Rows(NamedTuple):
    """Packets of a batch that wait. keys: rows of blank_keys, filled; length: in bytes, on the wire."""

    keys: npt.NDArray[np.uint8]
    frame: Numbers
    time: Numbers
    sequence: npt.NDArray[np.uint32]
    length: Numbers

    def at(self, places: Numbers) -> "_Rows":
        """Those at these places."""
        keys, frame, time, sequence, length = self
        return _Rows(keys[places], frame[places], time[places], sequence[places], length[places])


class _Sequences(NamedTuple):
    """Sequence numbers of many packets, group after group, each group in file order.

    order: which packet each is; frame: of the packets.
    """

    order: Numbers
    frame: Numbers
    sequence: Numbers


class _Group(NamedTuple):
    """Packets of one stream between the same ports, in file order: begin:end of `rows`, or `packets`.

    first, last: sequence numbers; seen: None, or which numbers below the last one the group has, if its numbers never
    fall (bit n: n below the last one); repeated: how many equal the one before.
    """

    first_frame: int
    first_time: int
    last_frame: int
    last_time: int
    encapsulation: int
    flow_key: bytes
    backwards: bytes
    stream_key: bytes
    begin: int
    end: int
    length: int
    first: int | None
    last: int | None
    repeated: int
    seen: bytes | None
    rows: _Sequences | tuple[EspPacket, ...]

    def arrivals(self) -> Iterator[tuple[int, int | None]]:
        """Frame and sequence number of each packet."""
        if isinstance(self.rows, _Sequences):
            part = slice(self.begin, self.end)
            frames = self.rows.frame[self.rows.order[part]]
            yield from zip(frames.tolist(), self.rows.sequence[part].tolist(), strict=True)
        else:
            for packet in self.rows:
                yield packet.frame_number, packet.sequence


_STREAM_KEY = _Group._fields.index("stream_key")


class BulkLedger(Ledger):
    """Lets packets wait until many are booked together: flows and streams see their packets in file order."""

    def __init__(self, *, counts: bool = True) -> None:
        super().__init__(counts=counts)
        self._waiting: list[EspPacket] = []
        self._rows: dict[int, list[_Rows]] = {}  # by width of the address pair
        self._count = 0  # of rows and single packets
        self._enough = LEAST
        self._last_frame = 0  # of those in rows
        self._listed: dict[int, Listed] = {}  # by encapsulation, whose table of flows is full

    def esp(self, packet: EspPacket) -> None:
        """Let one packet wait."""
        if not self.counts:
            return
        if packet.frame_number <= self._last_frame:  # it was captured before others, and comes to light behind them
            self.close()
        self._waiting.append(packet)
        self._count += 1

    def close_batch(self, batch: Batch, rows: dict[int, EspRows]) -> None:
        """Let the batch's ESP rows (by width of the address pair) wait; book what waits if it is much."""
        for width, mine in rows.items():
            sequence = np.ascontiguousarray(mine.head.view(np.uint32)[:, 2]).view(">u4").astype(np.uint32)
            frame, time = batch.frame[mine.row], batch.time[mine.row]
            waiting = self._without_unlisted(
                _Rows(group_keys(batch, mine, width), frame, time, sequence, mine.length), width
            )
            self._rows.setdefault(width, []).append(waiting)
            self._count += len(waiting.frame)
        self._last_frame = int(batch.frame[-1])
        self.close_if_many()

    def close_if_many(self) -> None:
        """Book what waits if it is much: at the end of a batch, or of a stretch that was read record by record."""
        if self._count >= self._enough:
            self.close()

    def close(self) -> None:
        """Book what waits."""
        groups = [group for width, rows in self._rows.items() for group in _groups(rows, width)]
        groups = sorted(groups + _grouped(self._waiting), key=itemgetter(0))  # by first frame
        if len(groups) * 4 < self._count:
            self._enough = min(self._enough * 2, MOST)
        self._waiting, self._rows, self._count, self._last_frame = [], {}, 0, 0
        several: dict[bytes, list[_Group]] = {}  # groups of one stream
        if len({group[_STREAM_KEY] for group in groups}) < len(groups):
            for group in groups:
                several.setdefault(group.stream_key, []).append(group)
        for group in groups:
            # A capture may have hundreds of thousands of groups: fields by unpacking, not by name.
            first_frame, first_time, last_frame, last_time, kind, key, backwards, stream_key, begin, end, length = (
                group[:11]
            )
            self.esp_flow(kind, key, backwards, first_frame, last_frame, end - begin, length)
            parts = several.get(stream_key)
            if parts is not None and len(parts) > 1:
                if parts[0] is group:
                    self._book_parts(parts)
                continue
            found = self.stream(stream_key, key[-4:], first_frame, _time(first_time), end - begin)
            if found is None:
                continue
            stream, window = found
            stream.last_frame, stream.last_time = last_frame, _time(last_time)
            stream.packets += end - begin
            stream.bytes += length
            _read_sequences(window, group)
        self._note_full_tables()

    def _note_full_tables(self) -> None:
        """Once the tables that a packet would be listed in take no more, what they list is known for good."""
        streams = self.full_streams()
        if streams is None:
            return
        for kind, flows in self.full_esp_tables().items():
            if kind not in self._listed:
                self._listed[kind] = Listed(streams, flows, kind)

    def _without_unlisted(self, rows: _Rows, width: int) -> _Rows:
        """Rows but those that full tables have no place for, which are only counted."""
        for kind, listed in self._listed.items():
            mine = np.flatnonzero(rows.keys[:, width + 8] == kind)
            lost = mine[~listed.may_have(rows.keys[mine])]
            if len(lost):
                self.count_unlisted(kind, len(lost))
                rows = rows.at(np.delete(np.arange(len(rows.frame)), lost))
        return rows

    def _book_parts(self, parts: list[_Group]) -> None:
        """A stream whose packets came between different ports, or partly in odd ways."""
        count = sum(part.end - part.begin for part in parts)
        first = parts[0]
        found = self.stream(first.stream_key, first.flow_key[-4:], first.first_frame, _time(first.first_time), count)
        if found is None:
            return
        stream, window = found
        last = max(parts, key=lambda part: part.last_frame)
        stream.last_frame, stream.last_time = last.last_frame, _time(last.last_time)
        stream.packets += count
        stream.bytes += sum(part.length for part in parts)
        arrivals = [arrival for part in parts for arrival in part.arrivals()]
        for _, sequence in sorted(arrivals, key=lambda arrival: arrival[0]):
            window.add(sequence)


def _read_sequences(window: SequenceWindow, group: _Group) -> None:
    """Read a group's sequence numbers: at once if they rise, else one by one."""
    begin, end, first, last, rows = group.begin, group.end, group.first, group.last, group.rows
    if end - begin == 1:
        window.add(first)
        return
    if not isinstance(rows, _Sequences) or first is None or last is None:
        for _, sequence in group.arrivals():
            window.add(sequence)
        return
    if group.seen is not None:
        if window.first is None:
            window.add(first)
            begin += 1
            first = int(rows.sequence[begin])
        ahead = window.ahead(first)
        if ahead > 0:
            seen = int.from_bytes(group.seen, "little")
            window.add_rising(last, ahead + last - first, end - begin - group.repeated, group.repeated, seen)
            return
    for sequence in rows.sequence[begin:end].tolist():
        window.add(sequence)


def _grouped(packets: list[EspPacket]) -> list[_Group]:
    """Single packets as groups."""
    found: dict[tuple[bytes, bytes], list[EspPacket]] = {}
    for packet in packets:
        found.setdefault((packet.stream_key, packet.key), []).append(packet)
    groups = []
    for (stream_key, key), same in found.items():
        first, last, length = same[0], same[-1], sum(packet.length for packet in same)
        times = (NO_TIME if packet.time_ns is None else packet.time_ns for packet in (first, last))
        groups.append(
            _Group(
                first.frame_number,
                next(times),
                last.frame_number,
                next(times),
                first.encapsulation,
                key,
                reversed_key(key),
                stream_key,
                0,
                len(same),
                length,
                first.sequence,
                last.sequence,
                0,
                None,
                tuple(same),
            )
        )
    return groups


def _names(keys: npt.NDArray[np.uint8], width: int) -> tuple[list[int], list[bytes], list[bytes], list[bytes]]:
    """Of each key: encapsulation, the flow's key in both directions, the stream's key."""
    half = width // 2
    ports, spi, kind = keys[:, width : width + 4], keys[:, width + 4 : width + 8], keys[:, width + 8 : width + 9]
    backwards = np.hstack((keys[:, half:width], keys[:, :half], ports[:, 2:], ports[:, :2]))
    streams = np.hstack((keys[:, :width], spi, kind))
    return kind[:, 0].tolist(), _as_bytes(keys[:, : width + 4]), _as_bytes(backwards), _as_bytes(streams)


def _runs(sequence: Numbers, begin: Numbers, end: Numbers) -> tuple[list[int], list[bytes | None]]:
    """Of each group `repeated` and `seen`, as _Group has them."""
    step = np.diff(sequence, append=0)
    step[end - 1] = 0
    repeated = np.add.reduceat(step == 0, begin, dtype=np.int64) - 1
    last = sequence[end - 1]
    rising = (np.minimum.reduceat(step, begin) >= 0) & (last - sequence[begin] < 1 << 31) & (end - begin > 2)
    seen: list[bytes | None] = [None] * len(begin)
    places = np.flatnonzero(rising)
    for part in np.split(places, range(_MATRIX, len(places), _MATRIX)):
        size = (end - begin)[part]
        group = np.repeat(np.arange(len(part)), size)
        inside = np.arange(len(group)) - np.repeat(np.cumsum(size) - size, size)
        behind = np.repeat(last[part], size) - sequence[np.repeat(begin[part], size) + inside]
        near = np.flatnonzero(behind < REACH)
        bits = np.zeros((len(part), REACH), np.bool_)
        bits[group[near], behind[near]] = True
        for place, row in zip(part.tolist(), _as_bytes(np.packbits(bits, axis=1, bitorder="little")), strict=True):
            seen[place] = row
    return repeated.tolist(), seen


def _as_bytes(matrix: npt.NDArray[np.uint8]) -> list[bytes]:
    """Each row as bytes."""
    rows: list[bytes] = np.ascontiguousarray(matrix).view(f"V{matrix.shape[1]}").ravel().tolist()
    return rows


def group_keys(batch: Batch, rows: EspRows, width: int) -> npt.NDArray[np.uint8]:
    """What tells groups apart, a row each: addresses, ports, SPI, encapsulation."""
    keys = blank_keys(len(rows.row), width)
    keys.view(np.uint64)[:, : width // 8] = gather(batch.data, rows.pair, width).view(np.uint64)
    keys.view(np.uint32)[:, width // 4 : width // 4 + 2] = rows.head.view(np.uint32)[:, :2]
    keys[:, width + 8] = rows.encapsulation
    return keys


def _groups(rows: list[_Rows], width: int) -> Iterator[_Group]:
    """Rows of one IP version as groups."""
    keys, frame, time, sequence, length = map(np.concatenate, zip(*rows, strict=True))
    if not len(keys):
        return iter(())
    order, begin = group_order(keys)
    end = np.append(begin[1:], len(order))
    numbers = sequence[order].astype(np.int64)
    first, last = order[begin], order[end - 1]
    columns = (
        *(frame[first].tolist(), time[first].tolist(), frame[last].tolist(), time[last].tolist()),
        *(*_names(keys[first], width), begin.tolist(), end.tolist()),
        *(np.add.reduceat(length[order], begin).tolist(), sequence[first].tolist(), sequence[last].tolist()),
        *(*_runs(numbers, begin, end), repeat(_Sequences(order, frame, numbers), len(begin))),
    )
    return map(_Group._make, zip(*columns, strict=True))


def _time(time: int) -> int | None:
    return None if time == NO_TIME else time
