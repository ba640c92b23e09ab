"""The ledger of the fast reader: a batch's ESP and AH packets are booked together, as if one by one."""

from collections.abc import Iterator
from itertools import compress, repeat
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture.addresses import reversed_key
from analyzer.capture.batch import Batch, gather
from analyzer.capture.datagram import NO_TIME
from analyzer.capture.lanes import Numbers
from analyzer.capture.ledger import ENCAPSULATIONS, EspPacket, Ledger
from analyzer.capture.rows import EspRows
from analyzer.capture.sequence import REACH, SequenceWindow

Places = npt.NDArray[np.intp]

_MATRIX = 2048  # groups whose bits are drawn at once
_MIXER = np.uint64(0x9E3779B97F4A7C15)


class _Sequences(NamedTuple):
    """Frame and sequence number of the packets of a batch, group after group, each group in file order."""

    frame: list[int]
    sequence: list[int]


class _Group(NamedTuple):
    """Packets of one stream between the same ports, in file order: begin:end of `rows`, or `packets`.

    seen: None, or which numbers below the last one the group has, if its numbers never fall (bit n: n below the last
    one); repeated: how many equal the one before.
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
    repeated: int
    seen: bytes | None
    rows: _Sequences | tuple[EspPacket, ...]

    def arrivals(self) -> Iterator[tuple[int, int | None]]:
        """Frame and sequence number of each packet."""
        if isinstance(self.rows, _Sequences):
            part = slice(self.begin, self.end)
            yield from zip(self.rows.frame[part], self.rows.sequence[part], strict=True)
        else:
            for packet in self.rows:
                yield packet.frame_number, packet.sequence


_STREAM_KEY = _Group._fields.index("stream_key")


class BulkLedger(Ledger):
    """Lets single packets wait until their batch is booked: flows and streams see their packets in file order."""

    def __init__(self, *, counts: bool = True) -> None:
        super().__init__(counts=counts)
        self._waiting: list[EspPacket] = []

    def esp(self, packet: EspPacket) -> None:
        """Let one packet wait for the end of the batch."""
        if self.counts:
            self._waiting.append(packet)

    def close_batch(self, batch: Batch, rows: dict[int, EspRows]) -> None:
        """Book the batch's ESP rows (by width of the address pair), and what waits."""
        groups = [group for width, mine in rows.items() for group in self._groups(batch, mine, width)]
        self.close(groups)

    def close(self, groups: list[_Group] | None = None) -> None:
        """Book groups, and what waits."""
        groups = sorted((groups or []) + _grouped(self._waiting), key=itemgetter(0))  # by first frame
        self._waiting = []
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
            if isinstance(group.rows, _Sequences):
                _read_sequences(window, group, group.rows.sequence)
            else:
                for packet in group.rows:
                    window.add(packet.sequence)

    def _groups(self, batch: Batch, rows: EspRows, width: int) -> Iterator[_Group]:
        """Rows of one IP version as groups; those that full tables have no place for are only counted."""
        keys = _keys(batch, rows, width)
        order, begin = _group_order(keys)
        end = np.append(begin[1:], len(order))
        frame, time = batch.frame[rows.row][order], batch.time[rows.row][order]
        sequence = rows.head[:, 8:12].copy().view(">u4").ravel()[order].astype(np.int64)
        length = np.add.reduceat(rows.length[order], begin)
        names = _names(keys[order[begin]], width)
        columns = (
            *(frame[begin].tolist(), time[begin].tolist(), frame[end - 1].tolist(), time[end - 1].tolist()),
            *(*names, begin.tolist(), end.tolist(), length.tolist()),
            *(*_runs(sequence, begin, end), repeat(_Sequences(frame.tolist(), sequence.tolist()), len(begin))),
        )
        selected = self._places(*names)
        if selected is None:
            return map(_Group._make, zip(*columns, strict=True))
        for kind, count, is_listed in zip(names[0], (end - begin).tolist(), selected, strict=True):
            if not is_listed:
                self.count_unlisted(kind, count)
        return map(_Group._make, zip(*(compress(column, selected) for column in columns), strict=True))

    def _places(
        self, kinds: list[int], forwards: list[bytes], backwards: list[bytes], streams: list[bytes]
    ) -> list[bool] | None:
        """Which groups have a place in the tables; None while there is room for all."""
        listed, tables = self.full_streams(), self.full_esp_tables()
        if listed is None or not tables:
            return None
        flows = [tables.get(number) for number in range(len(ENCAPSULATIONS))]
        return [
            (table := flows[kind]) is None or stream in listed or key in table or back in table
            for kind, key, back, stream in zip(kinds, forwards, backwards, streams, strict=True)
        ]

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


def _read_sequences(window: SequenceWindow, group: _Group, sequences: list[int]) -> None:
    """Read a group's sequence numbers: at once if they rise, else one by one."""
    begin, end = group.begin, group.end
    if group.seen is not None:
        last = sequences[end - 1]
        if window.first is None:
            window.add(sequences[begin])
            begin += 1
        ahead = window.ahead(sequences[begin])
        if ahead > 0:
            seen = int.from_bytes(group.seen, "little")
            window.add_rising(last, ahead + last - sequences[begin], end - begin - group.repeated, group.repeated, seen)
            return
    for sequence in sequences[begin:end]:
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


def _runs(sequence: Numbers, begin: Places, end: Places) -> tuple[list[int], list[bytes | None]]:
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


def _keys(batch: Batch, rows: EspRows, width: int) -> npt.NDArray[np.uint8]:
    """What tells groups apart, a row each: addresses, ports, SPI, encapsulation; zeros up to a multiple of 8 bytes."""
    keys = np.zeros((len(rows.row), width + 16), np.uint8)
    keys[:, :width] = gather(batch.data, rows.pair, width)
    keys[:, width : width + 8] = rows.head[:, :8]
    keys[:, width + 8] = rows.encapsulation
    return keys


def _group_order(keys: npt.NDArray[np.uint8]) -> tuple[Places, Places]:
    """Rows in groups of equal keys, in file order inside each, and where each group begins in that order."""
    columns = list(np.ascontiguousarray(keys.view("<u8").T))
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * _MIXER
        mixed ^= mixed >> np.uint64(29)
    # The row number in the lower bits: one plain sort, which numpy does much faster than argsort, puts groups and
    # rows in order.
    bits = np.uint64(max(len(mixed) - 1, 1).bit_length())
    mixed = mixed >> bits << bits | np.arange(len(mixed), dtype=np.uint64)
    mixed.sort()
    order = (mixed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.intp)
    new = np.append(True, np.diff(mixed >> bits) != 0)
    differs = _differences(columns, order)
    if (differs & ~new).any():  # different keys with one hash: sort by the keys themselves
        order = np.lexsort(columns)
        new = _differences(columns, order)
    return order, np.flatnonzero(new)


def _differences(columns: list[npt.NDArray[np.uint64]], order: Places) -> npt.NDArray[np.bool_]:
    """Where the key is not that of the row before."""
    differs = np.zeros(len(order), np.bool_)
    for column in columns:
        differs[1:] |= np.diff(column[order]) != 0
    differs[0] = True
    return differs


def _time(time: int) -> int | None:
    return None if time == NO_TIME else time
