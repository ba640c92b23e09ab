"""`check`: findings by a policy, one a line, with an exit code for scripts and CI."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.filters import filters
from analyzer.cli.inputs import Failures, expand, read_each, shown
from analyzer.cli.options import captures, jobs, reading
from analyzer.cli.output import emit, say

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.filtered import Filtered
    from analyzer.report.story import Line

LEVELS = ("critical", "high", "medium", "low", "info")


@click.command(short_help="Findings by a policy, for scripts and CI.")
@captures
@reading
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 if a finding is this severe or worse.",
)
@filters
@jobs
@click.pass_context
def check(ctx: click.Context, captures: tuple[str, ...], how: Reading, fail_on: str) -> None:
    """Judge captures by a policy; print one finding a line, the worst of each capture first.

    Standard output has the findings only, standard error how many there are: fit for scripts and CI.

    \b
    Examples:
      isakmp-analyzer check gateway.pcap --policy ietf --fail-on high
      isakmp-analyzer check captures/ --policy bsi --fail-on medium
      isakmp-analyzer check captures/ --host 192.0.2.0/24 --from 2026-11-20
    """
    from analyzer.batch.work import Job
    from analyzer.report.checklist import NEEDED, Tally

    failures = Failures()
    tally = Tally()
    inputs, job = expand(captures, failures), Job(how, _checked, NEEDED)
    with read_each(inputs, job, failures) as each:
        for capture, (note, lines, counts, judged) in each:
            if note:
                say(f"{shown(capture)}: {note}")
            emit(lines)
            tally.add(counts, judged)
    say(tally.sentence(how.policy, fail_on))
    ctx.exit(foremost(failures.code, Exit.FOUND if tally.reaching(fail_on) else Exit.DONE))


def _checked(_capture: str, analysis: "Analysis") -> tuple[str, list["Line"], Counter[str], "Filtered"]:
    """A word about a capture of no IKE message, or of a flood; its findings, as lines and counted by severity.

    And what they are about, if not about all.
    """
    from analyzer.report.checklist import check_lines, counted, flood_note, judged
    from analyzer.report.unopened import but_not_all, no_message

    tables = analysis.tables
    silent = not sum(count or 0 for count in tables["captures"].column("ike_messages"))
    captures = tables["captures"].records()
    note = no_message(captures) if silent else but_not_all(captures) or flood_note(analysis.whole.tables)
    return note, list(check_lines(tables)), counted(tables), judged(tables)
