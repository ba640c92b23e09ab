"""`diff`: exposure and crypto drift between captures, or what was saved of them."""

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.options import listed, reading
from analyzer.cli.output import JsonList, emit, say, until_read
from analyzer.cli.sides import comparable, side_of


@click.command(short_help="Drift between captures, or saved reports and datasets of them.")
@click.argument("baseline", type=click.Path())
@click.argument("current", type=click.Path())
@listed
@reading
@click.pass_context
def diff(ctx: click.Context, baseline: str, current: str, form: str, how: Reading) -> None:
    """Compare two captures, folders of captures, or what was saved of them.

    That is a report.json or report.json.gz, the folder that `report` wrote, of one capture or of many, or a dataset
    (`export --table all --format parquet`). Of many captures each side is what they show together. Where pyarrow is
    installed, a report's dataset is read in place of its report.json files: only the columns that are compared.

    Lines with + are drift: a new responder, a peer it answers, an IKE version or mode, a port of IKE that accepts TCP
    connections, another suite, certificate or implementation, a finding above info, a pair that no longer gets an SA
    up. Lines with - show what is only not seen again: that proves nothing, and is no drift. Captures that cannot be
    read, now or when they were saved, are named, and the others are compared: whether something that is not seen beside
    them is gone cannot be known. Where they are of CURRENT, or captures that are read now, the exit code is 3, with
    drift too. In JSON they are objects of the kind not-read.

    \b
    Examples:
      isakmp-analyzer diff monday.pcap tuesday.pcap
      isakmp-analyzer diff baseline/report.json tuesday.pcap
      isakmp-analyzer diff reports-of-may/ reports-of-june/
      isakmp-analyzer diff baseline-dataset/ today/
    """
    from analyzer.report.drift import compare, not_read
    from analyzer.report.snapshot import snapshot
    from analyzer.report.story import Line
    from analyzer.tables.text import visible

    before, after = sides = side_of(baseline, how), side_of(current, how)
    partly = False
    for side in sides:
        if not len(side.tables["negotiations"]):
            say(visible(f"{side.word}: no negotiation in it, so there is little to compare"))
        for note in side.partly():
            partly = True
            if note not in side.unread or side.code is Exit.DONE:  # else it is said already
                say(visible(f"{side.word}: {note}"))
    comparable(before, after)
    changes = compare(snapshot(before.tables), snapshot(after.tables), len(after.unread), len(before.unread))
    if form == "json":
        with JsonList() as rows:
            for change in (*changes, *(not_read(side.word, note) for side in sides for note in side.partly())):
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
    unread = Exit.UNREADABLE if after.unread else Exit.DONE  # it was not read whole, whatever else was found
    ctx.exit(foremost(before.code, after.code, unread, Exit.FOUND if drift else Exit.DONE))
