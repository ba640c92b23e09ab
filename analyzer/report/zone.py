"""Time of day for readers, in the zone that they chose and with its name or offset beside it.

Data stay UTC (tables/text.py). An offset is looked up for each time: it changes with daylight saving.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

from analyzer.capture.dates import Lacks, day_of, is_dated, lacks
from analyzer.errors import ZoneError
from analyzer.tables.text import visible

_SECOND: Final = 1_000_000_000  # nanoseconds
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_OFFSET: Final = r"([+-])([01]\d|2[0-3]):?([0-5]\d)"
_LONGEST: Final = 60  # signs of a name that are looked at and shown where it is none
_HOW: Final = "Write UTC, local, an offset like +01:00, or a name of the IANA database like Europe/Berlin"


class Zone(NamedTuple):
    """A time zone. name: as readers know it. rules: None for those of this machine."""

    name: str
    rules: tzinfo | None

    def date(self, time: int) -> str:
        """The date: 2026-11-20; of a time without a year Nov 20, of one without a date day 1."""
        lacking = lacks(time)
        if lacking is Lacks.DATE:
            return f"day {day_of(time)}"
        date = _second(self._of(time), time // _SECOND)[0]
        return date if lacking is Lacks.NOTHING else f"{_MONTHS[int(date[5:7]) - 1]} {date[8:]}"

    def day(self, time: int) -> str:
        """The date and the zone, for what stands above several times: 2026-11-20 (Europe/Berlin, +01:00).

        What is not known of it instead of the zone: Nov 20 (no year).
        """
        if not is_dated(time):
            return f"{self.date(time)} ({lacks(time).value})"
        date, _, offset = _second(self.rules, time // _SECOND)
        return f"{date} ({self.name if self.name in ('UTC', offset) else f'{self.name}, {offset}'})"

    def clock(self, time: int) -> str:
        """The time of day to the millisecond, below a date and a zone: 10:11:12.345."""
        return f"{_second(self._of(time), time // _SECOND)[1]}.{time // 1_000_000 % 1000:03d}"

    def stamp(self, time: int) -> str:
        """All of it to the millisecond: 2026-11-20 10:11:12.345 UTC; 2026-11-20 11:11:12.345+01:00.

        Where a log does not write all of it: Nov 20 10:11:12.345 (no year).
        """
        date = "" if lacks(time) is Lacks.DATE and day_of(time) == 1 else f"{self.date(time)} "
        return f"{date}{self.clock(time)}{self._label(time)}"

    def second(self, time: int) -> str:
        """The same to the second, below a name of the zone: 2026-11-20 10:11:12."""
        return f"{self.date(time)} {self.clock(time)[:8]}"

    def beside(self, time: int, start: int) -> str:
        """The same for what is counted from `start` also; without the date where that is the day of `start`."""
        same = self.date(time) == self.date(start)
        return f"{self.clock(time)}{self._label(time) if is_dated(time) else ''}" if same else self.stamp(time)

    def iso(self, time: int) -> str:
        """ISO 8601 with all nine digits: 2026-11-20T11:11:12.000000123+01:00; empty where there is no date."""
        if not is_dated(time):
            return ""
        date, clock, offset = _second(self.rules, time // _SECOND)
        return f"{date}T{clock}.{time % _SECOND:09d}{'Z' if self.name == 'UTC' else offset}"

    def ahead(self, time: int) -> int:
        """How far local time is ahead of UTC then, in nanoseconds."""
        return _ahead(self._of(time), time // _SECOND)

    def _of(self, time: int) -> tzinfo | None:
        """Times without a date are those of the log: they are in no zone that is known."""
        return self.rules if is_dated(time) else UTC

    def _label(self, time: int) -> str:
        """The offset as ISO 8601 has it, behind a time; UTC is a word of its own. Or what is not known of the time."""
        if not is_dated(time):
            return f" ({lacks(time).value})"
        return f" {self.offset(time)}" if self.name == "UTC" else self.offset(time)

    def offset(self, time: int) -> str:
        """The offset from UTC then: UTC, +01:00; empty where there is no date."""
        if not is_dated(time):
            return ""
        return "UTC" if self.name == "UTC" else _second(self.rules, time // _SECOND)[2]


UTC_ZONE: Final = Zone("UTC", UTC)


@lru_cache(maxsize=4096)
def _second(rules: tzinfo | None, seconds: int) -> tuple[str, str, str]:
    """Date, time of day and offset from UTC of a second since 1970."""
    text = _there(rules, seconds).isoformat(" ")
    return text[:10], text[11:19], text[19:]


@lru_cache(maxsize=4096)
def _ahead(rules: tzinfo | None, seconds: int) -> int:
    offset = _there(rules, seconds).utcoffset() or timedelta()
    return round(offset.total_seconds()) * _SECOND


def _there(rules: tzinfo | None, seconds: int) -> datetime:
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(rules)


def zone_of(name: str) -> Zone:
    """The zone of this name: UTC, local, an offset, or a name of the IANA database. ZoneError: there is none."""
    if name.upper() in ("UTC", "Z"):
        return UTC_ZONE
    if name.lower() == "local":
        return Zone("local time", None)
    found = re.fullmatch(_OFFSET, name)
    if found:
        minutes = int(found[2]) * 60 + int(found[3])
        offset = timedelta(minutes=-minutes if found[1] == "-" else minutes)
        return Zone(f"{found[1]}{found[2]}:{found[3]}", timezone(offset))
    return _named(name)


def _named(name: str) -> Zone:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones  # noqa: PLC0415  (UTC needs no files)

    try:
        return Zone(name, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known, shown = available_timezones(), visible(name[:_LONGEST])
    if not known:
        reason = "this system has no time zone data (package tzdata). Write UTC, local or an offset like +01:00"
        raise ZoneError(f"{shown}: {reason}")
    raise ZoneError(f"{shown}: no such time zone. {_meant(name[:_LONGEST], known)}{_HOW}")


def _meant(name: str, known: set[str]) -> str:
    """The names that may have been meant: of the same place, or written nearly so."""
    from difflib import get_close_matches  # noqa: PLC0415

    wanted = name.strip().replace(" ", "_").lower()
    by_lower = {one.lower(): one for one in sorted(known)}
    found = [one for low, one in by_lower.items() if wanted in (low, low.rpartition("/")[2])]
    found = found or [by_lower[low] for low in get_close_matches(wanted, by_lower, 3)]
    return f"Did you mean {' or '.join(found[:3])}? " if found else ""
