"""`report`: HTML, JSON and CSV files of one capture or many."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.inputs import Failures, expand, note_keys, prepare, read_each, refuse_inputs, shown
from analyzer.cli.options import Output, Reading, captures, reading
from analyzer.cli.output import say

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.outputs import OutputFolder


@click.command(short_help="Write HTML, JSON and CSV files.")
@captures
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FOLDER",
    type=Output(file_okay=False, path_type=Path),
    help="Where to write; made if it does not exist.",
)
@reading
@click.option(
    "--tables",
    type=click.Choice(["short", "all"]),
    default="short",
    show_default=True,
    help="Which tables to write as CSV: without those of messages and their parts that have more than 100,000 rows, or "
    "all.",
)
@click.option(
    "--csv-raw", is_flag=True, help="CSV text as captured: spreadsheet formulas and control characters included."
)
@click.pass_context
def report(
    ctx: click.Context,
    captures: tuple[str, ...],
    output: Path,
    how: Reading,
    tables: str,
    csv_raw: bool,
) -> None:
    """Write a report: report.html, report.json, proposals.csv, failures.csv, weak_algorithms.csv, tables/NAME.csv.

    Several captures get a folder each below FOLDER, an index.html, and the three CSV files over all of them; so do
    inputs of which some cannot be read. A table without rows has no file. manifest.json lists what was read and
    written, the empty tables and those left out for their length; what an earlier run left is removed by it.

    \b
    Examples:
      isakmp-analyzer report gateway.pcap -o out
      isakmp-analyzer report gateway.pcapng.gz -o out --keys gateway.keys
      isakmp-analyzer report monday/ tuesday/ -o out --policy bsi
    """
    from analyzer.report.folder import planned
    from analyzer.report.outputs import OutputFolder

    failures = Failures()
    written = {"csv_raw": csv_raw, "all_tables": tables == "all"}
    inputs = expand(captures, failures)
    prepared = prepare(how)
    refuse_inputs((output / name for name in planned(inputs)), (*inputs, *how.files))
    alone = len(inputs) == 1 and not failures.errors
    with OutputFolder(output, [*inputs, *how.files], private=prepared.decrypts) as folder:
        if not alone:
            _several(inputs, folder, prepared, how, failures, written)
        elif not _single(inputs[0], folder, how, failures, written):
            _several([], folder, prepared, how, failures, written)
    ctx.exit(failures.code)


def _single(capture: str, folder: "OutputFolder", how: Reading, failures: Failures, written: dict[str, bool]) -> bool:
    """Report one capture; False if it could not be read, or the analyzer failed on it."""
    from analyzer.report.folder import write_alone
    from analyzer.report.provenance import provenance_of

    for name, analysis in read_each([capture], how, failures):
        provenance = provenance_of(analysis)
        with failures.net(name):
            verdict = write_alone(folder, name, analysis.tables, provenance, analysis.dissect_frames, **written)
            say(f"{shown(name)}: {verdict.sentence}")
            _say_left_out(name, analysis, written)
        if failures.errors:
            return False
        note_keys(how, analysis)
        say(f"wrote {folder.path / 'report.html'}")
        return True
    return False


def _several(
    inputs: list[str],
    folder: "OutputFolder",
    prepared: "Analysis",
    how: Reading,
    failures: Failures,
    written: dict[str, bool],
) -> None:
    """Report captures in a folder each, with an index that names what was not read too."""
    from analyzer.report.folder import Batch
    from analyzer.report.provenance import provenance_of

    with Batch(folder, inputs, provenance_of(prepared), **written) as batch:
        try:
            for name, analysis in read_each(inputs, how, failures):
                with failures.net(name):
                    verdict = batch.add(name, analysis.tables, analysis.dissect_frames)
                    say(f"{shown(name)}: {verdict.sentence}")
                    _say_left_out(name, analysis, written)
                del analysis
        finally:
            for error in failures.errors:
                batch.fail(error.path, str(error))
    say(f"wrote {batch.index}")


def _say_left_out(capture: str, analysis: "Analysis", written: dict[str, bool]) -> None:
    from analyzer.report.bulk import kept, left_out_text

    left_out = kept(analysis.tables, everything=written["all_tables"]).left_out
    if left_out:
        say(
            f"{shown(capture)}: not written as CSV, because they are long: {left_out_text(left_out)}. --tables all does"
        )
