"""The pcap format (draft-ietf-opsawg-pcap): micro- or nanoseconds, either byte order, Kuznetzov's too."""

from struct import Struct, unpack_from

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet
from analyzer.capture.link import link_name
from analyzer.capture.record_file import RecordFile

# Magic number as the file's bytes -> byte order, nanoseconds per unit of the fraction, bytes of a record header.
MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
FILE_HEADER = 24
MAX_CAPTURED = 1 << 18  # as Wireshark; a larger snapshot length in the file raises it
_MAX_SNAPLEN = 1 << 24


class Pcap(RecordFile):
    """One pcap file: `walk` finds records in a buffer, `packet` reads one."""

    def __init__(self, header: bytes, damage: Damage) -> None:
        self.order, self.fraction_ns, self.record_header = MAGICS[header[:4]]
        self._damage = damage
        major, minor, snaplen, network = unpack_from(self.order + "HH8xII", header, 4)
        self.snaplen = snaplen
        self.link_type = network & 0xFFFF  # the upper half is about frame check sequences
        self.max_captured = max(MAX_CAPTURED, min(snaplen, _MAX_SNAPLEN))
        self.format = "pcap" if self.record_header == 16 else "pcap-modified"
        if self.fraction_ns == 1:
            self.format = "pcap-ns"
        self.dropped = 0  # the format has no place for the count
        self.ran = None  # nor for this
        self.link_names = [link_name(self.link_type)]
        self.packets = 0
        self.broken = False
        self._record = Struct(self.order + "IIII")
        self._captured = Struct(self.order + "I")
        if (major, minor) != (2, 4):
            damage.add("capture-version", 4, "version 2.4", f"{major}.{minor}", "it is read as 2.4")

    def walk(self, data: bytearray, position: int, limit: int) -> tuple[list[int], int]:
        """Where complete records begin, and where the first incomplete or impossible (`broken` is set) one does."""
        starts = []
        captured_at = self._captured.unpack_from
        header, longest = self.record_header, self.max_captured
        while position + header <= limit:
            captured = captured_at(data, position + 8)[0]
            if captured > longest:
                self.broken = True
                break
            end = position + header + captured
            if end > limit:
                break
            starts.append(position)
            position = end
        return starts, position

    def report_broken(self, data: bytearray, position: int) -> None:
        """Say why reading stops at `position`."""
        captured = self._captured.unpack_from(data, position + 8)[0]
        effect = "the rest of the file is not read"
        expected = f"at most {self.max_captured} captured bytes"
        self._damage.add("capture-record-length", 0, expected, str(captured), effect, self.packets + 1)

    def packet(self, data: bytearray, start: int, end: int) -> Packet:
        """The record at `start`, of which bytes before `end` are there."""
        seconds, fraction, captured, original = self._record.unpack_from(data, start)
        begin = start + self.record_header
        self.packets += 1
        if captured > original:
            self.report_lengths(captured, original, self.packets)
        content = bytes(memoryview(data)[begin : min(begin + captured, end)])
        time_ns = seconds * 1_000_000_000 + fraction * self.fraction_ns
        return Packet(self.packets, time_ns, self.link_type, content, original)
