import os
from pathlib import Path

import pytest

from analyzer.batch import turns
from analyzer.batch.turns import Turns, is_file, largest_first
from analyzer.capture.sets import CaptureSet


def sized(folder: Path, *sizes: int) -> list[str]:
    for number, size in enumerate(sizes):
        (folder / str(number)).write_bytes(bytes(size))
    return [str(folder / str(number)) for number in range(len(sizes))]


def test_the_largest_first_but_where_numbers_run_through(tmp_path: Path) -> None:
    captures = sized(tmp_path, 1, 3, 2, 3)
    assert largest_first(captures) == [1, 3, 2, 0]
    assert largest_first([*captures, CaptureSet([captures[:2]]), "/nowhere"]) == [4, 1, 3, 2, 0, 5]
    given = Turns(captures, through=True)
    assert [given.give() for _ in range(5)] == [0, 1, 2, 3, None]


def test_results_are_taken_in_order(tmp_path: Path) -> None:
    given = Turns(sized(tmp_path, 1, 2))
    assert [given.give(), given.give(), given.give()] == [1, 0, None]
    given.done(1, b"second")
    assert [given.is_done(place) for place in (0, 1)] == [False, True]
    with pytest.raises(KeyError):
        given.take()
    given.done(0, b"first")
    assert [given.take(), given.take()] == [b"first", b"second"]
    assert not given.is_done(0)


def test_where_much_waits_only_that_is_given_whose_turn_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_HELD", 4)
    given = Turns(sized(tmp_path, 1, 2, 9))
    assert given.give() == 2
    given.done(2, b"held")
    assert [given.give(), given.give()] == [0, None]
    given.done(0, b"x")
    given.take()
    assert [given.give(), given.give()] == [1, None]
    given.done(1, b"y")
    assert [given.take(), given.take(), given.give()] == [b"y", b"held", None]


def test_what_another_process_can_read_or_can_say_why_not(tmp_path: Path) -> None:
    (capture,) = sized(tmp_path, 1)
    os.mkfifo(tmp_path / "fifo")
    assert all(map(is_file, (capture, "/nowhere", "\0", CaptureSet([[capture, "/nowhere"]]))))
    assert not any(map(is_file, ("-", str(tmp_path), str(tmp_path / "fifo"), os.devnull)))
    assert not is_file(CaptureSet([[capture, str(tmp_path / "fifo")]]))


def test_the_largest_of_a_store_come_first_too(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    urls = [f"memory://turns/{number}" for number in range(3)]
    for url, size in zip(urls, (1, 9, 4), strict=True):
        with fsspec.open(url, "wb") as file:
            file.write(bytes(size))
    assert largest_first([*urls, *sized(tmp_path, 5), "memory://turns/none"]) == [1, 3, 2, 0, 4]
