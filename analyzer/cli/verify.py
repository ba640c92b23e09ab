"""`verify`: whether a report is as it was written, and its captures as they were read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from analyzer.cli.exits import Exit, foremost
from analyzer.cli.options import listed
from analyzer.cli.output import JsonList, complain, emit
from analyzer.errors import CaptureError
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.report.custody import Custody, Kept
    from analyzer.report.story import Line

_MOST_NAMED: Final = 20  # files of a kind; --format json names all


@click.command(short_help="Whether a report is as it was written.")
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path())
@listed
@click.pass_context
def verify(ctx: click.Context, folders: tuple[str, ...], form: str) -> None:
    """Check the files that a report or an export wrote into FOLDER, and the captures it read, by their SHA-256.

    manifest.json in FOLDER lists both. Captures are looked for by the paths that the run was given, from the current
    folder. What is changed or missing is named, and so is every file that the run did not write; the exit code is 1
    where a file of the run is changed or missing, or a capture is changed. A capture that is not found is no fault: it
    may have been moved.

    Whoever changes a file can change the manifest too: note its SHA-256, which is shown, where nobody else can write.

    \b
    Examples:
      isakmp-analyzer verify out
      isakmp-analyzer verify monday tuesday --format json
    """
    from analyzer.report.custody import custody_of

    code = Exit.DONE
    with JsonList() if form == "json" else nullcontext() as rows:
        for folder in folders:
            try:
                custody = custody_of(Path(folder))
            except CaptureError as error:
                complain(str(error))
                code = foremost(code, Exit.UNREADABLE)
                continue
            files = list(custody.files())
            if rows is None:
                emit(_lines(folder, custody, files))
            else:
                for one in files:
                    rows.add({"folder": folder, "role": one.role, "path": one.path, "state": one.state})
            if any(one.differs for one in files):
                code = foremost(code, Exit.FOUND)
    ctx.exit(code)


def _lines(folder: str, custody: "Custody", files: "list[Kept]") -> "Iterator[Line]":
    """What became of the files: counts, and the names of those that are not as the manifest says."""
    from analyzer.report.custody import Role, State
    from analyzer.report.story import Line
    from analyzer.report.words import plural

    counts = Counter((one.role, one.state) for one in files)
    yield Line(visible(f"{folder}: written by isakmp-analyzer {custody.version}"), "title")
    yield Line(f"  SHA-256 of manifest.json: {custody.sha256}")
    if not custody.finished:
        yield Line("  The run was ended before it was done: what it wrote until then is listed.", "warn")
    if custody.begun:
        yield Line("  Another run has begun to write here since, and is not done.", "warn")
    for role, noun, same in ((Role.OUTPUT, "file", "as written"), (Role.INPUT, "capture", "as read")):
        yield Line(f"  {plural(counts[role, State.SAME], noun)} {same}", "good" if counts[role, State.SAME] else "")
    for role, state, text, style in (
        (Role.OUTPUT, State.CHANGED, "changed since", "bad"),
        (Role.OUTPUT, State.MISSING, "missing", "bad"),
        (Role.INPUT, State.CHANGED, "changed since it was read", "bad"),
        (Role.INPUT, State.MISSING, "not found at this path", "warn"),
        (Role.INPUT, State.UNKNOWN, "without SHA-256: not read, or not to its end", "warn"),
        (Role.OTHER, State.UNLISTED, "not written by this run", "warn"),
    ):
        found = [one.path for one in files if (one.role, one.state) == (role, state)]
        yield from (Line(visible(f"  {text}: {path}"), style) for path in found[:_MOST_NAMED])
        if len(found) > _MOST_NAMED:
            yield Line(f"  {text}: {len(found) - _MOST_NAMED:,} more", style)
