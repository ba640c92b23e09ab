"""`report`: HTML, JSON and CSV files of one capture or many."""

from pathlib import Path

import click

from analyzer.cli.inputs import Failures, expand, note_keys, read_each, shown
from analyzer.cli.options import Reading, captures, reading
from analyzer.cli.output import say


@click.command(short_help="Write HTML, JSON and CSV files.")
@captures
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write; made if it does not exist.",
)
@reading
@click.option(
    "--csv-raw", is_flag=True, help="CSV text as captured: spreadsheet formulas and control characters included."
)
@click.pass_context
def report(
    ctx: click.Context,
    captures: tuple[str, ...],
    output: Path,
    how: Reading,
    csv_raw: bool,
) -> None:
    """Write a report: report.html, report.json, proposals.csv, failures.csv, weak_algorithms.csv, tables/NAME.csv.

    Several captures get a folder each below FOLDER, an index.html, and the three CSV files over all of them.

    \b
    Examples:
      isakmp-analyzer report gateway.pcap -o out
      isakmp-analyzer report gateway.pcapng.gz -o out --keys gateway.keys
      isakmp-analyzer report monday/ tuesday/ -o out --policy bsi
    """
    failures = Failures()
    inputs = expand(captures, failures)
    if len(inputs) == 1:
        _single(inputs[0], output, how, failures, csv_raw=csv_raw)
    elif inputs:
        _several(inputs, output, how, failures, csv_raw=csv_raw)
    ctx.exit(failures.code)


def _single(capture: str, folder: Path, how: Reading, failures: Failures, *, csv_raw: bool) -> None:
    from analyzer.report.folder import write_report
    from analyzer.report.provenance import provenance_of

    for name, analysis in read_each([capture], how, failures):
        with failures.net(name):
            verdict = write_report(
                analysis.tables, provenance_of(analysis), folder, analysis.dissect_frames, csv_raw=csv_raw
            )
            say(f"{shown(name)}: {verdict.sentence}")
            note_keys(how, analysis)
            say(f"wrote {folder / 'report.html'}")


def _several(inputs: list[str], folder: Path, how: Reading, failures: Failures, *, csv_raw: bool) -> None:
    from analyzer.analysis import Analysis
    from analyzer.report.folder import Batch
    from analyzer.report.provenance import provenance_of

    provenance = provenance_of(Analysis(keys=how.keys, policy=how.policy, ports=how.ports, peer_config=how.peer_config))
    batch = Batch(folder, inputs, csv_raw=csv_raw)

    for name, analysis in read_each(inputs, how, failures):
        with failures.net(name):
            verdict = batch.add(name, analysis.tables, provenance, analysis.dissect_frames)
            say(f"{shown(name)}: {verdict.sentence}")
    for error in failures.errors:
        batch.fail(error.path, str(error))
    say(f"wrote {batch.finish(provenance)}")
