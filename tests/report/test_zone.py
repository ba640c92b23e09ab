import pickle
import zoneinfo
from datetime import UTC, datetime

import pytest

from analyzer.errors import ZoneError
from analyzer.report.zone import UTC_ZONE, zone_of
from analyzer.tables.filter.tree import Value
from analyzer.tables.filter.values import span
from analyzer.tables.text import iso_time


def ns(text: str, more: int = 0) -> int:
    """Nanoseconds since 1970 of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000 + more


SPRING, AUTUMN = ns("2025-03-30 01:00:00"), ns("2025-10-26 01:00:00")  # when clocks in Berlin are set


def test_every_time_names_its_zone() -> None:
    time = ns("2026-11-20 10:11:12", 345_999_999)
    assert UTC_ZONE.stamp(time) == "2026-11-20 10:11:12.345 UTC"
    assert UTC_ZONE.day(time) == "2026-11-20 (UTC)"
    assert UTC_ZONE.clock(time) == "10:11:12.345"
    assert UTC_ZONE.iso(time) == iso_time(time) == "2026-11-20T10:11:12.345999999Z"
    berlin, india = zone_of("Europe/Berlin"), zone_of("+05:30")
    assert berlin.stamp(time) == "2026-11-20 11:11:12.345+01:00"
    assert berlin.day(time) == "2026-11-20 (Europe/Berlin, +01:00)"
    assert india.day(time) == "2026-11-20 (+05:30)"
    assert india.iso(time) == "2026-11-20T15:41:12.345999999+05:30"


def test_a_filter_takes_what_is_shown() -> None:
    time = ns("2026-11-20 10:11:12", 345_999_999)
    for name in ("Europe/Berlin", "+05:30", "-03:30"):
        shown = zone_of(name).stamp(time)
        first, last = span(Value(shown, 0), shown)
        assert (first, last) == (time - 999_999, time)


def test_a_time_is_cut_to_the_millisecond_and_never_rounded_into_another_day() -> None:
    assert UTC_ZONE.stamp(ns("2026-12-31 23:59:59", 999_999_999)) == "2026-12-31 23:59:59.999 UTC"
    assert UTC_ZONE.stamp(-1) == "1969-12-31 23:59:59.999 UTC"
    assert zone_of("-03:30").stamp(ns("2026-01-01 03:29:59")) == "2025-12-31 23:59:59.000-03:30"


def test_the_offset_is_that_of_each_time() -> None:
    berlin = zone_of("Europe/Berlin")
    assert [berlin.stamp(SPRING + x) for x in (-1, 0)] == [
        "2025-03-30 01:59:59.999+01:00",
        "2025-03-30 03:00:00.000+02:00",
    ]
    assert [berlin.stamp(AUTUMN + x) for x in (-1, 0)] == [
        "2025-10-26 02:59:59.999+02:00",
        "2025-10-26 02:00:00.000+01:00",
    ]
    assert berlin.day(AUTUMN - 1) != berlin.day(AUTUMN)  # the same hour twice, told apart by what stands above


def test_the_date_stands_where_it_is_another_day_in_that_zone() -> None:
    start = ns("2026-11-20 22:30:00")
    later = ns("2026-11-20 23:30:00")
    assert UTC_ZONE.beside(later, start) == "23:30:00.000 UTC"
    assert zone_of("Europe/Berlin").beside(later, start) == "2026-11-21 00:30:00.000+01:00"


def test_the_extremes_of_a_table_have_a_text() -> None:
    for name in ("UTC", "local", "+23:59", "-23:59", "Europe/Berlin"):
        for time in (-(2**63) + 1, 2**63 - 1):
            assert zone_of(name).iso(time)
            assert zone_of(name).stamp(time)


@pytest.mark.parametrize(
    ("text", "name"),
    [("utc", "UTC"), ("Z", "UTC"), ("local", "local time"), ("+0100", "+01:00"), ("-03:30", "-03:30")],
)
def test_ways_to_name_a_zone(text: str, name: str) -> None:
    assert zone_of(text).name == name


def test_local_time_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "XXX-2YYY,M3.5.0/2,M10.5.0/3")
    time.tzset()
    try:
        assert zone_of("local").stamp(ns("2026-06-20 10:00:01")) == "2026-06-20 13:00:01.000+03:00"
        assert zone_of("local").stamp(ns("2026-12-20 10:00:01")) == "2026-12-20 12:00:01.000+02:00"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Berlin", "Did you mean Europe/Berlin?"),
        ("europe/berlin", "Did you mean Europe/Berlin?"),
        ("Europ/Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("", "Write UTC, local, an offset like +01:00"),
        ("+25:00", "an offset like +01:00"),
        ("../../etc/passwd", "no such time zone"),
        ("/etc/localtime", "no such time zone"),
        ("Europe", "no such time zone"),
        ("\x00", "no such time zone"),
        ("\x1b[31m", "\\x1b[31m: no such"),
        ("a" * 100_000, "aaa: no such time zone"),
    ],
)
def test_what_is_no_zone_says_what_to_write(text: str, said: str) -> None:
    with pytest.raises(ZoneError) as raised:
        zone_of(text)
    assert said in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_system_without_zone_data_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def __init__(self, name: str) -> None:
            raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", Missing)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    with pytest.raises(ZoneError, match=r"no time zone data \(package tzdata\)"):
        zone_of("Europe/Berlin")
    assert zone_of("UTC") is UTC_ZONE
    assert zone_of("+01:00").name == "+01:00"


def test_a_zone_goes_to_another_process() -> None:
    for name in ("UTC", "local", "+05:30", "Europe/Berlin"):
        assert pickle.loads(pickle.dumps(zone_of(name))) == zone_of(name)
