from typing import Any

from analyzer.report.index import Entry, index_of
from analyzer.report.timeline.captures import MOST_BARS, captures_timeline
from analyzer.report.zone import UTC_ZONE, zone_of
from tests.report.sample import START

HOUR = 3_600_000_000_000


def entries(count: int, **cells: Any) -> list[Entry]:
    """So many captures of an hour, one after the other; every third failed."""
    return [
        Entry(
            f"caps/{place:04}.pcap",
            f"{place:04}",
            outcome="failed" if place % 3 == 0 else "established",
            sas=2,
            **{"first_time": START + place * HOUR, "last_time": START + (place + 1) * HOUR} | cells,
        )
        for place in range(count)
    ]


def test_few_captures_are_bars_in_the_order_of_their_beginnings() -> None:
    found = captures_timeline(index_of([*entries(4), Entry("caps/none.pcap", "none")]), zone_of("+05:30"))
    assert found is not None
    assert [(bar.name, bar.folder, bar.outcome, bar.x, bar.end) for bar in found.bars] == [
        ("0000.pcap", "0000", "failed", "0", "25"),
        ("0001.pcap", "0001", "established", "25", "50"),
        ("0002.pcap", "0002", "established", "50", "75"),
        ("0003.pcap", "0003", "failed", "75", "100"),
    ]
    assert found.bars[0].title == "2 IKE SAs, 1 h 0 min from 2023-11-15 03:43:20.000+05:30"
    assert (found.rows, found.left) == ([], 1)
    assert found.zone == "2023-11-15 (+05:30)"


def test_many_captures_are_counted_by_outcome_the_worst_first() -> None:
    for count, few in ((MOST_BARS, True), (MOST_BARS + 1, False)):
        found = captures_timeline(index_of(entries(count)), UTC_ZONE)
        assert found is not None
        assert (bool(found.bars), bool(found.rows)) == (few, not few)
    assert [(r.outcome, r.total) for r in found.rows] == [("failed", 21), ("established", 40)]


def test_captures_of_one_moment_and_those_without_times() -> None:
    found = captures_timeline(index_of(entries(3, first_time=START, last_time=START)), UTC_ZONE)
    assert found is not None
    assert {bar.x for bar in found.bars} == {"0"}
    assert captures_timeline(index_of(entries(1)), UTC_ZONE) is None
    assert captures_timeline(index_of(entries(3, first_time=None)), UTC_ZONE) is None
    assert captures_timeline(index_of([]), UTC_ZONE) is None
