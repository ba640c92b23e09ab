"""Inputs: from the words on the command line to captures, and from captures to an Analysis."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from analyzer.batch.reading import Reading, Wanted
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.output import complain
from analyzer.cli.progress import Display
from analyzer.errors import AnalyzerError, CaptureError, InternalError, WorkerError
from analyzer.net import log
from analyzer.report.files import clash
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.batch.work import Job, Result

T = TypeVar("T")

NOT_WHOLE: Final = "not read to its end: it became too large for its size"
_STDOUT: Final = "/dev/stdout"  # a file there is one that the shell has opened


class Failures:
    """Inputs that could not be read or worked on: reported at once, kept for the exit code and the index page."""

    def __init__(self) -> None:
        self.errors: list[CaptureError | InternalError | WorkerError] = []
        self.partly: list[tuple[str, str]] = []  # inputs not read to their end, or no packet of them; why

    def add(self, error: CaptureError | InternalError | WorkerError) -> None:
        """Report one at once on stderr, and keep it for the end."""
        self.errors.append(error)
        complain(str(error))

    @property
    def code(self) -> Exit:
        """What they make of the exit code."""
        codes = [Exit.UNREADABLE if isinstance(e, CaptureError) else Exit.FAILED for e in self.errors]
        return foremost(*codes, *([Exit.UNREADABLE] if self.partly else []))

    @contextmanager
    def net(self, capture: str) -> Iterator[None]:
        """Work on one capture in here: where the analyzer fails on it, that is reported, and the others go on."""
        try:
            yield
        except (AnalyzerError, OSError, MemoryError, click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            log(error)
            self.add(InternalError(capture, error))


def expand(words: Iterable[str], failures: Failures) -> list[str]:
    """Turn words into inputs: files and `-` stay, a folder becomes the captures below it, sorted. Each comes once.

    What in a folder cannot be looked into may be a capture: it is named. A FIFO or a device is read where it is named.
    UsageError: standard output is appended to one of them.
    """
    from analyzer.capture.found import captures_below

    found: dict[str, None] = {}
    for word in words:
        if word in ("", "-") or not os.path.isdir(word):  # noqa: PTH112  (never raises)
            found[word] = None
            continue
        before = len(failures.errors)
        inside = captures_below(word, failures.add)
        found.update(dict.fromkeys(inside))
        if not inside and len(failures.errors) == before:
            failures.add(CaptureError(word, "no capture in this folder", "Captures are pcap or pcapng files"))
    refuse_inputs([_STDOUT], found)
    return list(found)


def refuse_inputs(outputs: Iterable[str | Path], inputs: Iterable[str]) -> None:
    """UsageError: one of the files to be written is one of those that are read."""
    found = clash(outputs, inputs)
    if found:
        path, name = found
        raise click.UsageError(visible(f"the output {path} is the input {shown(name)}: nothing was read or written."))


def read(
    captures: Sequence[str],
    how: Reading,
    failures: Failures | None = None,
    wanted: Wanted | None = None,
) -> "Analysis":
    """Read all these captures into one Analysis; `wanted` is the parameter of that name there.

    KeyFileError, PeerConfigError, PolicyError; CaptureError, and whatever else is raised, only where nobody counts
    failures. Several processes read only where failures are counted.
    """
    from analyzer.batch.gather import parts_of, take
    from analyzer.batch.work import Job, read_from

    analysis = how.analysis(wanted)
    if failures is not None and min(how.processes, len(captures)) > 1:
        with read_each(captures, Job(how, parts_of, wanted, through=True), failures) as results:
            for capture, parts in results:
                take(analysis, capture, parts)
        return analysis
    display = Display(captures)
    for capture in captures:
        known = 0 if failures is None else len(failures.errors)
        try:
            net = nullcontext() if failures is None else failures.net(capture)
            with net, display, read_from(capture):
                analysis.add(capture, progress=display.of(capture))
        except CaptureError as error:
            if failures is None:
                raise
            failures.add(error)
        else:
            if analysis.stopped[-1:] == [capture]:
                _note_stopped(capture, failures)
            if capture in analysis.unopened:
                _note_unopened(capture, analysis.unopened[capture], failures)
        display.finished(capture, failed=failures is not None and len(failures.errors) > known)
    return analysis


def _note_stopped(capture: str, failures: Failures | None) -> None:
    """A compressed capture that is not read to its end is reported as far as it was read."""
    complain(f"{shown(capture)}: {NOT_WHOLE}. --max-expansion N reads on")
    if failures is not None:
        failures.partly.append((capture, NOT_WHOLE))


def _note_unopened(capture: str, what: str, failures: Failures | None) -> None:
    """A capture of which no packet could be read is reported, though it is a capture."""
    why = f"no packet of it could be read: {what}"
    complain(visible(f"{shown(capture)}: {why}"))
    if failures is not None:
        failures.partly.append((capture, why))


@contextmanager
def read_each(captures: Sequence[str], job: "Job[T]", failures: Failures) -> Iterator[Iterator[tuple[str, T]]]:
    """What the job makes of each capture, in order; one that cannot be read or worked on is reported and passed over.

    No process that worked on one is left when this ends.
    """
    from analyzer.batch.each import each

    display = Display(captures)
    with display, closing(each(job, captures, job.how.processes, display.moved)) as results:
        yield _made(results, display, failures)


def _made(results: Iterable["Result[T]"], display: Display, failures: Failures) -> Iterator[tuple[str, T]]:
    for result in results:
        display.hide()
        if result.stopped:
            _note_stopped(result.capture, failures)
        if result.unopened:
            _note_unopened(result.capture, result.unopened, failures)
        if result.error is not None:
            failures.add(result.error)
        elif result.value is not None:
            yield result.capture, result.value
        display.finished(result.capture, failed=result.error is not None)


def shown(capture: str) -> str:
    """A capture's name for a reader."""
    return "standard input" if capture == "-" else capture
