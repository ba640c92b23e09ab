"""Inputs: from the words on the command line to captures, and from captures to an Analysis."""

import gc
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from analyzer.cli.exits import Exit, foremost
from analyzer.cli.options import Reading
from analyzer.cli.output import complain, say
from analyzer.errors import AnalyzerError, CaptureError, InternalError
from analyzer.net import log
from analyzer.report.files import clash
from analyzer.report.words import plural
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

Progress = Callable[[int, "int | None"], None]

_SUFFIXES: Final = tuple(
    f".{kind}{packed}" for kind in ("pcap", "pcapng", "cap", "dmp") for packed in ("", ".gz", ".zst", ".xz")
)
_MAGIC: Final = frozenset(
    bytes.fromhex(text) for text in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a")
)

_STDOUT: Final = "/dev/stdout"  # a file there is one that the shell has opened
_SMALL: Final = 1 << 20  # bytes of a file that is read before a bar could be looked at


class Failures:
    """Inputs that could not be read or worked on: reported at once, kept for the exit code and the index page."""

    def __init__(self) -> None:
        self.errors: list[CaptureError | InternalError] = []
        self.partly = False  # an input was not read to its end

    def add(self, error: CaptureError | InternalError) -> None:
        """Report one at once on stderr, and keep it for the end."""
        self.errors.append(error)
        complain(str(error))

    @property
    def code(self) -> Exit:
        """What they make of the exit code."""
        codes = [Exit.FAILED if isinstance(e, InternalError) else Exit.UNREADABLE for e in self.errors]
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
    found: dict[str, None] = {}
    for word in words:
        if word in ("", "-") or not os.path.isdir(word):  # noqa: PTH112  (never raises)
            found[word] = None
            continue
        before = len(failures.errors)
        inside = sorted(_captures_below(word, failures))
        found.update(dict.fromkeys(inside))
        if not inside and len(failures.errors) == before:
            failures.add(CaptureError(word, "no capture in this folder", "Captures are pcap or pcapng files"))
    refuse_inputs([_STDOUT], found)
    return list(found)


def _captures_below(folder: str, failures: Failures) -> Iterator[str]:
    def unlisted(error: OSError) -> None:
        failures.add(CaptureError(str(error.filename), f"this folder cannot be listed ({error.strerror})"))

    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders.sort()
        for path in (Path(parent, name) for name in folders):
            if path.is_symlink() and not path.resolve().is_relative_to(Path(folder).resolve()):
                reason = "is a link to another folder, and was not followed"
                failures.add(CaptureError(str(path), reason, "Name it to have it read"))
        for name in sorted(names):
            path = Path(parent, name)
            try:
                if _is_capture(path):
                    yield str(path)
            except CaptureError as error:
                failures.add(error)
            except OSError as error:
                failures.add(CaptureError(str(path), f"cannot be opened ({error.strerror})"))


def _is_capture(path: Path) -> bool:
    """Whether a file in a folder is a capture, by its name or its first bytes.

    OSError: that cannot be known. CaptureError: it is a FIFO or a device, and reading it might never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise CaptureError(str(path), "is neither a file nor a folder, and was not read", "Name it to have it read")
    if path.name.lower().endswith(_SUFFIXES):
        return True
    with path.open("rb") as file:
        return file.read(4) in _MAGIC


def refuse_inputs(outputs: Iterable[str | Path], inputs: Iterable[str]) -> None:
    """UsageError: one of the files to be written is one of those that are read."""
    found = clash(outputs, inputs)
    if found:
        path, name = found
        raise click.UsageError(visible(f"the output {path} is the input {shown(name)}: nothing was read or written."))


def prepare(how: Reading) -> "Analysis":
    """An Analysis that has read nothing yet: what is wrong with the options is reported before an hour of reading.

    KeyFileError, PeerConfigError, PolicyError.
    """
    from analyzer.analysis import Analysis
    from analyzer.assessment.policies import load

    load(how.policy)
    return Analysis(
        keys=how.keys,
        policy=how.policy,
        ports=how.ports,
        peer_config=how.peer_config,
        max_expansion=how.max_expansion,
    )


def read(
    captures: Iterable[str],
    how: Reading,
    failures: Failures | None = None,
    wanted: Mapping[str, Sequence[str] | None] | None = None,
) -> "Analysis":
    """Read all these captures into one Analysis; `wanted` is the parameter of that name there.

    KeyFileError, PeerConfigError, PolicyError; CaptureError, and whatever else is raised, only where nobody counts
    failures.
    """
    from analyzer.analysis import Analysis
    from analyzer.assessment.policies import load

    load(how.policy)  # a wrong name is reported before an hour of reading
    analysis = Analysis(
        keys=how.keys,
        policy=how.policy,
        ports=how.ports,
        peer_config=how.peer_config,
        max_expansion=how.max_expansion,
        wanted=wanted,
    )
    for capture in captures:
        try:
            net = nullcontext() if failures is None else failures.net(capture)
            with net, progress(capture) as tick, read_from(capture):
                analysis.add(capture, progress=tick)
        except CaptureError as error:
            if failures is None:
                raise
            failures.add(error)
        else:
            if analysis.stopped[-1:] == [capture]:
                _note_stopped(capture, failures)
    return analysis


@contextmanager
def read_from(capture: str) -> Iterator[None]:
    """Read a capture in here, and write nothing. CaptureError: the system fails at it in a way nobody expected."""
    try:
        yield
    except OSError as error:
        raise CaptureError(capture, f"cannot be read ({error.strerror or error})") from error


def _note_stopped(capture: str, failures: Failures | None) -> None:
    """A compressed capture that is not read to its end is reported as far as it was read."""
    complain(f"{shown(capture)}: not read to its end: it became too large for its size. --max-expansion N reads on")
    if failures is not None:
        failures.partly = True


def read_each(
    captures: Iterable[str],
    how: Reading,
    failures: Failures,
    wanted: Mapping[str, Sequence[str] | None] | None = None,
) -> Iterator[tuple[str, "Analysis"]]:
    """Read each capture into an Analysis of its own; one that cannot be read is reported and passed over.

    wanted: as for `read`. A caller gives the Analysis up (`del`) before it asks for the next: two captures need not fit
    into memory.
    """
    try:
        for place, capture in enumerate(captures):
            if place:  # what the one before left in circles: large, but too few objects to set the collector off
                gc.collect()
            if place == 1:  # what is loaded by now stays, and is not searched each time
                gc.freeze()
            before = len(failures.errors)
            analysis = read([capture], how, failures, wanted)
            if len(failures.errors) == before:
                yield capture, analysis
            del analysis
    finally:
        gc.unfreeze()


def shown(capture: str) -> str:
    """A capture's name for a reader."""
    return "standard input" if capture == "-" else capture


def note_silence(capture: str, analysis: "Analysis") -> None:
    """Say so where a capture holds no IKE message."""
    if not sum(count or 0 for count in analysis.tables["captures"].column("ike_messages")):
        say(f"{shown(capture)}: no IKE message in this capture")


def note_keys(how: Reading, analysis: "Analysis") -> None:
    """Say so where keys were given and did not decrypt every encrypted message, and where to see why."""
    if how.keys is None:
        return
    from analyzer.report.undecrypted import undecrypted

    frames, total = undecrypted(analysis.tables)
    if frames:
        count = f"{total - len(frames):,} of {plural(total, 'encrypted message')}"
        say(f"{how.keys} decrypted {count}; `show --frame {frames[0]} --keys ...` says why not the others")


@contextmanager
def progress(capture: str) -> Iterator[Progress | None]:
    """Show a progress bar on stderr where that is a terminal and reading takes a moment; elsewhere show nothing."""
    if not sys.stderr.isatty() or _is_small(capture):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns: Any = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(visible(Path(capture).name[:40]), total=None, markup=False)

        def tick(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield tick


def _is_small(capture: str) -> bool:
    try:
        status = Path(capture).stat()
    except (OSError, ValueError):  # standard input, or reported by whoever reads it
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size < _SMALL
