"""Points of observation: what they are called, when they captured, and which frame is of which; test_scan.py and
test_open.py hold both readers to each other over files of many interfaces.
"""

import struct

import pytest

from analyzer.capture.given import Given
from analyzer.capture.open import open_capture
from analyzer.capture.points import MOST, Interfaces, Point, Points
from tests.capture.packets import block, enhanced, ike_frame, interface, option, pcap, section
from tests.capture.readers import read_in_bulk, read_serially

SECOND = 10**9


def named(name: bytes) -> bytes:
    """An interface with a name, its times in microseconds."""
    return block(1, struct.pack("<HHI", 1, 0, 0) + option(2, name))


def points_of(data: bytes) -> Points | None:
    reader = open_capture(Given(data))
    for _ in reader:
        pass
    return reader.points if reader.points is not None and reader.points.several else None


def two_taps(*, sections: int = 1) -> bytes:
    """Frames of two interfaces in turn: the second captures from second 10 on, and lost three packets."""
    out = b""
    for at in range(sections):
        out += section() + named(b"inside") + named(b"out\x07side")
        for second in range(5):
            units = (100 * at + second) * 10**6
            out += enhanced(ike_frame(), number=0, units=units) + enhanced(ike_frame(), number=1, units=units + 10**7)
        out += block(5, struct.pack("<III", 1, 0, 0) + option(5, struct.pack("<Q", 3)))
        out += block(5, struct.pack("<III", 0, 0, 0) + option(5, bytes(8)))
    return out


def test_interfaces_are_points() -> None:
    found = points_of(two_taps())
    assert found is not None
    assert found.all == [
        Point("inside", 0, 4 * SECOND, 0),
        Point("out\ufffdside", 10 * SECOND, 14 * SECOND, 3),
    ]
    assert [found.of(frame) for frame in range(1, 11)] == [0, 1] * 5
    assert found.of(0) == found.of(11) == 0


def test_an_interface_of_the_same_name_in_another_section_is_the_same_point() -> None:
    found = points_of(two_taps(sections=2))
    assert found is not None
    assert found.names == ("inside", "out\ufffdside")
    assert [point.dropped for point in found.all] == [0, 6]


def test_nothing_said_of_lost_packets_is_not_none_lost() -> None:
    data = section() + interface() + interface()
    found = points_of(data + enhanced(ike_frame()) + enhanced(ike_frame(), number=1))
    assert found is not None
    assert found.all == [Point("interface 0", 0, 0, None), Point("interface 1", 0, 0, None)]


@pytest.mark.parametrize(
    "data",
    [
        pcap([ike_frame()] * 3),
        section() + interface() + enhanced(ike_frame()) * 3,
        section() + interface() + interface() + enhanced(ike_frame()) * 3,
    ],
)
def test_one_point_is_none(data: bytes) -> None:
    assert points_of(data) is None


def cooked(index: int) -> bytes:
    """A LINUX_SLL2 frame (its own address type and direction left out) as `tcpdump -i any` writes it."""
    return struct.pack(">HHIHBB8s", 0x0800, 0, index, 1, 0, 6, bytes(8)) + ike_frame()[14:]


def test_the_interface_index_of_any_is_a_point() -> None:
    data = pcap([cooked(2), cooked(3), cooked(2)], link_type=276)
    found = points_of(data)
    assert found is not None
    assert found.names == ("interface index 2", "interface index 3")
    assert [found.of(frame) for frame in (1, 2, 3)] == [0, 1, 0]


def test_what_is_beyond_the_bound_counts_to_the_last() -> None:
    data = pcap([cooked(index) for index in range(MOST + 20)], link_type=276)
    found = points_of(data)
    assert found is not None
    assert len(found.all) == MOST
    assert found.names[-1] == "further interfaces"
    assert found.of(MOST + 20) == MOST - 1


@pytest.mark.parametrize(
    "data",
    [
        two_taps(sections=3),
        pcap([cooked(index % 3 + 2) for index in range(40)], link_type=276),
        section() + enhanced(ike_frame()) + named(b"a") + enhanced(ike_frame()) + enhanced(ike_frame(), number=7),
    ],
)
def test_both_readers_see_the_same(data: bytes) -> None:
    by_one, in_bulk = read_serially(data), read_in_bulk(data, at_once=4)
    assert (by_one.points, by_one.where) == (in_bulk.points, in_bulk.where)
    assert len(by_one.points) > 1


def test_a_file_without_interfaces_has_none() -> None:
    """A set of captures notes points of its own."""
    points = Points()
    points.all += [Point("a"), Point("b")]
    points.note(3, 1)
    assert [points.of(frame) for frame in range(5)] == [0, 0, 0, 1, 0]
    assert points.names == ("a", "b")
    assert isinstance(points, Points)
    assert not isinstance(points, Interfaces)
