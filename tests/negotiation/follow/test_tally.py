"""What is counted of a flood."""

import numpy as np
import pytest

from analyzer.negotiation.follow import tally
from analyzer.negotiation.follow.packed import FIRST, REPEAT, TAKEN, Half
from analyzer.negotiation.follow.tally import Distinct, Tally, by_pattern, rows_made, rows_of
from tests.negotiation.follow.test_packed import Store, spi

SECOND = 10**9


def message(number: int, *, at: float | None = 0.0, state: int = FIRST, source: bytes = b"") -> tuple[object, ...]:
    time = None if at is None else round(at * SECOND)
    return state, source or bytes([10, 0, 0, number]), 500, number, time, number.to_bytes(8, "little")


def counted(*messages: tuple[object, ...]) -> Tally:
    found = Tally()
    found.add(rows_made(messages), np.arange(len(messages)))  # type: ignore[arg-type]
    return found


def test_all_numbers() -> None:
    some = [message(i, at=i / 4) for i in range(1, 9)]
    found = counted(*some, message(1, at=3, state=REPEAT))
    assert (found.negotiations, found.messages, len(found.sources), len(found.spis), len(found.ports)) == (
        8,
        9,
        8,
        8,
        1,
    )
    assert (found.frames, found.last_frame) == ([1, 1, 2, 3, 4, 5, 6, 7, 8], 8)
    assert (found.first_time, found.last_time) == (SECOND // 4, 3 * SECOND)
    assert (found.peak, found.window) == (4, 8)


def test_the_busiest_ten_seconds() -> None:
    found = counted(*[message(i, at=float(i)) for i in range(40)])
    assert (found.peak, found.window) == (1, 10)
    assert counted(message(1, at=None)).window == 0
    assert counted(message(1, at=None)).first_time is None


def test_two_are_one() -> None:
    one, other = counted(message(1), message(2)), counted(message(2), message(3, at=20))
    one.take(other)
    assert (one.negotiations, len(one.sources), one.last_frame, one.last_time) == (4, 3, 3, 20 * SECOND)
    empty = Tally()
    empty.take(counted(message(5)))
    assert (empty.negotiations, empty.frames) == (1, [5])


def test_addresses_of_both_families_are_counted() -> None:
    v6 = [bytes(15) + bytes([i]) for i in range(3)]
    found = counted(message(0), *[message(i, source=address) for i, address in enumerate(v6)])
    assert len(found.sources) == 4


def test_more_than_so_many_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_COUNTED", 3)
    found = Distinct()
    found.add(np.array([1, 2, 3], np.uint64))
    assert (len(found), found.full) == (3, False)
    found.add(np.array([4], np.uint64))
    assert (len(found), found.full) == (3, True)
    found.add(np.array([5], np.uint64))
    assert len(found) == 3


def test_rows_of_records() -> None:
    store = Store()
    for number in range(1, 5):
        store.add(number, spi(number), f"10.0.0.{number}", time_ns=number)
    half = store.packed.halves[0]
    rows, places = rows_of(half)
    assert (rows["number"].tolist(), rows["frame"].tolist(), len(places)) == ([1, 2, 3, 4], [1, 2, 3, 4], 4)
    assert rows["time"].tolist() == [1, 2, 3, 4]
    assert rows["source4"].tolist() == [int.from_bytes(bytes([10, 0, 0, n]), "little") for n in range(1, 5)]
    assert rows["spi"].tolist() == [int.from_bytes(bytes.fromhex(spi(n)), "little") for n in range(1, 5)]
    del rows
    half.rows[0] = TAKEN
    rows, places = rows_of(half)
    assert (places.tolist(), rows["number"][places].tolist()) == ([1, 2, 3], [2, 3, 4])
    assert not any(map(len, rows_of(Half())))


def test_by_pattern() -> None:
    store = Store()
    for number in range(1, 7):
        store.add(number, spi(number), dst_port=500 + number % 2)
    rows, places = rows_of(store.packed.halves[0])
    found = [(place, rows["number"][some].tolist()) for place, some in by_pattern(rows, places[:-1])]
    assert found == [(0, [1, 3, 5]), (1, [2, 4])]
    assert list(by_pattern(rows, places[:0])) == []
