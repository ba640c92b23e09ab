"""The ledger of the fast reader: ESP and AH packets of a batch are booked together, with the same result as one by one."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture.batch import NO_TIME, Batch
from analyzer.capture.lanes import Numbers
from analyzer.capture.ledger import NO_PORTS, EspPacket, Ledger, stream_key
from analyzer.capture.sequence import REACH, SequenceWindow
from analyzer.capture.sieve import ENCAPSULATIONS, EspRows

Places = npt.NDArray[np.intp]

_MIXERS = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F))


class _Sorted(NamedTuple):
    """ESP rows of a batch group after group, each group in file order."""

    frame: Numbers
    time: Numbers
    sequence: Numbers
    length: Numbers


class _Group(NamedTuple):
    """Packets of one stream between the same ports, in file order; `first` describes the first of them. They are either rows begin:end of
    `rows` (rising: their sequence numbers never fall; repeated: how many equal the one before), or `packets`.
    """

    first: EspPacket
    last_frame: int
    count: int
    length: int
    rows: _Sorted | None = None
    begin: int = 0
    end: int = 0
    rising: bool = False
    repeated: int = 0
    packets: tuple[EspPacket, ...] = ()

    def arrivals(self) -> Iterator[tuple[int, int | None]]:
        """Frame and sequence number of each packet."""
        if self.rows is None:
            for packet in self.packets:
                yield packet.frame_number, packet.sequence
        else:
            part = slice(self.begin, self.end)
            yield from zip(self.rows.frame[part].tolist(), self.rows.sequence[part].tolist(), strict=True)

    def last_time(self) -> int | None:
        """Time of the last packet."""
        return self.packets[-1].time_ns if self.rows is None else _time(int(self.rows.time[self.end - 1]))


class BulkLedger(Ledger):
    """Packets that come one by one wait until their batch is booked, so that flows and streams see their packets in file order."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[EspPacket] = []

    def esp(self, packet: EspPacket) -> None:
        """Let one packet wait for the end of the batch."""
        self._waiting.append(packet)

    def close_batch(self, batch: Batch, rows: EspRows) -> None:
        """Book the batch's ESP rows, and what waits."""
        groups = []
        for width in (8, 32):
            mine = np.flatnonzero(rows.width == width)
            if len(mine):
                groups += _groups(batch, EspRows(*(column[mine] for column in rows)), width)
        self.close(groups)

    def close(self, groups: list[_Group] | None = None) -> None:
        """Book groups, and what waits."""
        groups = (groups or []) + _grouped(self._waiting)
        self._waiting = []
        groups.sort(key=lambda group: group.first.frame_number)
        streams: dict[bytes, list[_Group]] = {}
        for group in groups:
            self.esp_flow(group.first, group.last_frame, group.count, group.length)
            streams.setdefault(stream_key(group.first), []).append(group)
        for parts in streams.values():
            self._book_stream(parts)

    def _book_stream(self, parts: list[_Group]) -> None:
        found = self.stream(parts[0].first, sum(part.count for part in parts))
        if found is None:
            return
        stream, window = found
        last = max(parts, key=lambda part: part.last_frame)
        stream.last_frame, stream.last_time = last.last_frame, last.last_time()
        stream.packets += sum(part.count for part in parts)
        stream.bytes += sum(part.length for part in parts)
        if len(parts) == 1 and parts[0].rows is not None:
            _read_sequences(window, parts[0], parts[0].rows.sequence)
            return
        arrivals = [arrival for part in parts for arrival in part.arrivals()]
        arrivals.sort(key=lambda arrival: arrival[0])
        for _, sequence in arrivals:
            window.add(sequence)


def _read_sequences(window: SequenceWindow, group: _Group, sequences: Numbers) -> None:
    """Read a group's sequence numbers: at once if they rise, else one by one."""
    begin, end = group.begin, group.end
    if window.first is None:
        window.add(int(sequences[begin]))
        begin += 1
    count = end - begin
    if count > 2 and group.rising:
        last = int(sequences[end - 1])
        ahead = window.ahead(int(sequences[begin]))
        if ahead > 0:
            part = sequences[begin:end]
            tail: list[int] = part[part > last - REACH].tolist()
            window.add_rising(tail, ahead + last - int(part[0]), count, group.repeated)
            return
    for sequence in sequences[begin:end].tolist():
        window.add(sequence)


def _grouped(packets: list[EspPacket]) -> list[_Group]:
    """Single packets as groups."""
    found: dict[tuple[bytes, bytes, str], list[EspPacket]] = {}
    for packet in packets:
        found.setdefault((packet.key, packet.spi, packet.encapsulation), []).append(packet)
    return [
        _Group(p[0], p[-1].frame_number, len(p), sum(packet.length for packet in p), packets=tuple(p))
        for p in found.values()
    ]


def _groups(batch: Batch, rows: EspRows, width: int) -> list[_Group]:
    """Rows of one IP version as groups."""
    order, begin = _group_order(_key_columns(batch, rows, width))
    end = np.append(begin[1:], len(order))
    frame, time = batch.frame[rows.row][order], batch.time[rows.row][order]
    table = _Sorted(frame, time, rows.sequence[order], rows.length[order])
    step = np.diff(table.sequence, append=0)
    step[end - 1] = 0
    rising = (np.minimum.reduceat(step, begin) >= 0) & (table.sequence[end - 1] - table.sequence[begin] < 1 << 31)
    repeated = np.add.reduceat(step == 0, begin, dtype=np.int64) - 1
    length = np.add.reduceat(table.length, begin)
    firsts = EspRows(*(column[order[begin]] for column in rows))
    data = memoryview(batch.data)
    columns = (
        *(frame[begin], time[begin], firsts.encapsulation, firsts.pair, firsts.ports, firsts.spi, firsts.sequence),
        *(table.length[begin], frame[end - 1], length, begin, end, rising, repeated),
    )
    groups = []
    for row in zip(*(column.tolist() for column in columns), strict=True):
        number, at, encapsulation, pair, ports, spi, sequence, size, last_frame, total, left, right, rises, same = row
        key = bytes(data[pair : pair + width]) + (bytes(data[ports : ports + 4]) if ports else NO_PORTS)
        first = EspPacket(number, _time(at), ENCAPSULATIONS[encapsulation], key, spi.to_bytes(4, "big"), sequence, size)
        groups.append(_Group(first, last_frame, right - left, total, table, left, right, rises, same))
    return groups


def _key_columns(batch: Batch, rows: EspRows, width: int) -> list[npt.NDArray[np.uint64]]:
    """What tells groups apart, as columns of 64 bits."""
    size = len(batch.data)
    longs = np.ndarray((size - 7,), "<u8", batch.data, strides=(1,))
    words = np.ndarray((size - 3,), "<u4", batch.data, strides=(1,))
    ports = np.where(rows.ports > 0, words[rows.ports], 0).astype(np.uint64)
    kind = rows.encapsulation.astype(np.uint64)
    spi = rows.spi.astype(np.uint64) << np.uint64(32)
    return [longs[rows.pair + offset] for offset in range(0, width, 8)] + [spi | ports, kind]


def _group_order(columns: list[npt.NDArray[np.uint64]]) -> tuple[Places, Places]:
    """Rows in groups of equal columns, in file order inside each, and where each group begins in that order."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * _MIXERS[0]
        mixed ^= mixed >> np.uint64(29)
    order = np.argsort(mixed, kind="stable")
    new = np.append(True, np.diff(mixed[order]) != 0)
    differs = np.zeros(len(order), np.bool_)
    for column in columns:
        differs[1:] |= np.diff(column[order]) != 0
    if (differs & ~new).any():  # two keys with one hash: sort by the keys themselves
        order = np.lexsort(columns[::-1])
        new = np.append(True, np.zeros(len(order) - 1, np.bool_))
        for column in columns:
            new[1:] |= np.diff(column[order]) != 0
    return order, np.flatnonzero(new)


def _time(time: int) -> int | None:
    return None if time == NO_TIME else time
