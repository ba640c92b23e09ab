"""What formats share whose file is one packet record behind the other: pcap and snoop."""

from abc import ABC, abstractmethod

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet


class RecordFile(ABC):
    """A file of records, each with a header of `record_header` bytes."""

    record_header: int
    packets: int
    _damage: Damage

    @abstractmethod
    def packet(self, data: bytearray, start: int, end: int) -> Packet:
        """The record at `start`, of which bytes before `end` are there."""

    def report_lengths(self, captured: int, original: int, frame_number: int) -> None:
        """A packet of which more was captured than there was."""
        expected, effect = f"at most {original} captured bytes", "what was captured is read"
        self._damage.add("capture-packet-length", 0, expected, str(captured), effect, frame_number)

    def rest(self, data: bytearray, position: int, limit: int) -> Packet | None:
        """The packet that the end of the file cuts off, if there is some of it."""
        found = f"{limit - position} bytes"
        if limit - position <= self.record_header:
            self._damage.add("capture-cut", 0, "a whole record", found, "the file is cut short here", self.packets + 1)
            return None
        packet = self.packet(data, position, limit)
        effect = "the file is cut short here; what there is of the packet is read"
        self._damage.add("capture-cut", 0, "a whole record", found, effect, packet.frame_number)
        return packet
