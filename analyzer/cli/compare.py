"""`compare`: two negotiations side by side."""

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.inputs import nothing_read, one_source, read, shown
from analyzer.cli.options import reading, times
from analyzer.cli.output import emit, width
from analyzer.errors import AnalyzerError
from analyzer.report.files import writing
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.report.zone import Zone
    from analyzer.tables.store import Tables


class Place(NamedTuple):
    """A negotiation as named on the command line. number None: the only one of the capture."""

    capture: str
    number: int | None


@click.command(short_help="Two negotiations side by side, what differs first.")
@click.argument("first", metavar="CAPTURE#N")
@click.argument("second", metavar="CAPTURE#M")
@click.option("--equal", is_flag=True, help="Show what is equal too, not only how much of it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or everything as one JSON object.",
)
@reading
@times
@click.pass_context
def compare(ctx: click.Context, first: str, second: str, equal: bool, form: str, how: Reading, zone: "Zone") -> None:
    """Compare two negotiations: the one that worked yesterday with the one that fails today.

    CAPTURE#N is negotiation N of a capture, as `summary` counts; #N may be left out where there is only one. A folder
    stands for captures in it that belong together, or with --as-one for all of them. Both may
    be of the same capture. What differs and can matter to the outcome comes first, then what else differs, what is
    equal, and what cannot be known on one side. A difference is no cause: a cause is named where a diagnosis names it.

    \b
    Examples:
      isakmp-analyzer compare yesterday.pcap today.pcap
      isakmp-analyzer compare gateway.pcap#1 gateway.pcap#4
      isakmp-analyzer compare good.pcap#2 bad.pcap --keys gateway.keys --format json
    """
    from analyzer.report.compare import compare as compared
    from analyzer.report.compare.lines import comparison_lines

    places = [_place(word) for word in (first, second)]
    analyses = {}
    for place in places:  # the same capture is read once
        if place.capture not in analyses:
            analyses[place.capture] = read([one_source([place.capture], how)], how)
            nothing_read(analyses[place.capture])
    tables = [analyses[place.capture].tables for place in places]
    numbers = [_number(place, rows) for place, rows in zip(places, tables, strict=True)]
    result = compared(tables[0], numbers[0], tables[1], numbers[1], zone)
    if form == "json":
        with writing("-"):
            click.echo(json.dumps(result.record(), indent=1))
    else:
        emit(comparison_lines(result, width(), zone, equal=equal))
    if any(analysis.is_partly_read for analysis in analyses.values()):
        ctx.exit(Exit.UNREADABLE)


def _place(word: str) -> Place:
    """A file of this very name is a capture, whatever its name ends with."""
    capture, mark, number = word.rpartition("#")
    if not mark or os.path.lexists(word):
        return Place(word, None)
    if not number.isascii() or not number.isdecimal() or not 0 < len(number) <= 9:
        raise click.UsageError(visible(f"{word}: behind # stands the number of a negotiation, as in {capture}#1."))
    return Place(capture, int(number))


def _number(place: Place, tables: "Tables") -> int:
    """AnalyzerError: there is no such negotiation, or more than one."""
    total = len(tables["negotiations"])
    name = visible(shown(place.capture))
    if not total:
        raise AnalyzerError(f"{name} has no negotiation that could be compared. `summary` says what it holds.")
    if place.number is None and total > 1:
        raise AnalyzerError(f"{name} has {total} negotiations: say which, as in {name}#1. `summary` lists them.")
    number = place.number or 1
    if not any(number == known for (known,) in tables["negotiations"].cells("negotiation")):
        raise AnalyzerError(f"There is no negotiation {number} in {name}: it has {total}.")
    return number
