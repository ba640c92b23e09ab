"""`summary`: the story of a capture on the terminal."""

from functools import partial
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.filters import filters
from analyzer.cli.inputs import Failures, expand, read_each
from analyzer.cli.options import captures, jobs, reading, times
from analyzer.cli.output import emit, height, say, width

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.captures_story import Total
    from analyzer.report.story import Line
    from analyzer.report.zone import Zone


@click.command(short_help="What happened, on the terminal.")
@captures
@reading
@times
@filters
@jobs
@click.pass_context
def summary(ctx: click.Context, captures: tuple[str, ...], how: Reading, zone: "Zone") -> None:
    """Show what happened: each IKE SA, how it ended, why, and what to do next.

    It fits the terminal, or 50 lines where there is none: the worst of each kind comes first, and the last line names
    the commands that show the rest. One negotiation alone is shown whole. Many captures have a line or two each.

    \b
    Examples:
      isakmp-analyzer summary gateway.pcap
      isakmp-analyzer summary gateway.pcap --keys gateway.keys
      isakmp-analyzer summary gateway.pcap --where 'outcome == failed and host == 198.51.100.0/24'
      tcpdump -r big.pcap -w - host 192.0.2.20 | isakmp-analyzer summary -
    """
    from analyzer.batch.work import Job
    from analyzer.report.capture_story import NEEDED
    from analyzer.report.captures_story import Total, lines_for_each

    failures = Failures()
    inputs = expand(captures, failures, how, shows_sets=True)
    keys = how.keys if len(inputs) == 1 else None  # of many captures, keys open some
    how = how._replace(rows_of_floods=False)  # the story has none of them
    rows = lines_for_each(len(inputs), height())
    job = Job(how, partial(_story, width=width(), keys=keys, zone=zone, rows=rows), NEEDED)
    total, first = Total(), True
    with read_each(inputs, job, failures) as stories:
        for _, (lines, note, counts) in stories:
            total += counts
            if len(inputs) > 1 and counts.without:
                continue
            if not first and rows is not None:
                click.echo()
            first = False
            emit(lines)
            if note:
                say(note)
    if len(inputs) > 1:
        emit(total.lines(width(), len(failures.errors)))
    shown = total.filtered
    if shown.filter and not shown.matching:
        say(shown.counted)
    ctx.exit(failures.code)


def _story(
    _capture: str, analysis: "Analysis", *, width: int, keys: str | None, zone: "Zone", rows: int | None
) -> "tuple[list[Line], str | None, Total]":
    """The lines of the story; a word about the keys, if some were given and did not open all; what it counts.

    rows: how many lines there are for it; None: it is one of very many.
    """
    from analyzer.report.capture_story import capture_story
    from analyzer.report.captures_story import short_story, total_of
    from analyzer.report.undecrypted import keys_note
    from analyzer.report.verdict import verdict_of

    tables = analysis.tables
    verdict = verdict_of(tables, zone, 1)
    story = short_story(verdict, width) if rows is None else capture_story(tables, width, zone, rows, verdict)
    return list(story), keys and keys_note(keys, analysis.whole.tables), total_of(verdict)
