import pickle

import pytest

from analyzer.capture.placed_frame import (
    PlacedFrame,
    address,
    brief,
    by_member,
    labels,
    moved,
    named,
    own_number,
    texts_of,
)
from analyzer.capture.places import Places


def two_files() -> Places:
    places = Places([["a/one.pcap", "b/one.pcap"]])
    for packets in (3, 4):
        places.begin()
        places.add(packets)
    return places


FRAME = PlacedFrame(5, two_files())


def test_it_is_ordered_as_the_number_in_the_set_and_reads_as_that_of_its_file() -> None:
    assert FRAME == 5
    assert {FRAME: 1}[5] == 1
    assert sorted([6, FRAME, 4]) == [4, 5, 6]
    assert f"frame {FRAME}, {FRAME!s}" == "frame 2 of b/one.pcap, 2 of b/one.pcap"
    assert (FRAME.member, FRAME.brief, FRAME.files) == ("b/one.pcap", "2:2", ("a/one.pcap", "b/one.pcap"))
    assert pickle.loads(pickle.dumps(FRAME)).place == FRAME.place


def test_what_is_of_no_set_stays_what_it_is() -> None:
    assert (own_number(7), brief(7), address(7), moved(7, -2)) == (7, "7", "7", 5)
    assert (own_number(FRAME), brief(FRAME), address(FRAME)) == (2, "2:2", "2-in-2")
    assert address(PlacedFrame(1, two_files())) == "1"
    assert str(moved(FRAME, -2)) == "3 of a/one.pcap"
    with pytest.raises(ValueError, match="no frame 8"):
        str(moved(FRAME, 3))


def test_frames_stand_by_file() -> None:
    places = two_files()
    frames = [PlacedFrame(number, places) for number in (7, 1, 4, 3, 3)]
    assert by_member(frames) == {"a/one.pcap": [1, 3], "b/one.pcap": [1, 4]}
    assert by_member([3, 1, 3]) == {"": [1, 3]}
    assert by_member([]) == {}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (("x/a.pcap", "x/b.pcap"), ("a.pcap", "b.pcap")),
        (("x/a.pcap", "y/a.pcap", "y/b.pcap"), ("x/a.pcap", "y/a.pcap", "b.pcap")),
        (("a.pcap", "y/a.pcap"), ("a.pcap", "y/a.pcap")),
        (("/a.pcap", "/y/a.pcap"), ("a.pcap", "y/a.pcap")),
    ],
)
def test_files_are_called_by_what_no_other_is(members: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert labels(members) == expected


def test_texts_name_files_only_while_a_set_is_read() -> None:
    assert str(named(5)) == "5"
    with texts_of(two_files()):
        assert [str(named(frame)) for frame in (5, 1)] == ["2 of b/one.pcap", "1 of a/one.pcap"]
        with texts_of(None):
            assert str(named(5)) == "5"
    assert str(named(5)) == "5"
