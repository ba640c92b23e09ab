"""Packet records of a window as columns."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analyzer.capture.datagram import NO_TIME
from analyzer.capture.decoder import Packet
from analyzer.capture.lanes import Numbers, Words, words
from analyzer.capture.pcap import Pcap
from analyzer.capture.pcapng import (
    DROP_COUNT,
    DROP_COUNT_BYTES,
    ENHANCED_PACKET,
    NUMBERED,
    OLD_PACKET,
    PACKETS,
    SECTION,
    SIMPLE_PACKET,
    UNKNOWN_DROPS,
    Interface,
    PcapNg,
)
from analyzer.capture.pcapng_blocks import COMMENT, CUSTOM_BYTES, CUSTOM_TEXTS, PEN, options
from analyzer.capture.snoop import RECORD_HEADER, Snoop

NO_LINK = -1
_HALF_RANGE = 1 << 62
_TEXTS = (COMMENT, *sorted(CUSTOM_TEXTS | CUSTOM_BYTES))  # options that are kept as text
_OPTIONS_AT_ONCE = 16  # of each block; more of them are read one by one


@dataclass(slots=True)
class Batch:
    """Rows are packet records in file order.

    frame: number; begin: of the packet in `data`; captured, original: bytes; time: ns or NO_TIME; link: link type or
    NO_LINK. interface: number in the section; None: all are of the first one.
    """

    data: bytearray
    frame: Numbers
    begin: Numbers
    captured: Numbers
    original: Numbers
    time: Numbers
    link: Numbers
    interface: Numbers | None = None

    def packets(self, rows: Numbers) -> Iterator[Packet]:
        """Rows as the careful reader has them."""
        columns = [self.frame, self.time, self.link, self.begin, self.captured, self.original]
        columns.append(np.zeros_like(self.frame) if self.interface is None else self.interface)
        data = memoryview(self.data)
        for frame, time, link, begin, captured, original, number in zip(
            *(c[rows].tolist() for c in columns), strict=True
        ):
            content = bytes(data[begin : begin + captured])
            time_ns, link_type = None if time == NO_TIME else time, None if link == NO_LINK else link
            yield Packet(frame, time_ns, link_type, content, original, number)

    def packet(self, row: int) -> Packet:
        """One row as the careful reader has it."""
        return next(self.packets(np.array([row])))

    def of(self, frame_numbers: frozenset[int]) -> Iterator[Packet]:
        """The packets of these frames that are in this batch."""
        return self.packets(np.flatnonzero(np.isin(self.frame, list(frame_numbers))))

    def known_times(self) -> tuple[Numbers, Numbers]:
        """Frame numbers and times of the packets whose time is known."""
        known = self.time != NO_TIME
        return self.frame[known], self.time[known]


def disorder(times: Numbers, before: int, least: int) -> list[tuple[int, int]]:
    """Where times go back by more than `least`: place, and by how much. before: the time in front of them."""
    back = np.concatenate((np.array([before], times.dtype), times[:-1])) - times
    return [(int(place), int(back[place])) for place in np.flatnonzero(back > least)]


def gather(data: bytearray, at: Numbers, size: int) -> npt.NDArray[np.uint8]:
    """The `size` bytes from each place on, a row each: one copy where several fields are needed."""
    window = np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))
    rows: npt.NDArray[np.uint8] = window[at].view(np.uint8).reshape(-1, size)
    return rows


def pcap_batch(pcap: Pcap, data: bytearray, starts: Numbers, end: int) -> Batch:
    """The records at `starts`, which are complete and follow each other up to `end`."""
    header = gather(data, starts, 16).view(pcap.order + "u4")
    captured = np.diff(starts, append=end) - pcap.record_header
    original = header[:, 3].astype(np.int64)
    time = header[:, 0].astype(np.int64) * 1_000_000_000
    time += header[:, 1].astype(np.int64) * pcap.fraction_ns
    frame = np.arange(pcap.packets + 1, pcap.packets + 1 + len(starts))
    pcap.packets += len(starts)
    for row in np.flatnonzero(captured > original).tolist():
        pcap.report_lengths(int(captured[row]), int(original[row]), int(frame[row]))
    link = np.full(len(starts), pcap.link_type)
    return Batch(data, frame, starts + pcap.record_header, captured, original, time, link)


def snoop_batch(snoop: Snoop, data: bytearray, starts: Numbers) -> Batch:
    """The complete records at `starts`."""
    header = gather(data, starts, RECORD_HEADER).view(">u4")
    original, captured, dropped, seconds, fraction = (header[:, n].astype(np.int64) for n in (0, 1, 3, 4, 5))
    frame = np.arange(snoop.packets + 1, snoop.packets + 1 + len(starts))
    snoop.packets += len(starts)
    snoop.dropped = max(snoop.dropped, int(dropped.max(initial=0)))
    for row in np.flatnonzero(captured > original).tolist():
        snoop.report_lengths(int(captured[row]), int(original[row]), int(frame[row]))
    time = seconds * 1_000_000_000 + fraction * 1000
    return Batch(data, frame, starts + RECORD_HEADER, captured, original, time, np.full(len(starts), snoop.link_type))


def pcapng_batch(pcapng: PcapNg, data: bytearray, starts: Numbers) -> Batch:
    """The packets among the complete blocks of one section at `starts`; the other blocks are taken note of."""
    fields = gather(data, starts, 32).view(pcapng.order + "u4")
    kind, length = fields[:, 0], fields[:, 1].astype(np.int64)
    is_packet = (kind == ENHANCED_PACKET) | (kind == OLD_PACKET) | (kind == SIMPLE_PACKET)
    short = is_packet & (
        length < np.where(kind == SIMPLE_PACKET, PACKETS[SIMPLE_PACKET] + 4, PACKETS[ENHANCED_PACKET] + 4)
    )
    is_packet &= ~short
    counted = is_packet if is_packet.all() else is_packet | np.isin(kind, list(NUMBERED))
    before = pcapng.packets + np.cumsum(counted) - counted  # frames before each block
    after = int(before[-1]) + int(counted[-1])
    ends = words(data, pcapng.order)[starts + length - 4]
    for row in np.flatnonzero(short | (ends != length)).tolist():
        if ends[row] != length[row]:
            pcapng.report_end(int(length[row]), int(ends[row]), int(before[row]) + 1)
        if short[row]:
            pcapng.report_short(int(length[row]), int(before[row]) + 1)
    described = [-1] * len(pcapng.interfaces)  # which block describes each interface
    for row in np.flatnonzero(~(is_packet | short)).tolist():
        pcapng.packets = int(before[row])
        start = int(starts[row])
        pcapng.other_block(int(kind[row]), data, start, start + int(length[row]))
        described = [] if kind[row] == SECTION else described
        described += [row] * (len(pcapng.interfaces) - len(described))
    pcapng.packets = after
    if not is_packet.all():
        block = np.flatnonzero(is_packet)
        starts, before, fields = starts[block], before[block], fields[block]
    else:
        block = np.arange(len(starts))
    _note_options(pcapng, data, starts, fields, before + 1)
    columns = _packet_columns(pcapng, fields, before + 1, np.array(described, np.int64), block)
    return Batch(data, before + 1, starts + np.where(fields[:, 0] == SIMPLE_PACKET, 12, 28), *columns)


def _note_options(pcapng: PcapNg, data: bytearray, starts: Numbers, fields: Words, frame: Numbers) -> None:
    """What packet blocks say besides their packets: in options, and old ones of lost packets in a field."""
    kind, length = fields[:, 0], fields[:, 1].astype(np.int64)
    old = np.flatnonzero(kind == OLD_PACKET)
    if len(old):
        numbers, low = _interface_numbers(fields[old], pcapng.order), fields[old, 2]
        lost = low >> 16 if pcapng.order == "<" else low & 0xFFFF
        for number, count in zip(numbers.tolist(), lost.tolist(), strict=True):
            if count != UNKNOWN_DROPS:
                pcapng.note_dropped(number, count)
    captured = np.minimum(fields[:, 5].astype(np.int64), length - 32)
    at = starts + PACKETS[ENHANCED_PACKET] + (captured + 3 & ~3)
    end = starts + length - 4  # of the options
    row = np.flatnonzero((kind != SIMPLE_PACKET) & (at + 4 <= end))
    if not len(row):
        return
    at, end = at[row], end[row]
    texts: list[tuple[int, int, int, int]] = []  # place, code, size and row of those that are kept, if there is room
    for _ in range(_OPTIONS_AT_ONCE):
        if not len(at):
            break
        head = gather(data, at, 4).view(pcapng.order + "u2")
        code, size = head[:, 0], head[:, 1].astype(np.int64)
        inside = (code != 0) & (at + 4 + size <= end)
        counts = np.flatnonzero(inside & (code == DROP_COUNT) & (size == DROP_COUNT_BYTES))
        counts = counts[kind[row[counts]] == ENHANCED_PACKET]
        pcapng.notes.counts_drops |= bool(len(counts))
        lost = gather(data, at[counts] + 4, DROP_COUNT_BYTES).view(pcapng.order + "u8").ravel()
        for place in np.flatnonzero(lost).tolist():
            pcapng.note_dropped(int(fields[row[counts[place]], 2]), int(lost[place]))
        some = np.flatnonzero(inside & np.isin(code, _TEXTS))
        if len(some):
            texts += zip(*(c[some].tolist() for c in (at + 4, code, size, row)), strict=True)
        at = at + 4 + (size + 3 & ~3)
        goes_on = inside & (at + 4 <= end)
        at, end, row = at[goes_on], end[goes_on], row[goes_on]
    for place, stop, of in zip(at.tolist(), end.tolist(), row.tolist(), strict=True):
        for option in options(data, pcapng.order, place, stop + 4):
            if option[0] in _TEXTS:
                texts.append((option[2], option[0], option[1], of))
            else:
                pcapng.note_options(data, [option], int(kind[of]), int(fields[of, 2]), int(frame[of]))
    _note_texts(pcapng, data, sorted(texts), kind, frame)


def _note_texts(
    pcapng: PcapNg, data: bytearray, texts: list[tuple[int, int, int, int]], kind: Numbers, frame: Numbers
) -> None:
    """Comments and custom options of packets in the order of the file; once there is no room they are counted."""
    notes = pcapng.notes
    for done, (begin, code, size, of) in enumerate(texts):
        if notes.is_full():
            rest = [code for _, code, size, _ in texts[done:] if code == COMMENT or size >= PEN]
            notes.leave(len(rest), rest.count(COMMENT))
            return
        pcapng.note_options(data, [(code, size, begin)], int(kind[of]), 0, int(frame[of]))


def _interface_numbers(fields: Words, order: str) -> Numbers:
    """The interface of each packet block: 32 bits, in old blocks 16; simple blocks are of the first interface."""
    kind, number = fields[:, 0], fields[:, 2].astype(np.int64)
    number[kind == SIMPLE_PACKET] = 0
    old = kind == OLD_PACKET
    if old.any():
        number[old] = number[old] & 0xFFFF if order == "<" else number[old] >> 16
    return number


def _packet_columns(
    pcapng: PcapNg, fields: Words, frame: Numbers, described: Numbers, block: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Captured and original length, time, link type and interface of packet blocks.

    fields: their first eight 32-bit numbers; block: their places among all blocks; described: the block that describes
    each interface.
    """
    simple = fields[:, 0] == SIMPLE_PACKET
    interface = _interface_numbers(fields, pcapng.order)
    known = interface < len(described)
    known[known] = described[interface[known]] < block[known]
    original = np.where(simple, fields[:, 2], fields[:, 6]).astype(np.int64)
    captured = np.where(simple, original, fields[:, 5])
    room = np.maximum(fields[:, 1].astype(np.int64) - np.where(simple, 16, 32), 0)
    if simple.any() and pcapng.interfaces:
        limited = simple & known
        captured[limited] = np.minimum(captured[limited], pcapng.interfaces[0].snaplen or captured[limited])
    too_long = ~simple & (captured > room)
    longer = ~simple & (captured > original)
    for row in np.flatnonzero(too_long | longer | ~known).tolist():
        number = int(frame[row])
        if too_long[row]:
            pcapng.report_room(int(captured[row]), int(room[row]), number)
        elif longer[row]:
            pcapng.report_lengths(int(captured[row]), int(original[row]), number)
        if not known[row]:
            pcapng.report_interface(number)
    units = fields[:, 3].astype(np.uint64) << np.uint64(32) | fields[:, 4]
    if len(fields) and known.all() and not simple.any() and (interface == interface[0]).all():  # in nearly all files
        description = pcapng.interfaces[int(interface[0])]
        link = np.full(len(fields), description.link_type)
        return np.minimum(captured, room), original, _times(description, units), link, interface
    time, link = np.full(len(fields), NO_TIME), np.full(len(fields), NO_LINK)
    for number in np.unique(interface[known]).tolist():
        description = pcapng.interfaces[number]
        mine = known & (interface == number)
        link[mine] = description.link_type
        mine &= ~simple
        time[mine] = _times(description, units[mine])
    return np.minimum(captured, room), original, time, link, interface


def _times(interface: Interface, units: npt.NDArray[np.uint64]) -> Numbers:
    """Nanoseconds of times in the interface's units; NO_TIME where 64 bits do not hold them."""
    per_second, offset_ns = interface.units_per_second, interface.offset_s * 1_000_000_000
    largest = int(units.max()) if len(units) else 0
    nanoseconds, rest = divmod(1_000_000_000, per_second)
    if not rest and abs(offset_ns) < _HALF_RANGE and largest * nanoseconds < _HALF_RANGE:
        return units.astype(np.int64) * nanoseconds + offset_ns
    times = (interface.time_ns(value) for value in units.tolist())
    return np.array([NO_TIME if time is None else time for time in times], np.int64)
