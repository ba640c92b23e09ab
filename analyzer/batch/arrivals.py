"""Which captures in a folder are finished: that whoever wrote them is done with them, as successive looks show it.

Nothing says of a file that nobody writes into it any more, on every system and over a network; so it is taken for
finished where it has not changed from one look to the next. Two kinds wait longer, until the next file of their
rotation is there or they have not changed for an hour. One ends inside a record: tcpdump writes through a buffer, and
what it has begun mostly does, for as long as little is captured; after an hour it is one that was cut. The other is the
newest of a rotation of dumpcap, which writes whole records, and nothing while nothing is captured.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from analyzer.capture.joining.names import Series, series_of
from analyzer.capture.status import Status

PATIENCE: Final = 3600 * 10**9
"""Nanoseconds that a capture waits whose writer may be quiet."""
_CUT: Final = "ends inside a record"
_NEWEST: Final = "is the newest file of its rotation"
_DUMPCAP: Final = "dumpcap"

_Written = tuple[int, int]


class Arrivals:
    """What looks at a folder have shown. A look is the status of each file in it.

    ends_inside: whether a file ends inside a record; it is asked once about each state of a file that did not change.
    finished: files that are, with their status. growing: files that changed since the look before, or are new. held:
    those that did not and wait all the same, with the reason as what is said of a file.
    """

    def __init__(self, ends_inside: Callable[[str], bool]) -> None:
        self._ends_inside = ends_inside
        self._before: Mapping[str, Status] = {}
        self._cut: dict[tuple[str, _Written], bool] = {}
        self._series: dict[str, tuple[Series, ...]] = {}
        self.finished: dict[str, Status] = {}
        self.growing: frozenset[str] = frozenset()
        self.held: dict[str, str] = {}

    def has_news(self, done: Mapping[str, Status]) -> bool:
        """Whether, since these were the finished ones, another is, or one of them is there no more.

        One that is written to again is news when it is finished again.
        """
        for path, status in self.finished.items():
            before = done.get(path)
            if before is None or not _is_same(before, status):
                return True
        return any(path not in self.finished and path not in self.growing and path not in self.held for path in done)

    def look(self, files: Mapping[str, Status], now: int) -> None:
        """Take the next look. now: in nanoseconds since 1970, as of the files' times.

        A file that was renamed did not change: it is known by its inode. One whose inode is another in each look, as on
        some file systems, is known by its name.
        """
        inodes = {(status.inode, _written(status)) for status in self._before.values()}
        still = [
            path
            for path, status in files.items()
            if (path in self._before and _is_same(self._before[path], status))
            or (status.inode, _written(status)) in inodes
        ]
        self._series = {path: self._series[path] if path in self._series else _rotations(path) for path in files}
        cut = {}
        for path in still:
            state = path, _written(files[path])
            cut[state] = self._cut[state] if state in self._cut else self._ends_inside(path)
        self._cut = cut
        waiting = {path: why for path in still if (why := self._why(path, files[path]))}
        newest = self._newest(files) if waiting else {}
        self.held = {
            path: why for path, why in waiting.items() if not _is_done(self._series[path], files[path], newest, now)
        }
        self.growing = frozenset(files.keys() - set(still))
        self.finished = {path: files[path] for path in still if path not in self.held}
        self._before = dict(files)

    def _why(self, path: str, status: Status) -> str:
        """Why a file that did not change may go on; "" if it does not look so."""
        if self._cut[path, _written(status)]:
            return _CUT
        return _NEWEST if any(series.kind == _DUMPCAP for series in self._series[path]) else ""

    def _newest(self, files: Mapping[str, Status]) -> dict[Series, int]:
        """When the last file of each rotation was written last."""
        found: dict[Series, int] = {}
        for path, status in files.items():
            for series in self._series[path]:
                found[series] = max(found.get(series, 0), status.mtime_ns)
        return found


def _written(status: Status) -> _Written:
    return status.size, status.mtime_ns


def _is_same(one: Status, other: Status) -> bool:
    """Whether a file of one name did not change."""
    return (*_written(one), one.ctime_ns) == (*_written(other), other.ctime_ns)


def _rotations(path: str) -> tuple[Series, ...]:
    """Those that a file is of, by a name that nothing but a rotation gives."""
    return tuple(series for series, _ in series_of(path) if series.surely)


def _is_done(rotations: Iterable[Series], status: Status, newest: Mapping[Series, int], now: int) -> bool:
    """Whether no more is to come of a file that may not be whole: the rotation went on, or it is old."""
    went_on = any(newest[series] > status.mtime_ns for series in rotations)
    return went_on or now - status.last >= PATIENCE
