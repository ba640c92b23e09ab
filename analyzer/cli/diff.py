"""`diff`: exposure and crypto drift between captures, or what was saved of them."""

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.options import listed, reading
from analyzer.cli.output import JsonList, emit, say, until_read
from analyzer.cli.sides import Side, side_of


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

    Lines with + are drift: a new responder, a peer it answers, an IKE version or mode, another suite, certificate or
    implementation, a pair that no longer gets an SA up. Lines with - show what is only not seen again: that proves
    nothing, and is no drift. Captures that could not be read when they were saved are named: whether something that is
    not seen beside them is gone cannot be known. Where they are of CURRENT, the exit code is 3, with drift too.

    \b
    Examples:
      isakmp-analyzer diff monday.pcap tuesday.pcap
      isakmp-analyzer diff baseline/report.json tuesday.pcap
      isakmp-analyzer diff reports-of-may/ reports-of-june/
      isakmp-analyzer diff baseline-dataset/ today/
    """
    from analyzer.report.drift import compare
    from analyzer.report.story import Line
    from analyzer.tables.text import visible

    before, after = sides = side_of(baseline, how), side_of(current, how)
    partly = False
    for side in sides:
        if not len(side.tables["negotiations"]):
            say(visible(f"{side.word}: no negotiation in it, so there is little to compare"))
        for note in side.partly():
            partly = True
            say(visible(f"{side.word}: {note}"))
    _comparable(before, after)
    changes = compare(before.tables, after.tables, len(after.unread), len(before.unread))
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
    if after.unread:  # what is to be watched was not read whole, whatever else was found
        ctx.exit(Exit.UNREADABLE)
    if drift:
        ctx.exit(Exit.FOUND)


def _comparable(before: Side, after: Side) -> None:
    """UsageError: what differs would be no drift."""
    if before.filters and after.filters and before.filters != after.filters:
        raise click.UsageError("The two hold different parts of what was read (--where): half a comparison misleads.")
    if before.redacted and after.redacted and before.redacted != after.redacted:
        raise click.UsageError(
            "Redacted captures cannot be compared with others: addresses and names in them are not the original ones. "
            "Redact both sides with the same --secret."
        )
    if True in before.redacted:
        say("redacted captures on both sides: what one --secret replaced can be compared, anything else differs")
