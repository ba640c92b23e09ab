"""`check`: findings by a policy, one a line, with an exit code for scripts and CI."""

import click

from analyzer.cli.exits import Exit, foremost
from analyzer.cli.inputs import Failures, expand, note_silence, read_each
from analyzer.cli.options import Reading, captures, reading
from analyzer.cli.output import emit, say

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
@click.pass_context
def check(ctx: click.Context, captures: tuple[str, ...], how: Reading, fail_on: str) -> None:
    """Judge captures by a policy; print one finding a line, the worst of each capture first.

    Standard output has the findings only, standard error how many there are: fit for scripts and CI.

    \b
    Examples:
      isakmp-analyzer check gateway.pcap --policy ietf --fail-on high
      isakmp-analyzer check captures/ --policy bsi --fail-on medium
    """
    from analyzer.report.checklist import NEEDED, Tally, check_lines

    failures = Failures()
    tally = Tally()
    for capture, analysis in read_each(expand(captures, failures), how, failures, NEEDED):
        with failures.net(capture):
            note_silence(capture, analysis)
            emit(check_lines(analysis.tables))
            tally.add(analysis.tables)
        del analysis
    say(tally.sentence(how.policy, fail_on))
    ctx.exit(foremost(failures.code, Exit.FOUND if tally.reaching(fail_on) else Exit.DONE))
