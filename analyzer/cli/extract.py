"""`extract`: the packets of some negotiations as a pcapng file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.capture.dates import stand_ins
from analyzer.capture.sets import files_of
from analyzer.cli.exits import Exit
from analyzer.cli.filters import chosen, filters
from analyzer.cli.inputs import nothing_read, one_source, read, refuse_inputs
from analyzer.cli.options import captures, pcapng, reading
from analyzer.cli.output import say
from analyzer.cli.progress import Display
from analyzer.errors import AnalyzerError

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.tables.filter.where import Filter


@click.command(short_help="The packets of some negotiations, as pcapng.")
@captures
@click.option(
    "--negotiation",
    "numbers",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="Number of an IKE SA, as in `summary`. May be repeated.",
)
@click.option(
    "--esp",
    "ends_only",
    type=click.IntRange(0),
    metavar="N",
    help="Of each ESP and AH stream only the first N and the last N packets. All, if not given: a stream with packets "
    "left out looks like one with losses.",
)
@pcapng
@reading
@filters
@click.pass_context
def extract(
    ctx: click.Context,
    captures: tuple[str, ...],
    numbers: tuple[int, ...],
    ends_only: int | None,
    output: Path,
    how: Reading,
) -> None:
    """Write the packets of negotiations into a pcapng file of their own, to open in Wireshark or to hand on.

    Which: by number, or all that match a filter. Several captures have to belong together: parts of a rotation, taps of
    the same traffic, or --as-one.

    They are: the messages, all IP fragments and TCP segments that they came in, ICMP errors about them, NAT keepalives
    on their flows, and ESP and AH of their child SAs; with their bytes, times and interfaces. Comments have the frame
    number in the capture, causes, findings and events. With --keys they may say what was decrypted, and only you can
    read the file; keys are never in it.

    \b
    Examples:
      isakmp-analyzer extract gateway.pcap --negotiation 4 -o case.pcapng
      isakmp-analyzer extract gateway.pcap --negotiation 1 --negotiation 4 --esp 10 -o case.pcapng
      isakmp-analyzer extract gateway.pcap --where 'outcome == failed' --host 198.51.100.0/24 -o failed.pcapng
    """
    from analyzer.report.extract import NEEDED, write_extract

    if "-" in captures:
        raise click.UsageError("The capture is read again, which standard input does not allow: save it to a file.")
    if bool(numbers) == (how.where is not None):
        raise click.UsageError("Give either --negotiation N, once or more, or a filter such as --where.")
    capture = one_source(captures, how)
    refuse_inputs([output], [*files_of([capture]), *how.files])
    asked = chosen(how)
    analysis = read([capture], how, wanted=asked.with_needed(NEEDED) if asked else NEEDED)
    nothing_read(analysis)
    found = _chosen(analysis, numbers, asked)
    with Display([capture]) as display:
        tick = display.of(capture)
        done = write_extract(analysis, found, output, selection=how.where or "", ends_only=ends_only, progress=tick)
    say(f"{output}: {done.text()}")
    if done.without_time:
        say(f"{done.without_time:,} packets without a time in the capture have one in {output}: 1970")
    for stands, lacking in stand_ins(analysis.tables["captures"].column("first_time")):
        say(f"times in the log have {lacking}: in {output} {stands} stands for it")
    if done.uncommented:
        say(f"comments say what was found in the first of them only; {done.uncommented:,} are without")
    if analysis.is_partly_read:
        ctx.exit(Exit.UNREADABLE)


def _chosen(analysis: "Analysis", numbers: Sequence[int], asked: "Filter | None") -> Sequence[int]:
    """Numbers of the negotiations that are wanted. AnalyzerError: there is none."""
    total = len(analysis.tables["negotiations"])
    if asked is not None:
        found = asked.numbers(analysis.tables)
        if not found:
            raise AnalyzerError(f"None of the {total:,} negotiations of this capture matches {asked.text}")
        return found
    known = set(analysis.tables["negotiations"].column("negotiation"))
    absent = sorted(set(numbers) - known)
    if absent:
        raise AnalyzerError(f"There is no negotiation {absent[0]}: this capture has {total or 'none'}.")
    return numbers
