from analyzer.report.timeline.axis import Span
from analyzer.report.timeline.density import BINS, HIGHEST, row
from analyzer.report.zone import UTC_ZONE

S = 1_000_000_000


def test_everything_is_counted_in_its_part_of_the_time() -> None:
    times = [0, 0, 5 * S, 99 * S, 100 * S, None]
    found = row("messages", times, Span.of(0, 100 * S), UTC_ZONE)
    assert (found.total, found.most) == (6, 2)
    assert [(bar.x, bar.height) for bar in found.bars] == [(0, HIGHEST), (5, HIGHEST // 2), (99, HIGHEST)]
    assert found.bars[1].title == "1970-01-01 00:00:05.000 UTC to 00:00:06.000 UTC: 1"


def test_one_thing_among_thousands_can_be_seen() -> None:
    found = row("x", [0] * 50_000 + [50 * S], Span.of(0, 100 * S), UTC_ZONE)
    assert [bar.height for bar in found.bars] == [HIGHEST, 4]


def test_bars_are_bounded_however_many_things_there_are() -> None:
    found = row("x", range(0, 10**12, 10**7), Span.of(0, 10**12), UTC_ZONE)
    assert len(found.bars) == BINS
    assert sum(int(bar.title.rpartition(": ")[2].replace(",", "")) for bar in found.bars) == found.total


def test_nothing_has_no_bars() -> None:
    assert row("x", [], Span.of(0, S), UTC_ZONE).bars == ()
