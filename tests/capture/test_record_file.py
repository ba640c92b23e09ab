"""What pcap and snoop share: the record that the end of the file cuts, and lengths that contradict each other."""

import struct

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.pcap import Pcap
from analyzer.capture.record_file import RecordFile
from analyzer.capture.snoop import Snoop

PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
SNOOP = b"snoop\0\0\0" + struct.pack(">II", 2, 4)


def opened(kind: str, original: int) -> tuple[RecordFile, bytearray, Damage]:
    damage = Damage()
    if kind == "pcap":
        return Pcap(PCAP, damage), bytearray(struct.pack("<IIII", 1, 0, 8, original) + b"12345678"), damage
    return Snoop(SNOOP, damage), bytearray(struct.pack(">IIIIII", original, 8, 32, 0, 1, 0) + b"12345678"), damage


@pytest.mark.parametrize("kind", ["pcap", "snoop"])
def test_what_there_is_of_a_cut_packet_is_read(kind: str) -> None:
    container, record, damage = opened(kind, 8)
    packet = container.rest(record, 0, len(record) - 3)
    assert packet is not None
    assert (packet.data, packet.original_length, packet.frame_number) == (b"12345", 8, 1)
    assert container.rest(record, 0, container.record_header) is None
    assert [(d.kind, d.frame_number) for d in damage.defects()] == [("capture-cut", 1), ("capture-cut", 2)]


@pytest.mark.parametrize("kind", ["pcap", "snoop"])
def test_more_captured_than_there_was_is_damage(kind: str) -> None:
    container, record, damage = opened(kind, 7)
    assert container.packet(record, 0, len(record)).data == b"12345678"
    assert [d.kind for d in damage.defects()] == ["capture-packet-length"]
