"""How far a command is, on standard error where that is a terminal: captures, bytes, rate, time left, failures.

Elsewhere nothing is shown, nor where the logger speaks there. Words and data are printed while it is hidden, so that
they never stand in one line with it.
"""

import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Self

from analyzer.capture.sets import CaptureSet
from analyzer.logs import listener
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from analyzer.batch.work import Moved

PATIENCE: Final = 0.5  # seconds before anything is shown: what takes less needs no bar
_PAUSE: Final = 0.1  # seconds between two looks of it
_NAME: Final = 30


class Display:
    """One line that says how much of these captures is read; where its context ends it is hidden.

    clock: in seconds.
    """

    def __init__(
        self, captures: Sequence[str], console: "Console | None" = None, clock: "Callable[[], float]" = monotonic
    ) -> None:
        self._shows = console is not None or (sys.stderr.isatty() and listener() is None)
        self._captures = captures
        self._sizes = {capture: _size(capture) for capture in captures} if self._shows else {}
        self._done = self._failed = self._bytes = 0
        self._waiting: dict[str, bool] = {}  # captures that are done and not printed, and whether they failed
        self._reading: dict[str, int] = {}  # bytes of captures that are not finished
        self._console, self._clock = console, clock
        self._drawn = self._began = clock()
        self._bar: Any = None
        self._visible = False

    def __enter__(self) -> Self:
        """For any part of the work."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hide it: what escapes is reported on the same terminal."""
        self.hide()

    @property
    def moved(self) -> "Moved | None":
        """Where readers report how far they are; None where nobody looks."""
        return self._moved if self._shows else None

    def done(self, capture: str, failed: bool) -> None:
        """One is done, of which it is not its turn to be printed."""
        self._waiting[capture] = failed
        self._draw()

    def of(self, capture: str) -> "Callable[[int, int | None], None] | None":
        """The same for the reader of one of them."""
        return partial(self._moved, capture) if self._shows else None

    def finished(self, capture: str, *, failed: bool = False) -> None:
        """One more is done, and what it came to is printed."""
        self._waiting.pop(capture, None)
        self._done += 1
        self._failed += failed
        self._bytes += max(self._reading.pop(capture, 0), self._sizes.get(capture) or 0)
        if self._done < len(self._captures):
            self._draw(at_once=True)

    def hide(self) -> None:
        """Make room for words; the next report shows it again."""
        if self._visible:
            self._visible = False
            with suppress(OSError):
                self._bar.stop()

    def _moved(self, capture: str, done: int, _total: int | None) -> None:
        self._reading[capture] = done
        self._draw()

    def _draw(self, *, at_once: bool = False) -> None:
        now = self._clock()
        if not self._shows or now - self._began < PATIENCE or (now - self._drawn < _PAUSE and not at_once):
            return
        self._drawn = now
        with suppress(OSError):  # talk, not data: where it cannot be written, the run goes on
            self._write()

    def _write(self) -> None:
        sizes = list(self._sizes.values())
        total = None if None in sizes else sum(size or 0 for size in sizes)
        done = self._bytes + sum(self._reading.values())
        if self._bar is None:
            self._bar = _bar(self._console, self._clock)
            self._bar.add_task("", total=total, what="", left="" if total is None else "left")
        self._bar.update(0, completed=done if total is None else min(done, total), total=total, what=self._what)
        if not self._visible:
            self._visible = True
            self._bar.start()
        self._bar.refresh()

    @property
    def _what(self) -> str:
        """Which captures, how many of them, what is done with them."""
        if len(self._captures) == 1:
            name = self._captures[0]
            what = "standard input" if name == "-" else visible(Path(name).name[:_NAME])
            size = self._sizes.get(name)
            return f"{what}, judging" if size is not None and self._reading.get(name, 0) >= size else what
        count = self._failed + sum(self._waiting.values())
        failed = f", {count:,} failed" if count else ""
        return f"{self._done + len(self._waiting):,} of {len(self._captures):,} captures{failed}"


def _bar(console: "Console | None", clock: "Callable[[], float]") -> Any:
    """A bar without a thread of its own: processes are forked while it is there."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    return Progress(
        TextColumn("{task.fields[what]}", markup=False),
        BarColumn(bar_width=16),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[left]}"),
        console=console or Console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        get_time=clock,
    )


def _size(capture: str) -> int | None:
    """Bytes of a capture as it is stored; 0 where that cannot be asked, which its reader reports; None of a pipe."""
    if isinstance(capture, CaptureSet):
        sizes = [_size(member) for member in capture.members]
        return None if None in sizes else sum(size or 0 for size in sizes)
    if capture == "-":
        return None
    try:
        status = Path(capture).stat()
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else None
