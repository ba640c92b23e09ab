"""What interfaces lost, and when they captured."""

import pytest

from analyzer.capture import pcapng_statistics
from analyzer.capture.pcapng_statistics import Statistics


def test_both_counts_are_of_the_same_packets() -> None:
    found = Statistics()
    found.note_between((1, 0), 2)
    found.note_between((1, 0), 1)
    found.note_total((1, 0), 5)
    found.note_total((1, 0), 4)  # an older block, read later
    found.note_between((2, 0), 1)
    assert (found.lost((1, 0)), found.lost((2, 0)), found.lost((1, 1))) == (5, 1, 0)
    assert (found.dropped, found.dropped_at(0)) == (6, 6)


def test_nothing_lost_is_not_the_same_as_nothing_said() -> None:
    found = Statistics()
    found.note_total((1, 0), 0)
    assert (found.dropped_at(0), found.known_at((1, 0))) == (0, 0)
    assert (found.dropped_at(1), found.known_at((1, 1))) == (None, None)


def test_when_each_captured() -> None:
    found = Statistics()
    assert found.ran is None
    for key, time in (((1, 0), 30), ((1, 1), 10), ((1, 0), 20), ((2, 0), 50), ((1, 1), None)):
        found.note_run(key, time)
    assert (found.ran, found.ran_at(0), found.ran_at(1), found.ran_at(2)) == ((10, 50), (20, 50), (10, 10), None)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcapng_statistics, "MAX_INTERFACES", 2)
    found = Statistics()
    for number in range(4):
        found.note_total((1, number), 1)
        found.note_between((1, number), 1)
        found.note_run((1, number), number)
    assert (found.dropped, found.dropped_at(3), found.ran) == (2, None, (0, 1))
