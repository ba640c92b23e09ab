"""The pcapng format (draft-ietf-opsawg-pcapng): sections, interfaces with link type and clock, packets."""

from collections.abc import Iterable
from struct import unpack_from
from typing import NamedTuple

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet
from analyzer.capture.link import link_name
from analyzer.capture.notes import MAX_KINDS, Notes
from analyzer.capture.pcapng_blocks import COMMENT, note_block, note_option, options
from analyzer.capture.pcapng_interface import BOUNDS, SPEED, Counts, Option, filter_text, interface_text
from analyzer.capture.pcapng_statistics import MAX_INTERFACES, Statistics

MAGIC = b"\x0a\x0d\x0d\x0a"
SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
# Blocks without a packet that Wireshark gives a frame number all the same: journal entries, system call events,
# custom blocks.
NUMBERED = frozenset((9, 0x0204, 0x0216, 0x0221, 0x0BAD, 0x40000BAD))
PACKETS = {
    ENHANCED_PACKET: 28,
    OLD_PACKET: 28,
    SIMPLE_PACKET: 12,
}  # and how many bytes of the block stand before the packet
STATISTICS = 5
MAX_BLOCK = 1 << 24
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_HARDWARE, _OS, _APPLICATION = 2, 3, 4  # shb_hardware, shb_os, shb_userappl
_BEGAN, _ENDED = 2, 3  # isb_starttime, isb_endtime
OURS = b"isakmp-analyzer "
"""What the application's name of a section begins with that `extract` wrote."""
REDACTED = "Redacted: addresses and names are not the original ones; bodies of ESP and AH are zeros."
"""The comment of a section that `redact` wrote."""

_NAME, _DESCRIPTION, _TSRESOL, _TSOFFSET = 2, 3, 9, 14
_DROPS = frozenset((5, 7))  # isb_ifdrop, isb_osdrop
_COUNTS = {4: "received", 5: "dropped", 6: "accepted", 7: "dropped_by_system", 8: "delivered"}  # isb_ifrecv ...
DROP_COUNT, DROP_COUNT_BYTES = 4, 8  # epb_dropcount
FLAGS = 2  # epb_flags, pack_flags: whether the packet came or went, and more
UNKNOWN_DROPS = 0xFFFF  # in old packet blocks
_INT64_MAX = (1 << 63) - 1


class Interface(NamedTuple):
    """resolution: the option if_tsresol as it is; offset_s: seconds to add to every time.

    options: of its description, in order, as in the file: texts are of no certain encoding, and cut where they are
    longer than anyone's.
    """

    link_type: int
    snaplen: int
    resolution: int
    offset_s: int
    options: tuple[Option, ...] = ()

    @property
    def name(self) -> bytes:
        """As in the file."""
        return self._option(_NAME)

    @property
    def description(self) -> bytes:
        """As in the file."""
        return self._option(_DESCRIPTION)

    def _option(self, code: int) -> bytes:
        return next((value for found, value in self.options if found == code), b"")

    @property
    def units_per_second(self) -> int:
        """What a second is in this interface's times: a power of ten or of two."""
        exponent = self.resolution & 0x7F
        return int(2**exponent) if self.resolution & 0x80 else int(10**exponent)

    def time_ns(self, units: int) -> int | None:
        """Nanoseconds since 1970; None where 64 bits do not hold them (no clock says that)."""
        time_ns = units * 1_000_000_000 // self.units_per_second + self.offset_s * 1_000_000_000
        return time_ns if -_INT64_MAX <= time_ns <= _INT64_MAX else None


class PcapNg:
    """One pcapng file: `walk` finds blocks in a buffer, `packet` reads one."""

    format = "pcapng"

    def __init__(self, damage: Damage) -> None:
        self.order = "<"
        self.interfaces: list[Interface] = []
        self.link_names: list[str] = []
        self.packets = 0
        self.broken = False
        self._is_extract = False
        self.section = 0  # counted from 1 once the first is read
        self.statistics = Statistics()
        self.notes = Notes()
        self.direction: int | None = None  # of the packet read last: 1 came, 2 went; 0, None: the file does not say
        self._described: list[tuple[int, int, Interface]] = []  # the first ones, of all sections
        self._counts: dict[tuple[int, int], Counts] = {}  # of these
        self._damage = damage

    def walk(self, data: bytearray, position: int, limit: int) -> tuple[list[int], int]:
        """Where complete blocks begin, and where the first incomplete or impossible (`broken` is set) one does.

        Another section ends the walk too: its byte order may differ.
        """
        starts: list[int] = []
        while position + 12 <= limit:
            if data[position : position + 4] == MAGIC:
                if starts:
                    break
                order = _ORDERS.get(bytes(data[position + 8 : position + 12]))
                if order is None:
                    self.broken = True
                    break
                self.order = order
            length = unpack_from(self.order + "I", data, position + 4)[0]
            if not _is_possible(length):
                self.broken = True
                break
            if position + length > limit:
                break
            starts.append(position)
            position += length
        return starts, position

    def report_broken(self, data: bytearray, position: int) -> None:
        """Say why reading stops at `position`."""
        effect = "the rest of the file is not read"
        if data[position : position + 4] == MAGIC and bytes(data[position + 8 : position + 12]) not in _ORDERS:
            found = data[position + 8 : position + 12].hex()
            self._damage.add("capture-byte-order", 8, "a section's byte-order magic", found, effect, self.packets + 1)
            return
        length = unpack_from(self.order + "I", data, position + 4)[0]
        expected = f"a block length of 12 to {MAX_BLOCK}, a multiple of 4"
        self._damage.add("capture-block-length", 4, expected, str(length), effect, self.packets + 1)

    def packet(self, data: bytearray, start: int, end: int) -> Packet | None:
        """The packet of the block at `start`, of which bytes before `end` are there; None for other blocks."""
        kind, length = unpack_from(self.order + "II", data, start)
        if start + length <= end:
            self._check_end(data, start, length)
        if kind not in PACKETS:
            self.other_block(kind, data, start, min(start + length, end))
            return None
        if length < PACKETS[kind] + 4:
            self.report_short(length, self.packets + 1)
            return None
        self.packets += 1
        self.direction = None
        number = 0
        if kind == SIMPLE_PACKET:
            interface = self.interfaces[0] if self.interfaces else None
            original = unpack_from(self.order + "I", data, start + 8)[0]
            captured = min(original, interface.snaplen or original) if interface else original
            captured = min(captured, max(length - 16, 0))
            time_ns = None
        else:
            number, high, low, captured, original = unpack_from(self.order + "IIIII", data, start + 8)
            lost = UNKNOWN_DROPS
            if kind == OLD_PACKET:  # interface and count of dropped packets share the field
                number, lost = unpack_from(self.order + "HH", data, start + 8)
            interface = self.interfaces[number] if number < len(self.interfaces) else None
            captured = self._check_lengths(captured, original, length - 32)
            if lost != UNKNOWN_DROPS:
                self.note_dropped(number, lost)
            behind = start + PACKETS[kind] + (captured + 3 & ~3)
            if behind + 8 <= (last := min(start + length, end)):
                self.note_options(data, options(data, self.order, behind, last), kind, number, self.packets)
            time_ns = interface.time_ns(high << 32 | low) if interface else None
        if interface is None:
            self.report_interface(self.packets)
        begin = start + PACKETS[kind]
        content = bytes(memoryview(data)[begin : max(min(begin + captured, end), begin)])
        link_type = interface.link_type if interface else None
        return Packet(self.packets, time_ns, link_type, content, original, number)

    def other_block(self, kind: int, data: bytearray, start: int, end: int) -> None:
        """Take note of a block that holds no packet."""
        if kind == SECTION:
            self._section(data, start, end)
        elif kind == INTERFACE:
            self._interface(data, start, end)
        elif kind == STATISTICS:
            self._statistics(data, start, end)
        else:
            note_block(self.notes, kind, data, self.order, start, end)
            self.packets += kind in NUMBERED

    def _section(self, data: bytearray, start: int, end: int) -> None:
        self.interfaces = []
        self.section += 1
        self._is_extract = False
        notes = self.notes
        known = {_HARDWARE: notes.hardware, _OS: notes.systems, _APPLICATION: notes.applications}
        for code, size, at in options(data, self.order, start + 24, end):
            value = bytes(data[at : at + size])
            if code == COMMENT:
                notes.add("section", value, f"section {self.section}")
            elif code in known:
                notes.say(known[code], value)
                self._is_extract |= code == _APPLICATION and value.startswith(OURS)
            else:
                note_option(notes, data, self.order, (code, size, at))

    def report_interface(self, frame_number: int) -> None:
        """A packet of an interface that the section does not describe."""
        effect = "its packets are counted, not read"
        self._damage.add(
            "capture-interface", 8, "an interface that the section describes", "none", effect, frame_number
        )

    def _check_lengths(self, captured: int, original: int, room: int) -> int:
        """Captured length as far as it can be true; damage if it is not."""
        if captured > max(room, 0):
            self.report_room(captured, room, self.packets)
            captured = max(room, 0)
        elif captured > original:
            self.report_lengths(captured, original, self.packets)
        return captured

    def report_room(self, captured: int, room: int, frame_number: int) -> None:
        """A packet that would not fit into its block."""
        expected, effect = f"at most {max(room, 0)} captured bytes", "what the block holds is read"
        self._damage.add("capture-packet-length", 20, expected, str(captured), effect, frame_number)

    def report_lengths(self, captured: int, original: int, frame_number: int) -> None:
        """A packet of which more was captured than there was."""
        expected, effect = f"at most {original} captured bytes", "what was captured is read"
        self._damage.add("capture-packet-length", 20, expected, str(captured), effect, frame_number)

    def _check_end(self, data: bytearray, start: int, length: int) -> None:
        repeated = unpack_from(self.order + "I", data, start + length - 4)[0]
        if repeated != length:
            self.report_end(length, repeated, self.packets + 1)

    def report_short(self, length: int, frame_number: int) -> None:
        """A packet block that has no room for its own fields."""
        effect = "the block is left out"
        self._damage.add(
            "capture-block-short", 4, "room for the block's fields", f"block length {length}", effect, frame_number
        )

    def report_end(self, length: int, repeated: int, frame_number: int) -> None:
        """A block whose two lengths differ."""
        effect = "the first is believed"
        self._damage.add("capture-block-end", 0, f"block length {length} repeated", str(repeated), effect, frame_number)

    def _interface(self, data: bytearray, start: int, end: int) -> None:
        if end - start < 16:
            return
        link_type, snaplen = unpack_from(self.order + "HxxI", data, start + 8)
        resolution, offset_s = 6, 0
        kept: list[Option] = []
        subject = f"interface {len(self.interfaces)}" + (f" of section {self.section}" if self.section > 1 else "")
        for code, size, at in options(data, self.order, start + 16, end):
            if code == _TSRESOL and size == 1:
                resolution = data[at]
            elif code == _TSOFFSET and size == 8:
                offset_s = unpack_from(self.order + "q", data, at)[0]
            elif code in BOUNDS and len(kept) < MAX_KINDS:
                value = bytes(data[at : at + min(size, BOUNDS[code])])
                kept.append((code, value[::-1] if code == SPEED and self.order == ">" else value))
            elif code == COMMENT:
                self.notes.add("interface", bytes(data[at : at + size]), subject)
            else:
                note_option(self.notes, data, self.order, (code, size, at))
        if len(self.interfaces) < MAX_INTERFACES:
            described = Interface(link_type, snaplen, resolution, offset_s, tuple(kept))
            if len(self._described) < MAX_KINDS:
                self._described.append((self.section, len(self.interfaces), described))
            else:
                self.notes.interfaces_left += 1
            self.interfaces.append(described)
        if link_name(link_type) not in self.link_names and len(self.link_names) < 256:
            self.link_names.append(link_name(link_type))

    def note_options(
        self, data: bytearray, found: Iterable[tuple[int, int, int]], kind: int, number: int, frame_number: int
    ) -> None:
        """Take in options of a packet block: comments, lost packets of interface `number`, what is custom."""
        for code, size, at in found:
            if code == COMMENT:
                self.notes.add("packet", bytes(data[at : at + size]), frame_number=frame_number)
            elif code == DROP_COUNT and kind == ENHANCED_PACKET:
                if size == DROP_COUNT_BYTES:
                    self.note_dropped(number, unpack_from(self.order + "Q", data, at)[0])
            elif code == FLAGS and size == 4:
                self.direction = unpack_from(self.order + "I", data, at)[0] & 3
            else:
                note_option(self.notes, data, self.order, (code, size, at), frame_number)

    def note_dropped(self, number: int, lost: int) -> None:
        """Packets of an interface that were lost between two of those in the file."""
        self.notes.counts_drops = True
        self.statistics.note_between((self.section, number), lost)

    def _statistics(self, data: bytearray, start: int, end: int) -> None:
        """What an interface dropped so far; a later block of the same interface has the newer count."""
        if end - start < 24:
            return
        number = unpack_from(self.order + "I", data, start + 8)[0]
        key = self.section, number
        lost, counts = 0, Counts()
        for code, size, at in options(data, self.order, start + 20, end):
            if code in _COUNTS and size == 8:
                value = unpack_from(self.order + "Q", data, at)[0]
                counts = counts._replace(**{_COUNTS[code]: value})
                if code not in _DROPS:
                    continue
                lost += value
                self.notes.counts_drops = True
                self.statistics.note_total(key, lost)
            elif code == COMMENT:
                self.notes.add("statistics", bytes(data[at : at + size]), f"interface {number}")
            elif code in (_BEGAN, _ENDED) and size == 8 and self._is_extract and number < len(self.interfaces):
                # Of other files they say nothing about it: editors cut packets off and leave them as they are
                high, low = unpack_from(self.order + "II", data, at)
                self.statistics.note_run(key, self.interfaces[number].time_ns(high << 32 | low))
            else:
                note_option(self.notes, data, self.order, (code, size, at))
        if len(self._counts) < MAX_KINDS or key in self._counts:
            self._counts[key] = counts

    @property
    def ran(self) -> tuple[int, int] | None:
        """When the capture that this is an extract of began and ended; None: this is none."""
        return self.statistics.ran

    @property
    def dropped(self) -> int:
        """Packets that the capturing host says it lost, of all interfaces."""
        return self.statistics.dropped

    def settle(self) -> Notes:
        """All that the file says of itself, once it has been read: its interfaces with what they counted."""
        several = self.section > 1
        for section, number, described in self._described:
            counts = self._counts.get((section, number), Counts())
            lost = self.statistics.lost((section, number))
            text = interface_text(described.link_type, described.snaplen, described.options, number, counts, lost)
            self.notes.interfaces.append(f"{text}, section {section}" if several else text)
            self.notes.filters.append(filter_text(described.options))
        return self.notes

    def rest(self, data: bytearray, position: int, limit: int) -> Packet | None:
        """The packet that the end of the file cuts off, if there is some of it."""
        found, effect = f"{limit - position} bytes", "the file is cut short here"
        packet = None
        if limit - position > 12:
            kind = unpack_from(self.order + "I", data, position)[0]
            if limit - position > PACKETS.get(kind, MAX_BLOCK):
                packet = self.packet(data, position, limit)
                effect = "the file is cut short here; what there is of the packet is read"
        number = packet.frame_number if packet else self.packets + 1
        self._damage.add("capture-cut", 0, "a whole block", found, effect, number)
        return packet


def _is_possible(length: int) -> bool:
    return 12 <= length <= MAX_BLOCK and not length & 3
