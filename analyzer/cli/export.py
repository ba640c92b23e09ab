"""`export`: one table as CSV, JSON lines or Parquet."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from analyzer.batch.reading import Reading
from analyzer.cli.filters import chosen, filters
from analyzer.cli.inputs import Failures, expand, read, refuse_inputs
from analyzer.cli.options import Output, captures, jobs, reading
from analyzer.cli.output import say
from analyzer.report.files import as_text, named_output, writing
from analyzer.report.words import plural
from analyzer.tables.filter.faults import near
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table
from analyzer.tables.write import write_csv, write_jsonl


@click.command(short_help="One table as CSV, JSON lines or Parquet.")
@captures
@click.option(
    "--table",
    required=True,
    type=click.Choice(list(SCHEMA)),
    metavar="NAME",
    help="Table to write; `fields` lists them.",
)
@click.option(
    "--columns",
    metavar="NAME,...",
    help="Columns to write, in this order; all if not given. What only other columns need is not worked out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    default="csv",
    show_default=True,
    help="Parquet needs pyarrow: pip install pyarrow.",
)
@click.option(
    "-o",
    "--output",
    type=Output(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write instead of standard output.",
)
@reading
@filters
@jobs
@click.option(
    "--csv-raw", is_flag=True, help="CSV text as captured: spreadsheet formulas and control characters included."
)
@click.pass_context
def export(
    ctx: click.Context,
    captures: tuple[str, ...],
    table: str,
    columns: str | None,
    form: str,
    output: Path | None,
    how: Reading,
    csv_raw: bool,
) -> None:
    """Write one table of one capture or of several together; with a filter, its rows that match.

    \b
    Examples:
      isakmp-analyzer export gateway.pcap --table negotiations --format csv
      isakmp-analyzer export captures/ --table findings --format jsonl
      isakmp-analyzer export gateway.pcap --table messages --columns frame_number,time,exchange,length
      isakmp-analyzer export gateway.pcap --table messages --format parquet -o messages.parquet
      isakmp-analyzer export gateway.pcap --table messages --where 'length > 1400 and negotiations.outcome == failed'
    """
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is no text for a terminal: give -o FILE.")
    names = None if columns is None else _known(columns, table)
    failures = Failures()
    inputs = expand(captures, failures, how)
    if output is not None:
        refuse_inputs([output], (*inputs.files, *how.files))
    found = chosen(how, table)
    wanted = {table: names} if found is None else found.with_needed({table: names})
    analysis = read(inputs, how._replace(where=None), failures, wanted)
    written = analysis.tables[table]
    if found is not None:
        rows = found.rows(analysis.tables)
        say(f"{len(rows):,} of {plural(len(written), 'row')} of {table} match: {found.text}")
        written = written.only(rows, names)
    with _opened(output, private=analysis.decrypts) as file:
        _write(written, form, file, csv_raw=csv_raw)
    ctx.exit(failures.code)


def _known(columns: str, table: str) -> list[str]:
    names = [name.strip() for name in columns.split(",")]
    for name in names:
        if name not in SCHEMA[table].names:
            raise click.BadParameter(
                f"{table} has no column {name!r}{near(name, SCHEMA[table].names) or f'; `fields {table}` lists them'}",
                param_hint="--columns",
            )
    return list(dict.fromkeys(names))


@contextmanager
def _opened(path: Path | None, *, private: bool) -> Iterator[BinaryIO]:
    if path is not None:
        with named_output(path, private=private) as file:
            yield file
        return
    with writing("-"), click.open_file("-", "wb") as stream:
        yield cast("BinaryIO", stream)


def _write(table: Table, form: str, file: BinaryIO, *, csv_raw: bool) -> None:
    if form == "parquet":
        from analyzer.tables.arrow import write_parquet

        write_parquet(table, file)
        return
    text = as_text(file)
    if form == "csv":
        write_csv(table, text, raw=csv_raw)
    else:
        write_jsonl(table, text)
    text.flush()
    text.detach()  # the file is not ours to close
