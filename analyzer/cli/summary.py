"""`summary`: the story of a capture on the terminal."""

import click

from analyzer.cli.inputs import Failures, expand, note_keys, read_each
from analyzer.cli.options import Reading, captures, reading
from analyzer.cli.output import emit, width


@click.command(short_help="What happened, on the terminal.")
@captures
@reading
@click.pass_context
def summary(ctx: click.Context, captures: tuple[str, ...], how: Reading) -> None:
    """Show what happened: each IKE SA, how it ended, why, and what to do next.

    \b
    Examples:
      isakmp-analyzer summary gateway.pcap
      isakmp-analyzer summary gateway.pcap --keys gateway.keys
      tcpdump -r big.pcap -w - host 192.0.2.20 | isakmp-analyzer summary -
    """
    from analyzer.report.story import NEEDED, capture_story

    failures = Failures()
    inputs = expand(captures, failures)
    first = True
    for capture, analysis in read_each(inputs, how, failures, NEEDED):
        if not first:
            click.echo()
        first = False
        with failures.net(capture):
            emit(capture_story(analysis.tables, width()))
            if len(inputs) == 1:  # of many captures, keys open some
                note_keys(how, analysis)
        del analysis
    ctx.exit(failures.code)
