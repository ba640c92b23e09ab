"""What working on one capture may take: time, and memory where that is limited.

Reading is bounded and linear, so that no capture should come near the limits: they are for a disk or a network that
does not answer, for a mistake of ours, and for a machine that is too small. A process that works for another one is
ended by the system when its time is up, whatever it is at; the only process of a run raises `TimeUpError` instead.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from analyzer.batch.reading import Reading
from analyzer.capture.given import is_url
from analyzer.capture.sets import files_of
from analyzer.capture.status import status_of
from analyzer.errors import LimitError

HOUR: Final = 3600
_PER_HOUR: Final = 1 << 30  # bytes of a capture that one more hour is given for: 50 times what the slowest needs
_AT_URL: Final = 4 * _PER_HOUR
_MIB: Final = 1 << 20


class TimeUpError(KeyboardInterrupt):
    """The time for a capture is up. It passes the net under what is made of captured bytes, as an interrupt does."""


def seconds_for(capture: str, how: Reading) -> int | None:
    """How long the work on a capture may take: as long as was asked for, or hours by the size of its files.

    None, without an end: a pipe may be filled for days. How large one at a URL is nobody asks: it has the hours of a
    large one.
    """
    if how.time_limit is not None:
        return how.time_limit
    found = [_bytes_of(file) for file in files_of([capture])]
    sizes = [size for size in found if size is not None]
    return None if len(sizes) < len(found) else HOUR * (1 + sum(sizes) // _PER_HOUR)


def _bytes_of(file: str) -> int | None:
    status = status_of(file)
    return status.size if status is not None else _AT_URL if is_url(file) else None


def late(capture: str, how: Reading) -> LimitError:
    """Why a capture has no result whose time was up."""
    reason = f"was not done after {seconds_for(capture, how) or HOUR:,} seconds"
    return LimitError(capture, reason, "--time-limit N gives it more")


def large(capture: str, how: Reading) -> LimitError:
    """Why a capture has no result for which there was not enough memory."""
    if how.memory_limit is None:
        return LimitError(capture, "there was not enough memory for it", "Try it alone, or with --jobs 1")
    return LimitError(capture, f"took more than {how.memory_limit:,} MiB of memory", "--memory-limit N gives it more")


@contextmanager
def limited(capture: str, how: Reading, *, ends: bool) -> Iterator[None]:
    """Work on one capture in here.

    ends: this process, a worker, is ended by SIGALRM when the time is up. Otherwise TimeUpError is raised. Memory that
    would be too much raises MemoryError wherever it is asked for.
    """
    with _timed(seconds_for(capture, how), ends=ends), _bounded(how.memory_limit):
        yield


@contextmanager
def _timed(seconds: int | None, *, ends: bool) -> Iterator[None]:
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL if ends else _time_up)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


def _time_up(*_: Any) -> None:
    raise TimeUpError


@contextmanager
def _bounded(mebibytes: int | None) -> Iterator[None]:
    """Beyond what the process has already. Only on Linux: others do not say how much that is, nor hold the limit."""
    statm = Path("/proc/self/statm")
    if mebibytes is None or not statm.exists():
        yield
        return
    import resource  # noqa: PLC0415  (not on every system)

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + mebibytes * _MIB
    known = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(most, *known, most), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
