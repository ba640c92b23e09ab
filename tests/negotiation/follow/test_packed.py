"""Packed first messages: what is read again, what is found, what is forgotten."""

import struct

import pytest

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import decode
from analyzer.negotiation.follow import packed
from analyzer.negotiation.follow.packed import CROWD, REPEAT, ROW, Half, Packed
from analyzer.negotiation.follow.patterns import Patterns
from tests.negotiation.build import ZERO, datagram, init_request
from tests.work import lines_run

TARGET = "192.0.2.20"


class Store:
    def __init__(self, room: int = 1 << 30) -> None:
        self.patterns = Patterns()
        self.forgotten: list[Half] = []
        self.packed = Packed(room, self.patterns.all)

    def add(self, number: int, spi: str, source: str = "198.51.100.1", **fields: object) -> Datagram:
        data = init_request(spi=spi)
        one = datagram(data)._replace(src_ip=source, dst_ip=TARGET, frame_number=number, **fields)
        forgotten = self.packed.add(one, self.patterns.of(one, decode(data)), number, hash(data))
        self.forgotten += [] if forgotten is None else [forgotten]
        return one

    def numbers(self, spi: str, *hosts: str) -> list[int]:
        found = self.packed.under(bytes.fromhex(spi), hosts or ("", ""))  # type: ignore[arg-type]
        return [record.row.number for record in found]


def spi(number: int) -> str:
    return f"{number:016x}"


@pytest.mark.parametrize("source", ["198.51.100.1", "2001:db8::1:2", "::"])
@pytest.mark.parametrize("time", [None, 0, 1_700_000_000_123_456_789])
@pytest.mark.parametrize("hop", [b"", b"\x40", bytes(range(8))])
def test_a_record_is_read_as_it_was_written(source: str, time: int | None, hop: bytes) -> None:
    store = Store()
    one = store.add(7, spi(1), source, time_ns=time, hop=hop, src_port=65535)
    (record,) = store.packed.under(bytes.fromhex(spi(1)))
    assert record.datagram._replace(payload=b"") == one._replace(payload=b"")
    assert (record.row.number, record.row.digest, record.target) == (7, hash(one.payload), TARGET)


def test_found_by_spi_whatever_the_order() -> None:
    store = Store()
    for number in range(1, 3000):
        store.add(number, spi(number * 7919))
    assert store.numbers(spi(7919 * 5)) == [5]
    assert store.numbers(spi(3)) == []
    assert store.packed.knows(bytes.fromhex(spi(7919 * 2999)))
    assert not store.packed.knows(bytes.fromhex(spi(1)))


def test_an_entry_is_found_at_its_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that stands across two entries is not there."""
    monkeypatch.setattr(packed, "_BUCKETS", 1)
    half = Half()
    half.put(b"ABCDEFGH", 0x44434241)
    half.put(b"IJKLMNOP", 5)
    across = b"EFGH" + struct.pack("<I", 0x44434242)
    assert half.newest(across) == 0
    assert half.newest(b"IJKLMNOP") == 6
    half.put(across, 9)
    assert half.newest(across) == 10


def test_what_is_taken_is_no_more_found() -> None:
    store = Store()
    store.add(1, spi(1))
    store.add(2, spi(1), "198.51.100.2")
    first, _ = store.packed.under(bytes.fromhex(spi(1)))
    first.take()
    assert store.numbers(spi(1)) == [2]


def test_a_crowd_under_one_spi_is_found_by_hosts() -> None:
    store = Store()
    for number in range(1, 50):
        store.add(number, spi(1), f"198.51.100.{number}")
    assert store.numbers(spi(1)) == list(range(1, CROWD + 1))
    assert store.numbers(spi(1), "198.51.100.30", TARGET) == [*range(1, CROWD + 1), 30]
    assert store.numbers(spi(1), TARGET, "198.51.100.30") == [*range(1, CROWD + 1), 30]


def test_a_crowd_costs_no_walk_through_it() -> None:
    def many(count: int) -> Store:
        store = Store()
        for number in range(count):
            store.add(number, spi(1), f"10.0.{number >> 8}.{number & 255}")
        return store

    few, more = many(100), many(400)
    work = [lines_run(lambda store=store: store.numbers(spi(1), "10.0.0.50", TARGET)) for store in (few, more)]
    assert abs(work[0] - work[1]) < 50  # 300 more would be walked through; which share a bucket depends on the hashes


def test_the_oldest_are_forgotten() -> None:
    store = Store(room=200 * 200)
    for number in range(1, 1000):
        store.add(number, spi(number))
        assert sum(half.size for half in store.packed.halves) <= 200 * 200 + 400
    assert store.numbers(spi(1)) == []
    assert store.numbers(spi(999)) == [999]
    kept = sum(len(half.rows) for half in [*store.forgotten, *store.packed.halves])
    assert kept == 999 * ROW.size


def test_a_transmission_without_the_first_is_not_found() -> None:
    store = Store()
    one = store.add(1, spi(1))
    (first,) = store.packed.under(bytes.fromhex(spi(1)))
    pattern = store.patterns.all[0]
    store.packed.add(one._replace(frame_number=9), pattern, 1, first.row.digest, first.row)
    states = [record.row.state for record in store.packed.under(bytes.fromhex(spi(1)))]
    assert states == [0, REPEAT]
    first.take()
    assert store.numbers(spi(1)) == []


def test_nothing_is_packed() -> None:
    store = Store()
    assert store.numbers(ZERO) == []
