"""`diff`: exposure and crypto drift between captures, or what was saved of them."""

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.options import reading
from analyzer.cli.output import JsonList, emit, say, until_read
from analyzer.cli.sides import comparable, side_of
from analyzer.report.files import writing


@click.command(short_help="Drift between captures, or saved reports and datasets of them.")
@click.argument("baseline", type=click.Path())
@click.argument("current", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="A line for each difference; one JSON array with an object for each; a page to look at, with no other file.",
)
@reading
@click.pass_context
def diff(ctx: click.Context, baseline: str, current: str, form: str, how: Reading) -> None:
    """Compare two captures, folders of captures, or what was saved of them.

    That is a report.json or report.json.gz, the folder that `report` wrote, of one capture or of many, or a dataset
    (`export --table all --format parquet`). Of many captures each side is what they show together. Where pyarrow is
    installed, a report's dataset is read in place of its report.json files: only the columns that are compared.

    Lines with + are drift: a new responder, a peer it answers, an IKE version or mode, a port of IKE that accepts TCP
    connections, another suite, certificate or implementation, a finding above info or one that is more severe now, a
    pair that no longer gets an SA up. Findings about a scanner's probes are none. Lines with - show what is only not
    seen again: that proves nothing, and is no drift. Captures that cannot be read, now or when they were saved, are
    named, and the others are compared: whether something that is not seen beside them is gone cannot be known. Where
    they are of CURRENT, or captures that are read now, the exit code is 3, with drift too. In JSON they are objects of
    the kind not-read.

    \b
    Examples:
      isakmp-analyzer diff monday.pcap tuesday.pcap
      isakmp-analyzer diff baseline/report.json tuesday.pcap
      isakmp-analyzer diff reports-of-may/ reports-of-june/
      isakmp-analyzer diff baseline-dataset/ today/
      isakmp-analyzer diff monday/ tuesday/ --format html > drift.html
    """
    from analyzer.report.drift import compare, not_read, sentence
    from analyzer.report.snapshot import snapshot
    from analyzer.report.story import Line
    from analyzer.tables.text import visible

    before, after = sides = side_of(baseline, how), side_of(current, how)
    for side in sides:
        if not len(side.tables["negotiations"]):
            say(visible(f"{side.word}: no negotiation in it, so there is little to compare"))
        for note in side.partly():
            if note not in side.unread or side.code is Exit.DONE:  # else it is said already
                say(visible(f"{side.word}: {note}"))
    comparable(before, after)
    changes = compare(snapshot(before.tables), snapshot(after.tables), len(after.unread), len(before.unread))
    if form == "json":
        with JsonList() as rows:
            for change in (*changes, *(not_read(side.word, note) for side in sides for note in side.partly())):
                rows.add(change._asdict())
    if form == "html":
        from analyzer.report.drift_page import Compared, drift_page

        with until_read(), writing("-"):
            for piece in drift_page(changes, *(Compared(side.word, tuple(side.partly())) for side in sides)):
                click.echo(piece, nl=False)
    for change in changes if form == "text" else ():
        sign, style = ("+", "bad") if change.drift else ("-", "dim")
        with until_read():  # the exit code says whether there is drift, whoever reads what it is
            emit([Line(visible(f"{sign} {change.kind}: {change.subject} {change.text}"), style)])
    say(sentence(changes, partly=any(any(side.partly()) for side in sides)))
    unread = Exit.UNREADABLE if after.unread else Exit.DONE  # it was not read whole, whatever else was found
    drift = Exit.FOUND if any(change.drift for change in changes) else Exit.DONE
    ctx.exit(foremost(before.code, after.code, unread, drift))
