"""The pcap format: byte orders, resolutions, lengths that lie, cut files."""

import struct

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.pcap import FILE_HEADER, Pcap
from tests.capture.packets import ike_frame, pcap
from tests.capture.readers import Found, read_serially

FRAMES = [ike_frame(), ike_frame() + bytes(30), ike_frame()]


def kinds(found: Found) -> list[str]:
    return [d.kind for d in found.defects]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "unit", "name"),
    [(0xA1B2C3D4, 1000, "pcap"), (0xA1B23C4D, 1, "pcap-ns"), (0xA1B2CD34, 1000, "pcap-modified")],
)
def test_formats(order: str, magic: int, unit: int, name: str) -> None:
    data = pcap(FRAMES, order=order, magic=magic)
    found = read_serially(data)
    assert [(i.frame_number, i.time_ns) for i in found.items] == [
        (n, (1_700_000_000 + n) * 1_000_000_000 + n * unit) for n in (1, 2, 3)
    ]
    assert (found.packets, found.link_names, found.defects) == (3, ["ETHERNET"], [])
    assert Pcap(data[:FILE_HEADER], Damage()).format == name


def test_times_are_integers_to_the_nanosecond() -> None:
    record = struct.pack("<IIII", 1_700_000_000, 123_456_789, len(FRAMES[0]), len(FRAMES[0])) + FRAMES[0]
    found = read_serially(pcap([], magic=0xA1B23C4D) + record)
    assert found.items[0].time_ns == 1_700_000_000_123_456_789


def test_the_upper_half_of_the_link_type_is_about_checksums() -> None:
    data = bytearray(pcap(FRAMES))
    data[23] = 0x24
    assert read_serially(bytes(data)).link_names == ["ETHERNET"]


def test_an_unknown_link_type_still_counts_its_packets() -> None:
    found = read_serially(pcap(FRAMES, link_type=147))
    assert (found.packets, found.items, found.link_names) == (3, [], ["USER0"])
    assert found.unopened == {"link type 147 USER0": 3}
    assert [(d.kind, d.found, d.frame_number) for d in found.defects] == [
        ("capture-not-opened", "3 packets of link type 147 USER0", 1)
    ]


def test_another_version_is_told() -> None:
    data = bytearray(pcap(FRAMES))
    data[4:8] = struct.pack("<HH", 9, 1)
    found = read_serially(bytes(data))
    assert kinds(found) == ["capture-version"]
    assert len(found.items) == 3


def test_a_snapshot_length_cuts_packets() -> None:
    cut = [ike_frame()[:60]]
    found = read_serially(pcap(cut, originals={1: len(ike_frame())}))
    (item,) = found.items
    assert item.missing == len(ike_frame()) - 60
    assert kinds(found) == ["capture-cut-datagram"]


@pytest.mark.parametrize("captured", [0xFFFFFFFF, 0x80000000, (1 << 18) + 1])
def test_a_length_that_cannot_be_ends_reading(captured: int) -> None:
    bad = struct.pack("<IIII", 1, 1, captured, captured) + ike_frame()
    found = read_serially(pcap(FRAMES) + bad + pcap(FRAMES)[24:])
    assert found.packets == 3
    assert [(d.kind, d.frame_number) for d in found.defects] == [("capture-record-length", 4)]


def test_a_larger_snapshot_length_allows_larger_packets() -> None:
    big = ike_frame() + bytes(300_000)
    assert read_serially(pcap([big, *FRAMES])).packets == 0
    assert read_serially(pcap([big, *FRAMES], snaplen=400_000)).packets == 4


def test_more_captured_than_there_was() -> None:
    found = read_serially(pcap(FRAMES, originals={2: 10}))
    assert len(found.items) == 3
    assert [(d.kind, d.frame_number) for d in found.defects] == [("capture-packet-length", 2)]


@pytest.mark.parametrize("size", range(1, 16 + len(FRAMES[0])))
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(size: int) -> None:
    """The last record, cut: what there is of its packet is read."""
    whole = pcap(FRAMES[:2])
    found = read_serially(whole + pcap(FRAMES)[24 : 24 + size])
    assert "capture-cut" in kinds(found)
    assert len(found.items) >= 2
    assert found.packets == (3 if size > 16 else 2)
    if size > 16 + 42:
        assert found.items[2].missing == 16 + len(FRAMES[0]) - size


def test_nothing_behind_the_header() -> None:
    found = read_serially(pcap([]))
    assert (found.packets, found.items, found.defects, found.times) == (0, [], [], [])
