"""`show`: one frame as a field tree, or one negotiation as a ladder."""

from typing import TYPE_CHECKING, Final

import click

from analyzer.batch.reading import Reading
from analyzer.capture.sets import CaptureSet
from analyzer.cli.exits import Exit
from analyzer.cli.filters import chosen, filters
from analyzer.cli.inputs import nothing_read, one_source, read
from analyzer.cli.options import captures, reading, times
from analyzer.cli.output import emit, say, width
from analyzer.errors import AnalyzerError

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.zone import Zone

_AT_ONCE: Final = 500  # negotiations whose rows are gathered at one time


@click.command(short_help="One frame's fields, or one negotiation's ladder.")
@captures
@click.option(
    "--frame",
    type=click.IntRange(1),
    metavar="N",
    help="Frame as Wireshark counts: its fields with byte offset in it, value, meaning, reference.",
)
@click.option(
    "--negotiation", type=click.IntRange(1), metavar="N", help="Number of an IKE SA, as in `summary`: its whole story."
)
@click.option("-x", "--hex", "with_hex", is_flag=True, help="With --frame: the bytes too.")
@reading
@times
@filters
@click.pass_context
def show(
    ctx: click.Context,
    captures: tuple[str, ...],
    frame: int | None,
    negotiation: int | None,
    with_hex: bool,
    how: Reading,
    zone: "Zone",
) -> None:
    """Show one frame's fields, or a negotiation from its first message to its end; with a filter all that match.

    Several captures have to belong together: parts of a rotation, taps of the same traffic, or --as-one.

    \b
    Examples:
      isakmp-analyzer show gateway.pcap --negotiation 2
      isakmp-analyzer show gateway.pcap --frame 17 -x
      isakmp-analyzer show gateway.pcap --spi 1f6a8c3d5e7b9024
    """
    if [frame, negotiation, how.where].count(None) != 2:
        raise click.UsageError("Give one of --frame N, --negotiation N, and a filter such as --where.")
    capture = one_source(captures, how)
    if frame is not None and isinstance(capture, CaptureSet):
        raise click.UsageError(f"Frame {frame} of which of these {len(capture.members)} captures? Name that one alone.")
    if frame is not None and capture == "-":
        raise click.UsageError(
            "--frame reads the capture a second time, which standard input does not allow: save it to a file."
        )
    analysis = read([capture], how)
    if frame is not None:
        _frame(analysis, frame, zone, with_hex=with_hex)
    elif how.where is None:
        _negotiation(analysis, negotiation or 0, zone)
    else:
        _matching(analysis, how, zone)
    if analysis.is_partly_read:
        ctx.exit(Exit.UNREADABLE)


def _negotiation(analysis: "Analysis", number: int, zone: "Zone") -> None:
    from analyzer.report.dossier import dossiers
    from analyzer.report.story import negotiation_story

    found = dossiers(analysis.tables, [number], zone)
    if not found:
        nothing_read(analysis)
        total = len(analysis.tables["negotiations"])
        raise AnalyzerError(f"There is no negotiation {number}: this capture has {total or 'none'}.")
    emit(negotiation_story(found[0], width()))


def _matching(analysis: "Analysis", how: Reading, zone: "Zone") -> None:
    """Every negotiation that matches, one after the other."""
    from analyzer.report.dossier import dossiers
    from analyzer.report.filtered import Filtered
    from analyzer.report.story import Line, negotiation_story, wrapped

    found = chosen(how)
    numbers = found.numbers(analysis.tables) if found else []
    part = Filtered(how.where or "", len(numbers), len(analysis.tables["negotiations"]))
    if not numbers:
        say(part.counted)
    else:
        emit(wrapped(part.sentence, 0, "dim", width=width()))
    for start in range(0, len(numbers), _AT_ONCE):
        for d in dossiers(analysis.tables, numbers[start : start + _AT_ONCE], zone):
            emit([Line(""), Line(f"Negotiation {d.n['negotiation']}", "dim")])
            emit(negotiation_story(d, width()))


def _frame(analysis: "Analysis", number: int, zone: "Zone", *, with_hex: bool) -> None:
    from analyzer.batch.work import read_from
    from analyzer.dissect.layers import frame_headers
    from analyzer.report.story import Line, wrapped
    from analyzer.report.tree import frame_bytes, frame_lines

    with read_from(analysis.paths[0]):
        frame = analysis.frame(number)
    if frame is None:
        total = sum(count or 0 for count in analysis.tables["captures"].column("packets"))
        raise AnalyzerError(f"There is no frame {number}: this capture has {total or 'none'}.")
    belongs = {m["negotiation"] for m in analysis.tables["messages"].select("frame_number", {number})} - {None}
    where = f", negotiation {', '.join(map(str, sorted(belongs)))}" if belongs else ""
    cut = f" of {frame.original_length}" if frame.original_length != len(frame.data) else ""
    when = f", {zone.stamp(frame.time_ns)}" if frame.time_ns is not None else ""
    emit([Line(f"Frame {number}{when}: {len(frame.data)}{cut} bytes captured, {frame.link_name}{where}", "dim")])
    for c in analysis.tables["comments"].select("frame_number", {number}):
        about = f" ({c['kind']}, {c['subject']})" if c["subject"] else ""
        emit(wrapped(f"The file's comment{about}: {c['text']}", 2, "dim", width=width()))
    with read_from(analysis.paths[0]):
        trees = analysis.dissect(number)
    around = frame_headers(frame)
    defects = analysis.tables["defects"].select("frame_number", {number})
    emit(frame_lines([*([around] if around else []), *trees], defects, with_hex=with_hex and bool(trees)))
    if not trees:
        lost = f", of which the capture holds {len(frame.data)}{cut} bytes" if cut else ""
        left = ", ".join(frame.unopened)
        none = f"This frame was not opened: a packet of {left}" if left else "No ISAKMP message ends in this frame"
        emit([Line(f"{none}{lost}.", "warn")])
        if with_hex:
            emit(frame_bytes(frame))
