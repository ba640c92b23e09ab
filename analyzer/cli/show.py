"""`show`: one frame as a field tree, or one negotiation as a ladder."""

from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.inputs import read
from analyzer.cli.options import reading, times
from analyzer.cli.output import emit, width
from analyzer.errors import AnalyzerError

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.zone import Zone


@click.command(short_help="One frame's fields, or one negotiation's ladder.")
@click.argument("capture", type=click.Path(allow_dash=True))
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
@click.pass_context
def show(
    ctx: click.Context,
    capture: str,
    frame: int | None,
    negotiation: int | None,
    with_hex: bool,
    how: Reading,
    zone: "Zone",
) -> None:
    """Show one frame's fields, or one negotiation from its first message to its end.

    \b
    Examples:
      isakmp-analyzer show gateway.pcap --negotiation 2
      isakmp-analyzer show gateway.pcap --frame 17 -x
    """
    if (frame is None) == (negotiation is None):
        raise click.UsageError("Give either --frame N or --negotiation N.")
    if frame is not None and capture == "-":
        raise click.UsageError(
            "--frame reads the capture a second time, which standard input does not allow: save it to a file."
        )
    analysis = read([capture], how)
    if frame is not None:
        _frame(analysis, frame, zone, with_hex=with_hex)
    else:
        _negotiation(analysis, negotiation or 0, zone)
    if analysis.stopped:
        ctx.exit(Exit.UNREADABLE)


def _negotiation(analysis: "Analysis", number: int, zone: "Zone") -> None:
    from analyzer.report.dossier import dossiers
    from analyzer.report.story import negotiation_story

    found = dossiers(analysis.tables, [number], zone)
    if not found:
        total = len(analysis.tables["negotiations"])
        raise AnalyzerError(f"There is no negotiation {number}: this capture has {total}.")
    emit(negotiation_story(found[0], width()))


def _frame(analysis: "Analysis", number: int, zone: "Zone", *, with_hex: bool) -> None:
    from analyzer.batch.work import read_from
    from analyzer.dissect.layers import frame_headers
    from analyzer.report.story import Line
    from analyzer.report.tree import frame_bytes, frame_lines

    with read_from(analysis.paths[0]):
        frame = analysis.frame(number)
    if frame is None:
        total = sum(count or 0 for count in analysis.tables["captures"].column("packets"))
        raise AnalyzerError(f"There is no frame {number}: this capture has {total}.")
    belongs = {m["negotiation"] for m in analysis.tables["messages"].select("frame_number", {number})} - {None}
    where = f", negotiation {', '.join(map(str, sorted(belongs)))}" if belongs else ""
    cut = f" of {frame.original_length}" if frame.original_length != len(frame.data) else ""
    when = f", {zone.stamp(frame.time_ns)}" if frame.time_ns is not None else ""
    emit([Line(f"Frame {number}{when}: {len(frame.data)}{cut} bytes captured, {frame.link_name}{where}", "dim")])
    with read_from(analysis.paths[0]):
        trees = analysis.dissect(number)
    around = frame_headers(frame)
    defects = analysis.tables["defects"].select("frame_number", {number})
    emit(frame_lines([*([around] if around else []), *trees], defects, with_hex=with_hex and bool(trees)))
    if not trees:
        lost = f", of which the capture holds {len(frame.data)}{cut} bytes" if cut else ""
        emit([Line(f"No ISAKMP message ends in this frame{lost}.", "warn")])
        if with_hex:
            emit(frame_bytes(frame))
