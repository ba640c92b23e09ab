"""`diff`: exposure and crypto drift between two captures or saved reports."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.inputs import Failures, expand, read
from analyzer.cli.options import listed, reading
from analyzer.cli.output import JsonList, emit, say, until_read

if TYPE_CHECKING:
    from analyzer.tables.store import Tables


@click.command(short_help="Drift between two captures or saved reports.")
@click.argument("baseline", type=click.Path())
@click.argument("current", type=click.Path())
@listed
@reading
@click.pass_context
def diff(ctx: click.Context, baseline: str, current: str, form: str, how: Reading) -> None:
    """Compare two captures, folders of captures, or saved reports (report.json, report.json.gz, their folder).

    Lines with + are drift: a new responder, a peer it answers, an IKE version or mode, another suite, certificate or
    implementation, a pair that no longer gets an SA up. Lines with - show what is only not seen again: that proves
    nothing, and is no drift.

    \b
    Examples:
      isakmp-analyzer diff monday.pcap tuesday.pcap
      isakmp-analyzer diff baseline/report.json tuesday.pcap
    """
    from analyzer.report.drift import compare
    from analyzer.report.story import Line
    from analyzer.report.unopened import but_not_all, not_whole
    from analyzer.tables.text import visible

    before, after = _tables(baseline, how), _tables(current, how)
    partly = False
    for word, tables in ((baseline, before), (current, after)):
        if not len(tables["negotiations"]):
            say(f"{visible(word)}: no negotiation in it, so there is little to compare")
        for note in filter(None, (but_not_all(tables["captures"].records()), not_whole(tables))):
            partly = True
            say(visible(f"{word}: {note}"))
    filters = [set(tables["captures"].column("filter")) for tables in (before, after)]
    if filters[0] != filters[1]:
        raise click.UsageError("The two hold different parts of what was read (--where): half a comparison misleads.")
    changes = compare(before, after)
    if form == "json":
        with JsonList() as rows:
            for change in changes:
                rows.add(change._asdict())
    for change in changes if form == "text" else ():
        sign, style = ("+", "bad") if change.drift else ("-", "dim")
        with until_read():  # the exit code says whether there is drift, whoever reads what it is
            emit([Line(visible(f"{sign} {change.kind}: {change.subject} {change.text}"), style)])
    drift = sum(change.drift for change in changes)
    unseen = len(changes) - drift
    only = f"; {unseen} not seen again, which proves nothing" if unseen else ""
    seen = " in what could be read" if partly else ""
    say(("no drift" if not drift else "1 change" if drift == 1 else f"{drift} changes") + seen + only)
    if drift:
        ctx.exit(Exit.FOUND)


def _tables(word: str, how: Reading) -> "Tables":
    """A saved report or captures as tables; here a damaged input ends the command, since half a comparison misleads."""
    from analyzer.report.json import read_json, saved_report

    path = Path(word)
    if path.name.endswith((".json", ".json.gz")):
        return read_json(path)
    saved = saved_report(path) if word else None
    if saved:
        return read_json(saved)
    failures = Failures()
    inputs = expand([word], failures, how)
    if failures.errors:  # reported already
        raise click.exceptions.Exit(Exit.UNREADABLE)
    analysis = read(inputs, how)
    if analysis.is_partly_read:
        raise click.exceptions.Exit(Exit.UNREADABLE)
    return analysis.tables
