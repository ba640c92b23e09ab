"""Messages one after the other: in batches that are bounded, and what goes wrong in one costs that one."""

import pytest

from analyzer.isakmp import Memory
from analyzer.negotiation.tracker import Tracker
from analyzer.reading import single
from analyzer.reading.single import Single, next_batch
from analyzer.tables.messages import MessageRows
from analyzer.tables.store import Tables
from tests.negotiation.build import datagram, init_request


def test_a_batch_is_bounded_in_items_and_in_bytes() -> None:
    def sizes(length: int, count: int) -> list[int]:
        items = iter([datagram(bytes(length))] * count)
        return [len(batch) for batch in iter(lambda: next_batch(items), [])]

    assert sizes(100, 1100) == [512, 512, 76]
    assert sizes(60_000, 12) == [5, 5, 2]


def test_what_goes_wrong_in_one_message_costs_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    right = single.decode

    def fail(data: bytes, *rest: object) -> object:
        if data[7] == 1:
            raise ValueError
        return right(data, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(single, "decode", fail)
    tables = Tables()
    memory = Memory()
    reader = Single(MessageRows(tables, "x", ("messages", "defects"), memory), memory, Tracker("x"))
    first = init_request()
    reader.read([datagram(first[:7] + bytes([number]) + first[8:], frame=number) for number in (1, 2)])
    assert tables["messages"].column("negotiation") == [None, 1]
    assert tables["messages"].column("exchange") == [None, "IKE_SA_INIT"]
    assert tables["defects"].column("kind") == ["internal"]


def test_without_a_tracker_nothing_is_placed() -> None:
    tables = Tables()
    reader = Single(MessageRows(tables, "x", ("messages",)), Memory(), None)
    reader.read([datagram(init_request())])
    assert tables["messages"].column("negotiation") == [None]
