"""`summary`: the story of a capture on the terminal."""

from functools import partial
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.filters import filters
from analyzer.cli.inputs import Failures, expand, read_each
from analyzer.cli.options import captures, jobs, reading, times
from analyzer.cli.output import emit, say, width

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.filtered import Filtered
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

    \b
    Examples:
      isakmp-analyzer summary gateway.pcap
      isakmp-analyzer summary gateway.pcap --keys gateway.keys
      isakmp-analyzer summary gateway.pcap --where 'outcome == failed and host == 198.51.100.0/24'
      tcpdump -r big.pcap -w - host 192.0.2.20 | isakmp-analyzer summary -
    """
    from analyzer.batch.work import Job
    from analyzer.report.filtered import Filtered
    from analyzer.report.story import NEEDED, Line
    from analyzer.report.words import plural

    failures = Failures()
    inputs = expand(captures, failures)
    keys = how.keys if len(inputs) == 1 else None  # of many captures, keys open some
    how = how._replace(rows_of_floods=False)  # the story has none of them
    job = Job(how, partial(_story, width=width(), keys=keys, zone=zone), NEEDED)
    first, shown, without = True, Filtered(), 0
    with read_each(inputs, job, failures) as stories:
        for _, (lines, note, part) in stories:
            shown += part
            if len(inputs) > 1 and part.filter and not part.matching:
                without += 1
                continue
            if not first:
                click.echo()
            first = False
            emit(lines)
            if note:
                say(note)
    if without:
        emit([Line(""), Line(f"No negotiation matches in {without:,} of {plural(len(inputs), 'capture')}.", "dim")])
    if shown.filter and not shown.matching:
        say(shown.counted)
    ctx.exit(failures.code)


def _story(
    _capture: str, analysis: "Analysis", *, width: int, keys: str | None, zone: "Zone"
) -> tuple[list["Line"], str | None, "Filtered"]:
    """The lines of the story; a word about the keys, if some were given and did not open all; how much it is about."""
    from analyzer.report.filtered import filtered
    from analyzer.report.story import capture_story
    from analyzer.report.undecrypted import keys_note

    tables = analysis.tables
    shown = filtered(tables["captures"].records(), len(tables["negotiations"]))
    return list(capture_story(tables, width, zone)), keys and keys_note(keys, analysis.whole.tables), shown
