"""Inputs: from the words on the command line to captures, and from captures to an Analysis."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from analyzer.batch.reading import Reading, Wanted
from analyzer.capture.sets import files_of
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.output import complain, say
from analyzer.cli.progress import Display
from analyzer.errors import CUT, NOT_TO_ITS_END, AnalyzerError, CaptureError, InternalError, LimitError, WorkerError
from analyzer.net import log
from analyzer.report.files import clash
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from distributed import Client

    from analyzer.analysis import Analysis
    from analyzer.batch.past import Past
    from analyzer.batch.work import Job, Result
    from analyzer.capture.joining.copies import Copy
    from analyzer.capture.joining.words import Note
    from analyzer.report.seen import Seen

T = TypeVar("T")

NOT_WHOLE: Final = f"{NOT_TO_ITS_END}: it became too large for its size"
_STDOUT: Final = "/dev/stdout"  # a file there is one that the shell has opened


class Failures:
    """Inputs that could not be read or worked on: reported at once, kept for the exit code and the index page."""

    def __init__(self) -> None:
        self.errors: list[CaptureError | InternalError | WorkerError | LimitError] = []
        self.partly: list[tuple[str, str]] = []  # inputs not read to their end, or no packet of them; why

    def add(self, error: CaptureError | InternalError | WorkerError | LimitError) -> None:
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


def expand(
    words: Iterable[str],
    failures: Failures,
    how: Reading,
    output: Path | None = None,
    client: "Client | None" = None,
    past: "Past | None" = None,
    *,
    shows_sets: bool = False,
) -> "Inputs":
    """Turn words into inputs: files and `-` stay, a folder or archive becomes the captures in it. Each comes once.

    Captures are joined that belong together, and of copies one is kept; both are said. shows_sets: what the command
    writes says itself what is read as one.

    What in there cannot be looked into may be a capture: it is named. A FIFO or a device is read where it is named.
    output: a folder in which an earlier run may have left what it found (`Seen`), which is taken where no file has
    changed. client: workers of its cluster look for what belongs together. past: of earlier runs of this process.
    UsageError: standard output is appended to one of them.
    """
    from analyzer.capture.found import Looker

    looker = Looker(failures.add, how.max_expansion, None if past is None else past.only)
    words = dict.fromkeys(words)
    found = dict.fromkeys(one for word in words for one in ([word] if word in ("", "-") else looker.of_word(word)))
    refuse_inputs([_STDOUT], found)
    return _joined(list(found), how, output, client, past, shows_sets=shows_sets)


class Inputs(list[str]):
    """What is to be read: captures, and sets of them that are read as one.

    notes: what was joined, and what of it looks alike and was not. copies: captures that are not read. seen: what files
    were like before one was read, where that is asked for.
    """

    notes: "tuple[Note, ...]" = ()
    copies: "tuple[Copy, ...]" = ()
    seen: "Seen | None" = None

    @property
    def files(self) -> list[str]:
        """All files that were given."""
        return [*files_of(self), *(copy.capture for copy in self.copies)]


def _joined(
    captures: list[str],
    how: Reading,
    output: Path | None,
    client: "Client | None",
    past: "Past | None",
    *,
    shows_sets: bool,
) -> Inputs:
    """What is to be read of them. UsageError: they cannot be one."""
    if len(captures) < 2 or how.as_one is False:
        return Inputs(captures)
    from analyzer.batch.joined import joined
    from analyzer.capture.joining.words import joined_note
    from analyzer.capture.sets import CaptureSet

    seen = None
    if output is not None:
        from analyzer.report.seen import Seen

        seen = Seen(output, captures)
    try:
        found = joined(captures, how, seen, client, past.looked if past is not None else None)
    except (ValueError, CaptureError) as error:
        raise click.UsageError(visible(str(error))) from error
    shown_later = {joined_note(one) for one in found.captures if shows_sets and isinstance(one, CaptureSet)}
    for note in found.notes:
        if note not in shown_later:
            say(note.text)
    inputs = Inputs(found.captures)
    inputs.notes, inputs.copies, inputs.seen = found.notes, found.copies, seen
    return inputs


def one_source(words: Sequence[str], how: Reading) -> str:
    """The one capture, or set of captures, that a command is about.

    UsageError: there are more. Exit: something in a folder could not be read.
    """
    failures = Failures()
    found = expand(words, failures, how)
    if failures.errors:  # reported already
        raise click.exceptions.Exit(failures.code)
    if len(found) > 1:
        advice = "name one of them, or say --as-one" if how.as_one is None else "name one of them"
        raise click.UsageError(visible(f"{len(found):,} captures, and this is about one: {advice}."))
    return found[0]


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
        stopped, unopened, broken, unread = map(
            len, (analysis.stopped, analysis.unopened, analysis.broken, analysis.unread)
        )
        try:
            net = nullcontext() if failures is None else failures.net(capture)
            with net, display, read_from(capture):
                analysis.add(capture, progress=display.of(capture))
        except CaptureError as error:
            if failures is None:
                raise
            failures.add(error)
        else:
            note_partly(
                analysis.stopped[stopped:],
                islice(analysis.unopened.items(), unopened, None),
                islice(analysis.broken.items(), broken, None),
                analysis.unread[unread:],
                failures,
            )
        display.finished(capture, failed=failures is not None and len(failures.errors) > known)
    return analysis


def nothing_read(analysis: "Analysis") -> None:
    """CaptureError: of what was asked for there is nothing, since not everything was read; why is said already."""
    if analysis.is_partly_read and not len(analysis.tables["negotiations"]):
        raise CaptureError(analysis.paths[0], "no negotiation in what could be read of it")


def note_partly(
    stopped: Iterable[str],
    unopened: Iterable[tuple[str, str]],
    broken: Iterable[tuple[str, str]],
    unread: Iterable[CaptureError],
    failures: Failures | None,
) -> None:
    """Report what was not read of a capture, or of the files of a set.

    A compressed one, or a damaged one, may not be read to its end; of one that is a capture, no packet may be read; and
    one of a set may be unreadable. That a file lacks its end is said, but what there is of it was read.
    """
    partly = [(capture, NOT_WHOLE, ". --max-expansion N reads on") for capture in stopped]
    partly += [(capture, f"no packet of it could be read: {what}", "") for capture, what in unopened]
    for capture, why in broken:
        if why == CUT:
            say(visible(f"{shown(capture)}: {why}: what there is of it was read"))
        else:
            partly.append((capture, why, ""))
    for capture, why, advice in partly:
        complain(visible(f"{shown(capture)}: {why}{advice}"))
        if failures is not None:
            failures.partly.append((capture, why))
    for error in unread:
        if failures is None:
            complain(str(error))
        else:
            failures.add(error)


@contextmanager
def read_each(
    captures: Sequence[str], job: "Job[T]", failures: Failures, client: "Client | None" = None
) -> Iterator[Iterator[tuple[str, T]]]:
    """What the job makes of each capture, in order; one that cannot be read or worked on is reported and passed over.

    client: workers of its cluster do it. No process that worked on one is left when this ends.
    """
    from analyzer.batch.each import each

    display = Display(captures)
    with display, closing(each(job, captures, job.how.processes, display.moved, display.done, client)) as results:
        yield _made(results, display, failures)


def _made(results: Iterable["Result[T]"], display: Display, failures: Failures) -> Iterator[tuple[str, T]]:
    for result in results:
        display.hide()
        note_partly(result.stopped, result.unopened, result.broken, result.unread, failures)
        if result.error is not None:
            failures.add(result.error)
        elif result.value is not None:
            yield result.capture, result.value
        display.finished(result.capture, failed=result.error is not None)


def shown(capture: str) -> str:
    """A capture's name for a reader."""
    return "standard input" if capture == "-" else capture
