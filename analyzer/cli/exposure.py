"""`exposure`: who answers IKE to whom, and rules that let in known peers only."""

from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.inputs import Failures, expand, read_each, shown
from analyzer.cli.options import captures, jobs, limits, reading
from analyzer.cli.output import emit, say

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.story import Line


@click.command(short_help="Who answers IKE to whom, and rules to close it.")
@captures
@reading
@jobs
@limits
@click.pass_context
def exposure(ctx: click.Context, captures: tuple[str, ...], how: Reading) -> None:
    """Show which hosts answered IKE or accepted TCP connections on its ports, to whom, and what scanners learn of them.

    For a host inside that answered somebody outside it prints rules for nftables, iptables, ufw, firewalld, pf and
    Windows that let in the peers with which an SA came up, and nobody else. Nothing is run: read the rules, and what is
    said in front of them, before you use one. --internal says which networks lie inside.

    \b
    Examples:
      isakmp-analyzer exposure gateway.pcap
      isakmp-analyzer exposure gateway.pcap --internal 192.0.2.0/24 --internal 2001:db8::/32
    """
    from analyzer.batch.work import Job
    from analyzer.report.exposed import NEEDED
    from analyzer.report.story import Line
    from analyzer.tables.text import visible

    failures = Failures()
    inputs = expand(captures, failures, how)
    with read_each(inputs, Job(how, _exposed, NEEDED), failures) as each:
        for capture, (notes, lines) in each:
            for note in notes:
                say(f"{shown(capture)}: {note}")
            if not lines:
                say(f"{shown(capture)}: no host answers IKE or accepts TCP connections on its ports in this capture")
            elif len(inputs) > 1:
                emit([Line(visible(f"{shown(capture)}:"), "title")])
            emit(lines)
    ctx.exit(failures.code)


def _exposed(_capture: str, analysis: "Analysis") -> "tuple[list[str], list[Line]]":
    """What of one capture was not read, where anything was; and the lines."""
    from analyzer.report.exposed import exposed, exposed_lines, flood_lines
    from analyzer.report.unopened import but_not_all, not_whole

    tables = analysis.tables
    notes = [but_not_all(tables["captures"].records()), not_whole(tables)]
    return [note for note in notes if note], [*exposed_lines(exposed(tables)), *flood_lines(tables)]
