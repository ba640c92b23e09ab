"""Times of a log: with or without year, date, fraction and zone."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from analyzer.capture.dates import DAYLESS, YEARLESS

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME: Final = r"(?P<clock{0}>\d\d:\d\d:\d\d)(?:[.,:](?P<part{0}>\d{{1,9}}))?"
_STAMP: Final = re.compile(
    r"[^\w]{0,4}(?:\d{1,9}: )?[^\w]{0,4}(?:"  # Cisco: a sequence number, and * or . of a clock that is not set
    r"(?P<year1>\d{4})[-/](?P<month1>\d\d)[-/](?P<day1>\d\d)[T ]"
    + _TIME.format(1)
    + r"(?: ?(?P<zone>Z|[+-]\d\d:?\d\d))?"
    + r"|(?:(?:mon|tue|wed|thu|fri|sat|sun),? )?(?P<name2>[a-z]{3}) {1,2}(?P<day2>\d{1,2}),? (?:(?P<year2>\d{4}),? )?"
    + _TIME.format(2)
    + r"(?: (?P<late2>\d{4})\b(?!:\w))?"
    + r"|(?P<name3>[a-z]{3})/(?P<day3>\d\d)(?:/(?P<year3>\d{4}))? "
    + _TIME.format(3)
    + r"|(?P<month4>\d\d)[-/](?P<day4>\d\d) "
    + _TIME.format(4)
    + r"|"
    + _TIME.format(5)
    + r"|(?P<epoch>\d{10})(?:\.(?P<part6>\d{1,9}))?)(?=\D|$)",
    re.IGNORECASE,
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = 10**9
"""In nanoseconds."""

_BSD, _ISO = 15, 19  # characters of a time, up to its seconds
_DAY: Final = 86_400 * SECOND
_YEAR: Final = 366 * _DAY
_LONGEST: Final = 18 * _YEAR  # that a log is followed through: a later time is as if no more had passed


def stamped(text: str) -> int:
    """Where the line goes on behind its time; 0 where it begins with none."""
    found = _STAMP.match(text)
    return found.end() if found else 0


class Clock:
    """Reads the time at the beginning of a line.

    no_date, no_year, no_zone: whether a time lacked it. The date then is one of dates.py, by which it is known that it
    is none, and the zone UTC: times between messages are the log's.
    """

    def __init__(self) -> None:
        self.no_date = self.no_year = self.no_zone = False
        self._before: int | None = None
        self._added = 0  # days or years that have passed in a log that does not write them

    def at(self, text: str) -> int | None:
        """Nanoseconds since 1970-01-01; None where the line does not begin with a time."""
        found = _STAMP.match(text)
        if found is None:
            return None
        try:
            return self._read({key: value for key, value in found.groupdict().items() if value is not None})
        except (ValueError, OverflowError):
            return None  # the 31st of February

    def _read(self, parts: dict[str, str]) -> int:
        fraction = next((value for key, value in parts.items() if key.startswith("part")), "")
        nanoseconds = int(fraction.ljust(9, "0"))
        if "epoch" in parts:
            return int(parts["epoch"]) * 10**9 + nanoseconds
        kind = next(key[-1] for key in parts if key.startswith("clock"))
        hour, minute, second = map(int, parts["clock" + kind].split(":"))
        year = parts.get("year" + kind) or parts.get("late" + kind)
        month, day = 1, 1
        if "name" + kind in parts:
            month = _MONTHS.index(parts["name" + kind].lower()) + 1
        elif "month" + kind in parts:
            month = int(parts["month" + kind])
        if "day" + kind in parts:
            day = int(parts["day" + kind])
        dated = kind != "5"
        zone = _zone(parts.get("zone"))
        moment = datetime(
            int(year) if year else YEARLESS if dated else DAYLESS,
            month,
            day,
            hour,
            minute,
            min(second, 59),
            tzinfo=zone,
        )
        passed = moment - _EPOCH
        time = (passed.days * 86_400 + passed.seconds) * 10**9 + nanoseconds
        self.no_zone |= "zone" not in parts
        if year:
            return time
        self.no_date |= not dated
        self.no_year |= dated
        return self._going_on(time, _YEAR if dated else _DAY)

    def _going_on(self, time: int, turn: int) -> int:
        """A clock that goes back by most of a day, or of a year, has passed midnight, or the new year."""
        time += self._added
        if self._before is not None and time < self._before - turn // 2 and self._added < _LONGEST:
            self._added += turn
            time += turn
        self._before = time
        return time


def at_once(first: str, second: str, longest_ns: int = SECOND) -> bool:
    """Whether so little time passed between two lines that they may be about one message, where the log has times.

    longest_ns: where these have fractions of seconds; else a second may have ended between.
    """
    since, until = Clock().at(first), Clock().at(second)
    if since is None or until is None:
        return True
    return abs(until - since) <= (longest_ns if since % SECOND or until % SECOND else SECOND)


def same_second(first: str, second: str) -> bool:
    """Whether two lines begin with a time of the same second, or with neither."""
    seconds = _ISO if first[4:5] == "-" else _BSD
    return first[:seconds] == second[:seconds]


def _zone(text: str | None) -> timezone:
    if not text or text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
