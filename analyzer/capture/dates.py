"""Times of logs that do not write the year, or the date: as numbers between which the differences are right.

They stand in centuries that no capture is of, so that nobody takes them for dates: whoever shows one asks here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from typing import Final

YEARLESS: Final = 1680
"""Stands for the year that a log does not write: a leap year, in which every date is a date."""

DAYLESS: Final = 1700
"""1 January of it stands for the day on which a log without dates begins."""

_DATED: Final = 1720


def _start(year: int) -> int:
    """Nanoseconds since 1970-01-01."""
    return round((datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 10**9


_FIRST_YEARLESS: Final = _start(YEARLESS)
_FIRST_DAYLESS: Final = _start(DAYLESS)
FIRST_DATED: Final = _start(_DATED)
"""From here on times have dates; whoever has many of them looks at the others only."""
_DAY_NS: Final = 86_400 * 10**9


class Lacks(Enum):
    """What is not known of a time."""

    NOTHING = ""
    YEAR = "no year"
    DATE = "no date"


def lacks(time_ns: int) -> Lacks:
    """What is not known of a time in nanoseconds since 1970."""
    if is_dated(time_ns):
        return Lacks.NOTHING
    return Lacks.DATE if time_ns >= _FIRST_DAYLESS else Lacks.YEAR


def stand_ins(times_ns: Iterable[int | None]) -> list[tuple[int, str]]:
    """The years that stand where times have none, and what these lack."""
    lacking = dict.fromkeys(lacks(time) for time in times_ns if time is not None)
    return [(YEARLESS if one is Lacks.YEAR else DAYLESS, one.value) for one in lacking if one is not Lacks.NOTHING]


def is_dated(time_ns: int) -> bool:
    """Whether a time has a date."""
    return time_ns >= FIRST_DATED or time_ns < _FIRST_YEARLESS


def day_of(time_ns: int) -> int:
    """Of a time without a date: which day of its log it is of, from 1."""
    return (time_ns - _FIRST_DAYLESS) // _DAY_NS + 1
