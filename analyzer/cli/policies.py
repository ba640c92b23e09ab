"""`policies`: what captures can be judged by."""

import click

from analyzer.cli.output import emit


@click.command(short_help="What captures can be judged by.")
def policies() -> None:
    """List the policies for --policy. `explain NAME` shows what one of them says.

    \b
    Examples:
      isakmp-analyzer policies
      isakmp-analyzer explain ietf
    """
    from analyzer.assessment import policies as known
    from analyzer.report.manual import policy_lines

    emit(policy_lines(known.titles()))
