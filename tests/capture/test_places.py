"""Frames of a set: their number in it, and the file with the number there."""

import random

import pytest

from analyzer.capture.places import Places


def test_files_that_follow_each_other_are_counted_through() -> None:
    places = Places([["a.pcap", "b.pcap", "c.pcap"]])
    for packets in (3, 0, 2):
        places.begin()
        places.add(packets)
    found = [places.of(number) for number in range(1, 6)]
    assert [(place.capture, place.frame_number, place.member) for place in found] == [
        ("a.pcap", 1, 0),
        ("a.pcap", 2, 0),
        ("a.pcap", 3, 0),
        ("c.pcap", 1, 2),
        ("c.pcap", 2, 2),
    ]
    assert places.number("c.pcap", 2) == 5
    assert places.number("b.pcap", 1) is None
    assert places.number("a.pcap", 4) is None
    assert places.number("d.pcap", 1) is None


@pytest.mark.parametrize("number", [0, 6, -1])
def test_a_number_beyond_the_set_is_no_frame_of_it(number: int) -> None:
    places = Places([["a.pcap"]])
    places.begin()
    places.add(5)
    with pytest.raises(ValueError, match="no frame"):
        places.of(number)


def test_merged_chains_keep_the_place_of_each_packet() -> None:
    """Over more packets than a count stands for, in an order that nobody chose."""
    dice, files = random.Random(7), {"a": 0, "b": 0, "c": 0}
    places = Places([["a", "b"], ["c"]])
    places.begin(0)
    places.begin(1)
    known = []
    for number in range(1, 150_001):
        chain = dice.randrange(2)
        name = "c" if chain else "a" if number < 90_000 else "b"
        if number == 90_000:
            places.begin(0)
        files[name] += 1
        assert places.step(chain) == number
        known.append((name, files[name], chain))
    for number in (1, 2, 65_536, 65_537, 89_999, 90_000, 131_072, 150_000, *dice.sample(range(1, 150_001), 200)):
        place = places.of(number)
        assert (place.capture, place.frame_number, place.chain) == known[number - 1]
        assert places.number(place.capture, place.frame_number) == number
    assert places.packets == 150_000
