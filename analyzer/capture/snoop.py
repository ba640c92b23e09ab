"""The snoop format of Solaris (RFC 1761), and of Shomiti Surveyor: big-endian, with a count of dropped packets."""

from struct import Struct
from typing import Final

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet
from analyzer.capture.link import link_name
from analyzer.capture.record_file import RecordFile
from analyzer.capture.unopened import DATALINK

MAGIC: Final = b"snoop\0\0\0"
FILE_HEADER: Final = 16
RECORD_HEADER: Final = 24
MOST_RECORD: Final = 1 << 20
"""Bytes of a record."""
_FILE: Final = Struct(">8xII")
_RECORD: Final = Struct(">IIIIII")  # original, captured, whole record, dropped so far, seconds, microseconds
_LENGTHS: Final = Struct(">4xII")
_VERSIONS: Final = range(2, 6)

# Datalink types (RFC 1761 section 4.1, IANA "snoop Datalink Types", Solaris' dlpi.h) as link types of pcap.
_LINK_TYPES: Final = {0: 1, 2: 6, 4: 1, 8: 10, 9: 0, 14: 0, 18: 123, 0x80000005: 226}
_OF_SURVEYOR: Final = {0: 1, 2: 6, 4: 1, 8: 10, 10: 1, 11: 6, 12: 1, 13: 6, 14: 6, 19: 1}
_TRAILER: Final = 16  # bytes that Surveyor puts behind each packet, by which it is known


class Snoop(RecordFile):
    """One snoop file: `walk` finds records in a buffer, `packet` reads one."""

    format = "snoop"
    record_header = RECORD_HEADER
    snaplen = 0  # the format has no place for it
    ran = None  # nor for this

    def __init__(self, head: bytes, damage: Damage) -> None:
        """head: the file header, and if it is there the one of the first record."""
        self._damage = damage
        version, kind = _FILE.unpack_from(head)
        known = _LINK_TYPES
        if len(head) >= FILE_HEADER + RECORD_HEADER:
            captured, whole = _LENGTHS.unpack_from(head, FILE_HEADER)
            known = _OF_SURVEYOR if whole - captured >= RECORD_HEADER + _TRAILER else known
        self.link_type = known.get(kind, DATALINK | kind)
        self.link_names = [link_name(self.link_type)]
        self.dropped = 0
        self.packets = 0
        self.broken = False
        if version not in _VERSIONS:
            damage.add("capture-version", 8, "version 2", str(version), "it is read as 2")

    def walk(self, data: bytearray, position: int, limit: int) -> tuple[list[int], int]:
        """Where complete records begin, and where the first incomplete or impossible (`broken` is set) one does."""
        starts = []
        lengths_at = _LENGTHS.unpack_from
        while position + RECORD_HEADER <= limit:
            captured, whole = lengths_at(data, position)
            if not captured + RECORD_HEADER <= whole <= MOST_RECORD:
                self.broken = True
                break
            if position + whole > limit:
                break
            starts.append(position)
            position += whole
        return starts, position

    def report_broken(self, data: bytearray, position: int) -> None:
        """Say why reading stops at `position`."""
        captured, whole = _LENGTHS.unpack_from(data, position)
        expected = f"a record of {captured + RECORD_HEADER:,} to {MOST_RECORD:,} bytes"
        effect = "the rest of the file is not read"
        self._damage.add("capture-record-length", 8, expected, f"{whole:,}", effect, self.packets + 1)

    def packet(self, data: bytearray, start: int, end: int) -> Packet:
        """The record at `start`, of which bytes before `end` are there."""
        original, captured, _, dropped, seconds, fraction = _RECORD.unpack_from(data, start)
        begin = start + RECORD_HEADER
        self.packets += 1
        self.dropped = max(self.dropped, dropped)
        if captured > original:
            self.report_lengths(captured, original, self.packets)
        content = bytes(memoryview(data)[begin : min(begin + captured, end)])
        return Packet(self.packets, seconds * 1_000_000_000 + fraction * 1000, self.link_type, content, original)
