"""`watch`: report captures of a folder as they are finished, and print what is drift from a baseline."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.options import Output, jobs, limits, reading
from analyzer.cli.output import said_once, say

if TYPE_CHECKING:
    from analyzer.cli.sides import Side


@click.command(short_help="Report captures as they are finished; print drift from a baseline.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    type=Output(file_okay=False, path_type=Path),
    help="Where the report of all captures is, as `report FOLDER -o OUT` writes it; made if it does not exist.",
)
@click.option(
    "--baseline",
    metavar="SIDE",
    type=click.Path(),
    help="What drift is drift from: whatever `diff` takes. If not given, what the first round finds, which OUT keeps.",
)
@click.option(
    "--every",
    type=click.FloatRange(0.01, 86400),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How often to look. A capture that does not change from one look to the next is finished.",
)
@click.option(
    "--once", is_flag=True, help="End after the second look, and a round if one is due: for cron and the like."
)
@click.option("--until-drift", is_flag=True, help="End after the first round that prints drift.")
@reading
@jobs
@limits
@click.pass_context
def watch(
    ctx: click.Context,
    /,
    folder: str,
    output: Path,
    how: Reading,
    baseline: str | None,
    every: float,
    **ends: bool,
) -> None:
    """Report the captures of FOLDER as they are finished, and print a line for each drift from a baseline.

    A line is a JSON object on standard output: the time, and what `diff --format json` says of a change, with the first
    capture and frame that show it. Each comes once, also over restarts; so does a capture that cannot be read (kind
    not-read). Standard error says what is done.

    OUT is what `report` makes of the captures that are finished. A capture is finished when it does not change from one
    look to the next. What ends inside a record, and the newest file of a rotation of dumpcap, waits until the next file
    of the rotation is there, or for an hour. A capture that changes later is read again; the report of one that is gone
    is removed. Files of a rotation are one capture, which is read anew with each: --separate reads each file once.

    Ends with 130 when it is interrupted; with --once and --until-drift with 1 after drift, 3 or 4 if a capture could
    not be read or worked on.

    \b
    Examples:
      isakmp-analyzer watch captures/ -o out
      isakmp-analyzer watch captures/ -o out --baseline reports-of-may/ | logger -t ike
      isakmp-analyzer watch captures/ -o out --once
    """
    from analyzer.cli.rounds import Rounds

    how.analysis()  # what is wrong with the options is said before the first capture is there
    if output.resolve().is_relative_to(Path(folder).resolve()):
        raise click.UsageError("OUT is in FOLDER: what is written there would be watched too.")
    rounds = Rounds(folder, output, how, None if baseline is None else _given(baseline, output, how))
    with said_once(set()):
        try:
            code = rounds.run(every, **ends)
        except KeyboardInterrupt:
            say("the same command again goes on from here")
            raise
    ctx.exit(code)


def _given(word: str, output: Path, how: Reading) -> "Side":
    """What --baseline names. UsageError: that is what is watched, or only a part of what was read."""
    from analyzer.cli.sides import side_of

    if Path(word).resolve().is_relative_to(output.resolve()):
        raise click.UsageError("--baseline is in OUT, which changes: without it the first round is the baseline.")
    side = side_of(word, how)
    if side.filters - {None}:
        raise click.UsageError(
            "--baseline and FOLDER are different parts of what was read (--where): half a comparison misleads."
        )
    for note in side.partly():
        say(f"{word}: {note}")
    return side
