"""The careful reader's loop over records."""

from analyzer.capture import serial
from analyzer.capture.damage import Damage
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.window import Window
from tests.capture.packets import enhanced, ike_frame, interface, pcap, section
from tests.capture.readers import Bytes

FRAMES = [ike_frame()[:20], ike_frame(), b"", ike_frame() * 30]


def window(data: bytes, size: int) -> Window:
    made = Window(Bytes(data), size)  # type: ignore[arg-type]
    made.refill()
    return made


def test_records_pass_whatever_the_window() -> None:
    data = pcap(FRAMES)
    for size in (24, 25, 64, 333, 1 << 16):
        reading = window(data, size)
        reading.position = FILE_HEADER
        found = list(serial.packets(Pcap(data[:FILE_HEADER], Damage()), reading))
        assert [p.data for p in found] == FRAMES
        assert [p.frame_number for p in found] == [1, 2, 3, 4]


def test_blocks_pass_whatever_the_window() -> None:
    data = section() + interface() + b"".join(map(enhanced, FRAMES))
    for size in (12, 30, 64, 333, 1 << 16):
        assert [p.data for p in serial.packets(PcapNg(Damage()), window(data, size))] == FRAMES


def test_packets_are_copies() -> None:
    """A packet outlives the buffer that it was read from."""
    data = pcap([ike_frame()] * 50)
    reading = window(data, 128)
    reading.position = FILE_HEADER
    found = list(serial.packets(Pcap(data[:FILE_HEADER], Damage()), reading))
    assert {p.data for p in found} == {ike_frame()}
