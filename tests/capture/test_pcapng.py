"""The pcapng format: sections, interfaces, every packet block, damage."""

import struct
from typing import Any
from unittest.mock import patch

import pytest

from analyzer.capture import notes as notes_of
from analyzer.capture.pcapng import Interface
from tests.capture.packets import (
    block,
    enhanced,
    ike_frame,
    interface,
    ipv4,
    isakmp,
    old_packet,
    option,
    section,
    simple,
    udp,
)
from tests.capture.readers import Found, read_in_bulk, read_serially

FRAME = ike_frame()
START = section() + interface()
RAW = ipv4(17, udp(500, 500, isakmp(bytes(20))))


def kinds(found: Found) -> list[str]:
    return [d.kind for d in found.defects]


def times(found: Found) -> list[int | None]:
    return [i.time_ns for i in found.items]


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_packet_block_in_either_byte_order(order: str) -> None:
    units = 1_700_000_000_123_456
    found = read_serially(
        section(order)
        + interface(order=order)
        + enhanced(FRAME, order, units=units)
        + old_packet(FRAME, order, units=units, drops=77)
        + simple(FRAME, order)
    )
    assert [i.frame_number for i in found.items] == [1, 2, 3]
    assert times(found) == [units * 1000, units * 1000, None]
    assert (found.packets, found.defects) == (3, [])


def test_each_interface_has_its_own_clock_and_link_type() -> None:
    found = read_serially(
        section()
        + interface(resolution=9)
        + interface(101, resolution=3, offset=1_000)
        + interface(resolution=0x80 | 10)
        + enhanced(FRAME, number=0, units=1_700_000_000_123_456_789)
        + enhanced(RAW, number=1, units=5)
        + enhanced(FRAME, number=2, units=3 * 1024 + 512)
    )
    assert times(found) == [1_700_000_000_123_456_789, 1_000_005_000_000, 3_500_000_000]
    assert found.link_names == ["ETHERNET", "RAW"]


@pytest.mark.parametrize(
    ("resolution", "units", "expected"),
    [
        (6, 7, 7000),
        (0, 7, 7_000_000_000),
        (12, 1999, 1),
        (0x80, 2, 2_000_000_000),
        (0xBF, 1 << 62, 500_000_000),
        (127, 5, 0),
        (6, 2**64 - 1, None),
        (0, 2**40, None),
    ],
)
def test_resolutions(resolution: int, units: int, expected: int | None) -> None:
    assert Interface(1, 0, resolution, 0).time_ns(units) == expected


def test_a_second_section_has_its_own_interfaces_and_byte_order() -> None:
    found = read_serially(
        START
        + enhanced(FRAME, units=1_000_000)
        + section(">")
        + interface(101, ">", resolution=0)
        + enhanced(RAW, ">", units=2)
        + section()
        + interface(resolution=9)
        + enhanced(FRAME, units=3)
    )
    assert times(found) == [1_000_000_000, 2_000_000_000, 3]
    assert [i.frame_number for i in found.items] == [1, 2, 3]


def test_a_packet_of_no_described_interface_is_counted() -> None:
    found = read_serially(section() + enhanced(FRAME) + interface() + enhanced(FRAME, number=1) + enhanced(FRAME))
    assert (found.packets, len(found.items)) == (3, 1)
    assert [(d.kind, d.frame_number) for d in found.defects] == [("capture-interface", 1), ("capture-interface", 2)]


def test_packets_of_an_unknown_link_type_are_counted_and_named_once() -> None:
    found = read_serially(section() + interface(147) + interface() + enhanced(FRAME) * 3 + enhanced(FRAME, number=1))
    assert (found.packets, len(found.items), kinds(found)) == (4, 1, ["capture-not-opened"])
    assert found.unopened == {"link type 147 USER0": 3}


def test_simple_packets_are_cut_at_the_snapshot_length() -> None:
    found = read_serially(section() + interface(snaplen=60) + simple(FRAME[:60], original=len(FRAME)))
    assert found.items[0].missing == len(FRAME) - 60


def test_options_and_unknown_blocks_are_passed_over() -> None:
    options = option(2, b"eth0") + option(9, b"\x09") + option(0x8001, b"custom") + option(0, b"") + option(9, b"\x03")
    described = block(1, struct.pack("<HHI", 1, 0, 0) + options)
    found = read_serially(
        section()
        + block(0x12345678, bytes(9))
        + described
        + block(4, b"")
        + block(5, bytes(8))
        + enhanced(FRAME, units=5)
    )
    assert times(found) == [5]
    assert found.defects == []


@pytest.mark.parametrize("kind", [9, 0x0204, 0x0BAD, 0x40000BAD])
def test_frames_are_numbered_as_wireshark_does(kind: int) -> None:
    """Measured with tshark 4.0.17: these blocks take a frame number, others do not."""
    found = read_serially(START + enhanced(FRAME) + block(kind, bytes(20)) + block(10, bytes(20)) + enhanced(FRAME))
    assert [i.frame_number for i in found.items] == [1, 3]


def test_captured_length_beyond_the_block() -> None:
    found = read_serially(START + enhanced(FRAME, captured=500) + enhanced(FRAME))
    assert kinds(found) == ["capture-packet-length"]
    assert [i.payload for i in found.items] == [
        isakmp(bytes(20))
    ] * 2  # neither padding nor trailer is taken for the packet


def test_more_captured_than_there_was() -> None:
    assert kinds(read_serially(START + enhanced(FRAME, original=5))) == ["capture-packet-length"]


@pytest.mark.parametrize("length", [0, 4, 8, 13, 0xFFFFFFFC])
def test_a_block_length_that_cannot_be_ends_reading(length: int) -> None:
    found = read_serially(START + enhanced(FRAME) + struct.pack("<II", 6, length) + enhanced(FRAME))
    assert len(found.items) == 1
    assert kinds(found) == ["capture-block-length"]


def test_two_lengths_that_differ() -> None:
    bad = bytearray(enhanced(FRAME))
    bad[-4:] = struct.pack("<I", 4)
    found = read_serially(START + bytes(bad) + enhanced(FRAME))
    assert len(found.items) == 2
    assert kinds(found) == ["capture-block-end"]


def test_packet_blocks_without_room_for_their_fields() -> None:
    found = read_serially(START + block(6, bytes(8)) + block(3, b"") + enhanced(FRAME))
    assert [i.frame_number for i in found.items] == [1]
    assert kinds(found) == ["capture-block-short"] * 2


def test_a_section_of_no_byte_order() -> None:
    bad = bytearray(section())
    bad[8:12] = b"what"
    found = read_serially(START + enhanced(FRAME) + bytes(bad) + START + enhanced(FRAME))
    assert len(found.items) == 1
    assert kinds(found) == ["capture-byte-order"]


def test_a_short_interface_block_is_no_interface() -> None:
    assert kinds(read_serially(section() + block(1, b"") + enhanced(FRAME))) == ["capture-interface"]


@pytest.mark.parametrize("make", [enhanced, simple, old_packet])
def test_a_file_cut_anywhere_is_read_as_far_as_it_goes(make: object) -> None:
    last = make(FRAME)  # type: ignore[operator]
    for size in range(1, len(last)):
        found = read_serially(START + enhanced(FRAME) + last[:size])
        assert "capture-cut" in kinds(found)
        assert found.items[0].frame_number == 1
        assert len(found.items) <= 2
    assert len(found.items) == 2  # of the last, only the trailing length was missing
    assert found.items[1].payload == isakmp(bytes(20))


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
@pytest.mark.parametrize("order", ["<", ">"])
def test_drop_counts_of_an_interface_are_heard(read: Any, order: str) -> None:
    def statistics(number: int, *drops: tuple[int, int]) -> bytes:
        options = b"".join(option(code, struct.pack(order + "Q", count), order) for code, count in drops)
        return block(5, struct.pack(order + "III", number, 0, 0) + options, order)

    blocks = section(order) + interface(order=order) + enhanced(FRAME, order)
    assert read(blocks + statistics(0, (4, 99), (5, 0))).dropped == 0
    assert read(blocks + statistics(0, (5, 3)) + statistics(0, (5, 4), (7, 2)) + statistics(1, (5, 10))).dropped == 16


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("frame", [FRAME, FRAME[:-1], FRAME[:-2]], ids=len)
def test_drop_counts_of_packets_are_heard(read: Any, order: str, frame: bytes) -> None:
    """epb_dropcount counts what was lost since the packet before; statistics of the interface count the same again."""

    def dropped(count: int, *, number: int = 0, size: int = 8, before: bytes = b"") -> bytes:
        value = struct.pack(order + "Q", count)[:size]
        options = before + option(4, value, order) + option(0, b"", order)
        return enhanced(frame, order, number=number, options=options)

    def statistics(count: int) -> bytes:
        lost = option(5, struct.pack(order + "Q", count), order)
        return block(5, struct.pack(order + "III", 0, 0, 0) + lost, order)

    start = section(order) + interface(order=order) * 2 + enhanced(frame, order)
    flags, comment = option(2, bytes(4), order), option(1, b"slow disk", order)
    assert read(start + dropped(0)).dropped == 0
    assert read(start + dropped(5) + dropped(7, before=flags + comment)).dropped == 12
    assert read(start + dropped(5, before=comment * 40) + dropped(4, number=1)).dropped == 9
    assert read(start + dropped(5) + statistics(9)).dropped == 9
    assert read(start + dropped(5) + statistics(3)).dropped == 5
    assert read(start + dropped(5, size=4)).dropped == 0, "no count has four bytes"
    assert read(start + dropped(5, before=option(0, b"", order))).dropped == 0, "behind the end of the options"
    assert read(start + dropped((1 << 64) - 1) * 2).dropped == 2 * ((1 << 64) - 1)


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
@pytest.mark.parametrize("order", ["<", ">"])
def test_drop_counts_of_old_packet_blocks_are_heard(read: Any, order: str) -> None:
    start = section(order) + interface(order=order)
    blocks = [old_packet(FRAME, order, drops=drops) for drops in (3, 0xFFFF, 4)]
    assert read(start + b"".join(blocks)).dropped == 7, "0xFFFF: it does not know"
    assert read(start + old_packet(FRAME, order)).dropped == 0


def noted(options: bytes) -> bytes:
    """A file with an enhanced packet that has these options, and an old one."""
    head = struct.pack("<HHIIII", 0, 0xFFFF, 0, 0, len(FRAME), len(FRAME))
    old = block(2, head + FRAME + bytes(-len(FRAME) % 4) + options)
    return START + enhanced(FRAME) + enhanced(FRAME, options=options) + old + enhanced(FRAME)


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_comments_and_custom_options_of_packets(read: Any) -> None:
    maker = struct.pack("<I", 32473)
    options = (
        option(1, b"look here") + option(2988, maker + b"text") + option(1, b"and \xff") + option(2989, maker + b"ab")
    )
    notes = read(noted(options)).notes
    for frame in (2, 3):
        found = [(n.kind, n.text, n.subject) for n in notes.of_packets if n.frame_number == frame]
        assert found == [
            ("packet", "look here", ""),
            ("custom", "text", "PEN 32473"),
            ("packet", "and \ufffd", ""),
            ("custom", "2 bytes", "PEN 32473"),
        ]
    assert (notes.packet_comments, len(notes.of_packets)) == (4, 8)


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_more_comments_than_are_kept_are_counted(read: Any) -> None:
    with patch.object(notes_of, "MAX_NOTES", 5):
        notes = read(START + enhanced(FRAME, options=option(1, b"a") + option(1, b"b")) * 9).notes
    assert [n.frame_number for n in notes.of_packets] == [1, 1, 2, 2, 3]
    assert (notes.packet_comments, notes.left) == (18, 13)


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_more_options_than_bulk_takes(read: Any) -> None:
    options = b"".join(option(77, b"") for _ in range(40)) + option(1, b"behind them") + option(4, struct.pack("<Q", 3))
    found = read(START + enhanced(FRAME, options=options))
    assert [n.text for n in found.notes.of_packets] == ["behind them"]
    assert found.dropped == 3


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_what_the_file_says_of_itself(read: Any, order: str) -> None:
    shb = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    shb += b"".join(option(*o, order) for o in ((1, b"case 7"), (2, b"PC"), (3, b"Linux"), (4, b"dumpcap")))
    idb = struct.pack(order + "HHI", 1, 0, 96) + option(2, b"eth0", order) + option(11, b"\0udp port 500", order)
    idb += option(8, struct.pack(order + "Q", 1000), order) + option(1, b"uplink", order)
    counts = b"".join(
        option(code, struct.pack(order + "Q", n), order) for code, n in ((4, 9), (5, 2), (6, 8), (7, 1), (8, 5))
    )
    isb = struct.pack(order + "III", 0, 0, 0) + counts + option(1, b"at the end", order)
    found = read(
        block(0x0A0D0D0A, shb, order)
        + block(1, idb, order)
        + interface(101, order)
        + enhanced(FRAME, order)
        + block(9, b"MESSAGE=x", order)
        + block(5, isb, order)
    )
    notes = found.notes
    assert (*notes.hardware, *notes.systems, *notes.applications) == ("PC", "Linux", "dumpcap")
    assert notes.interfaces == [
        (
            "eth0 (ETHERNET, filter udp port 500, 1,000 bit/s, snap length 96, 9 received, 8 accepted by the filter, "
            "5 delivered, 3 dropped)"
        ),
        "interface 1 (RAW)",
    ]
    assert notes.filters == ["udp port 500", ""]
    assert [(n.kind, n.text) for n in notes.comments] == [
        ("section", "case 7"),
        ("interface", "uplink"),
        ("statistics", "at the end"),
    ]
    assert notes.block_texts == ("systemd journal entry (1)",)
    assert (found.dropped, notes.counts_drops, found.packets) == (3, True, 2)


@pytest.mark.parametrize("read", [read_serially, read_in_bulk])
def test_whether_lost_packets_are_counted_at_all(read: Any) -> None:
    assert not read(START + enhanced(FRAME)).notes.counts_drops
    assert read(START + enhanced(FRAME, options=option(4, bytes(8)))).notes.counts_drops
    assert read(START + old_packet(FRAME, drops=0)).notes.counts_drops
    assert not read(START + old_packet(FRAME, drops=0xFFFF)).notes.counts_drops
