"""Where words go: data to stdout, talk to stderr; colour only where it is wanted."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

import click

from analyzer.report.files import writing
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.report.story import Line

_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "dim": {"dim": True},
}


_MOST_SAID: Final = 100_000
"""Sentences that are remembered in order not to be said again."""


def colour() -> bool | None:
    """Say whether to colour: False by NO_COLOR, True by FORCE_COLOR, None where the terminal decides."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def width() -> int:
    """Say how many columns to write into: the terminal's, within what can be read; 100 where there is none."""
    return max(60, min(_terminal(24).columns, 160))


def height() -> int:
    """Say how many lines fit: the terminal's, without one for the prompt; 50 where there is none."""
    from analyzer.report.capture_story import ROWS

    if not sys.stdout.isatty():
        return ROWS
    return _terminal(ROWS + 1).lines - 1


def _terminal(lines: int) -> os.terminal_size:
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return os.terminal_size((100, lines))
    from shutil import get_terminal_size  # which loads all that packs files

    return get_terminal_size((100, lines))


def emit(lines: Iterable["Line"]) -> None:
    """Print lines of the story to stdout. OutputError: they cannot be written."""
    with writing("-"):
        for line in lines:
            click.secho(line.text, **_STYLES.get(line.style, {}))


class JsonList:
    """A JSON array on stdout, an object a line, written as it comes: as many as there are need no memory.

    ASCII only: terminals obey nothing in it. OutputError: it cannot be written. before: what stands before the array;
    what stands behind it is `after` in the end.
    """

    def __init__(self, before: str = "") -> None:
        self._first, self._before, self.after = True, before, ""

    def __enter__(self) -> Self:
        self._write(self._before + "[")
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self._write(("]" if self._first else "\n]") + self.after + "\n")

    def add(self, item: Mapping[str, Any]) -> None:
        """One more."""
        import json

        self.add_text(json.dumps(item))

    def add_text(self, item: str) -> None:
        """One more, which is JSON already."""
        self._write(("\n" if self._first else ",\n") + item)
        self._first = False

    def _write(self, text: str) -> None:
        with until_read(), writing("-"):
            click.echo(text, nl=False)


def say(text: str) -> None:
    """Say a word to the user on stderr. It may name a file, and a file's name may hold anything.

    It is talk, not data: where it cannot be written, the run goes on.
    """
    if _is_new(text):
        with suppress(OSError):
            click.echo(visible(text), err=True)


_said: Final[ContextVar[set[str] | None]] = ContextVar("said", default=None)  # where nothing is to be said twice


@contextmanager
def said_once(said: set[str]) -> Iterator[None]:
    """In here `say` and `complain` are silent about what they have said already: `said`, which takes what they say."""
    before = _said.set(said)
    try:
        yield
    finally:
        _said.reset(before)


def _is_new(text: str) -> bool:
    said = _said.get()
    if said is None:
        return True
    if text in said:
        return False
    if len(said) >= _MOST_SAID:
        said.clear()
    said.add(text)
    return True


@contextmanager
def reasons_said() -> Iterator[None]:
    """What the logger `analyzer` says in here is said on stderr, at level debug."""
    import logging

    class Talk(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            for line in self.format(record).splitlines():
                say(line)

    logger, talk = logging.getLogger("analyzer"), Talk()
    before = logger.level
    logger.addHandler(talk)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(talk)


def complain(text: str) -> None:
    """Report an error on stderr."""
    if _is_new(text):
        with suppress(OSError):
            click.secho(f"error: {visible(text)}", err=True, fg="red")


def usable_streams() -> None:
    """Make standard streams that can be written to without a thought.

    A terminal that cannot show a character is given its escape, not a traceback. Streams that were closed when the
    program began get their descriptors taken, so that no file opened later is printed into: what is said to a closed
    stderr is lost, data for a closed stdout fail to be written.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest free number: this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  (until the end)
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


@contextmanager
def until_read() -> Iterator[None]:
    """Print in here what nobody may read to its end: a reader like `head` has seen enough, and the run goes on."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        sys.stdout = _nowhere()


def drop_unwritten() -> None:
    """Forget what could not be written: the interpreter would try again at its end and change the exit code."""
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except OSError:
            setattr(sys, name, _nowhere())


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  (until the end)
