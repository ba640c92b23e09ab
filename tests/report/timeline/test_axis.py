from itertools import pairwise

import pytest

from analyzer.report.timeline.axis import MOST_TICKS, Span, Tick, clock_ticks, fitted, offsets, since_ticks
from analyzer.report.zone import UTC_ZONE, zone_of

S = 1_000_000_000
DAY = 86_400 * S
AUTUMN = 1_761_440_400 * S  # 2025-10-26 01:00 UTC: clocks in Berlin are set back from 03:00 to 02:00
BERLIN = zone_of("Europe/Berlin")


def test_a_place_is_exact_to_a_tenth_of_a_millisecond() -> None:
    for length in (5_000_000, 13_000_000, 60 * S, 7 * DAY):
        span = Span.of(AUTUMN, AUTUMN + length)
        for time in (AUTUMN, AUTUMN + 200_000, AUTUMN + length // 3, AUTUMN + length):
            assert abs(float(span.at(time)) / 100 * length - (time - AUTUMN)) <= 100_000


def test_places_are_short() -> None:
    assert [Span.of(0, 8 * S).at(time * S) for time in (0, 2, 8)] == ["0", "25", "100"]
    assert Span.of(5, 5).at(5) == "0"  # of a capture of one packet


def test_marks_of_the_clock_are_whole_hours_of_the_zone() -> None:
    span = Span.of(AUTUMN + 10 * DAY + 1, AUTUMN + 10 * DAY + 6 * 3600 * S)
    assert [tick.text for tick in clock_ticks(span, zone_of("+05:30"))] == [f"{h:02}:00" for h in (7, 8, 9, 10, 11, 12)]
    assert [tick.text for tick in clock_ticks(span, UTC_ZONE)][:2] == ["02:00", "03:00"]


def test_a_mark_has_its_date_where_that_is_another_and_its_offset_where_clocks_were_set() -> None:
    span = Span.of(AUTUMN - 4 * 3600 * S, AUTUMN + 3 * 3600 * S)
    found = {tick.text: tick.day for tick in clock_ticks(span, BERLIN)}
    assert found["00:00"] == "2025-10-26"
    assert found["03:00"] == "+01:00"
    assert set(found.values()) == {"", "2025-10-26", "+01:00"}


def test_marks_of_days_are_midnights_across_the_change() -> None:
    span = Span.of(AUTUMN - 3 * DAY, AUTUMN + 4 * DAY)
    found = clock_ticks(span, BERLIN)
    assert [tick.text for tick in found] == [f"2025-10-{day}" for day in range(24, 31)]
    hours = [(float(b.x) - float(a.x)) * 7 * 24 / 100 for a, b in pairwise(found)]
    assert [round(x, 3) for x in hours] == [24, 24, 25, 24, 24, 24]


@pytest.mark.parametrize("length", [5 * 10**6, 41 * 10**6, 90 * 10**6, 37 * S, 26_000 * S, 9 * DAY])
def test_texts_of_marks_have_room_in_each_window(length: int) -> None:
    span = Span.of(AUTUMN + 3_300_000, AUTUMN + 3_300_000 + length)
    for ticks in (clock_ticks(span, UTC_ZONE), since_ticks(span)):
        for axis, rooms in ((300, {""}), (490, {"", "odd"}), (880, {"", "odd", "wide"})):
            extents = [tick.extent(axis) for tick in ticks if tick.room in rooms]
            assert extents
            assert all(a[1] < b[0] for a, b in pairwise(extents)), axis
    assert [tick.room for tick in fitted([Tick(str(x), "11:49:58.555") for x in range(10, 90, 10)])] == [
        "", "wide", "odd", "wide", "odd", "wide", "odd", "wide",
    ]  # fmt: skip


def test_marks_since_the_beginning() -> None:
    assert [tick.text for tick in since_ticks(Span.of(0, 90 * S))] == [
        "+0 s", "+15 s", "+30 s", "+45 s", "+1 min", "+1 min 15 s", "+1 min 30 s",
    ]  # fmt: skip
    assert [tick.text for tick in since_ticks(Span.of(0, 3 * DAY))] == ["+0 s", *(f"+{x}" for x in (
        "12 h", "1 day", "1 day 12 h", "2 days", "2 days 12 h", "3 days",
    ))]  # fmt: skip


@pytest.mark.parametrize("length", [0, 1, 10**6, 10**9, 59 * S, 3 * 3600 * S, 9 * DAY, 400 * DAY, 2**63 + 2**62])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "+05:30", "local"])
def test_there_are_some_marks_and_not_too_many(length: int, zone: str) -> None:
    span = Span.of(-(2**62), -(2**62) + length)
    for ticks in (clock_ticks(span, zone_of(zone)), since_ticks(span)):
        assert 1 <= len(ticks) <= MOST_TICKS + 2
        assert all(0 <= float(tick.x) <= 100 for tick in ticks)
        assert all(float(a.x) < float(b.x) for a, b in pairwise(ticks))


def test_offsets_change_when_clocks_are_set() -> None:
    hour = 3600 * S
    assert offsets(Span.of(AUTUMN - DAY, AUTUMN + DAY), BERLIN) == [(AUTUMN - DAY, 2 * hour), (AUTUMN, hour)]
    assert offsets(Span.of(AUTUMN, AUTUMN + DAY), BERLIN) == [(AUTUMN, hour)]
    year = offsets(Span.of(AUTUMN - 300 * DAY, AUTUMN + 300 * DAY), BERLIN)
    assert [ahead // hour for _, ahead in year] == [1, 2, 1, 2]
    assert len(offsets(Span.of(-(2**63) + 1, 2**63 - 1), BERLIN)) < 1000
