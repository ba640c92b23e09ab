"""`export`: one table as CSV, JSON lines or Parquet, or all in a folder; the cryptography as a CBOM."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.filters import chosen, filters
from analyzer.cli.inputs import Failures, expand, read, refuse_inputs
from analyzer.cli.options import Output, captures, jobs, reading
from analyzer.cli.output import say
from analyzer.report.files import as_text, named_output, writing
from analyzer.report.words import plural
from analyzer.tables.filter.faults import near
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table
from analyzer.tables.text import visible
from analyzer.tables.write import write_csv, write_jsonl

_ALL: Final = "all"
_CBOM: Final = "cbom"


@click.command(short_help="One table as CSV, JSON lines or Parquet, or all; a CBOM.")
@captures
@click.option(
    "--table",
    type=click.Choice([*SCHEMA, _ALL]),
    metavar="NAME",
    help="Table to write; `fields` lists them. all: every table, into the folder -o FOLDER, as CSV or Parquet.",
)
@click.option(
    "--columns",
    metavar="NAME,...",
    help="Columns to write, in this order; all if not given. What only other columns need is not worked out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet", _CBOM]),
    default="csv",
    show_default=True,
    help="cbom: instead of a table the algorithms, suites and certificates of all captures as CycloneDX 1.6; needs "
    "cyclonedx-python-lib (pip install cyclonedx-python-lib). Parquet needs pyarrow: pip install pyarrow.",
)
@click.option(
    "-o",
    "--output",
    type=Output(path_type=Path),
    metavar="PATH",
    help="File to write instead of standard output; of all tables the folder.",
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
    table: str | None,
    columns: str | None,
    form: str,
    output: Path | None,
    how: Reading,
    csv_raw: bool,
) -> None:
    """Write one table of one capture or of several together; with a filter, its rows that match.

    All tables (--table all -o FOLDER) become a file TABLE.csv each, over all captures, or with --format parquet a
    dataset: TABLE/capture=NAME/part-N.parquet, which `analyzer.open_dataset` opens. A table without rows has no file.
    manifest.json lists what was read and written; what an earlier run left is removed by it.

    \b
    Examples:
      isakmp-analyzer export gateway.pcap --table negotiations --format csv
      isakmp-analyzer export captures/ --table findings --format jsonl
      isakmp-analyzer export gateway.pcap --table messages --columns frame_number,time,exchange,length
      isakmp-analyzer export gateway.pcap --table messages --format parquet -o messages.parquet
      isakmp-analyzer export captures/ --table all --format csv -o tables
      isakmp-analyzer export captures/ --table all --format parquet -o dataset
      isakmp-analyzer export gateway.pcap --table messages --where 'length > 1400 and negotiations.outcome == failed'
      isakmp-analyzer export captures/ --format cbom -o cbom.json
    """
    if form == _CBOM:
        if table is not None or columns is not None:
            raise click.UsageError("A CBOM is made of several tables: give no --table and no --columns.")
        ctx.exit(_export_cbom(captures, output, how))
    if table is None:
        raise click.UsageError("Missing option '--table': name one, or all; `fields` lists them.")
    if table == _ALL:
        ctx.exit(_export_all(captures, columns, form, output, how, csv_raw=csv_raw))
    _refuse_folder(output)
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


def _export_cbom(captures: tuple[str, ...], output: Path | None, how: Reading) -> Exit:
    """The cryptography of all captures, or of the negotiations that match, as one document."""
    from analyzer.report.cbom import MOST_ASSETS, WANTED, bill
    from analyzer.report.cyclonedx import cyclonedx_text, library
    from analyzer.tables.filter.part import with_deciding
    from analyzer.tables.filter.where import Filter

    _refuse_folder(output)
    library()  # without it nothing is begun
    failures = Failures()
    inputs = expand(captures, failures, how)
    if output is not None:
        refuse_inputs([output], (*inputs.files, *how.files))
    # The filter last, over what was read of all of them: by one process or several
    wanted = WANTED if how.where is None else with_deciding(WANTED, Filter.parse(how.where))
    analysis = read(inputs, how._replace(where=None), failures, wanted)
    made = bill((analysis if how.where is None else analysis.where(how.where)).tables)
    with _opened(output, private=analysis.decrypts) as file:
        file.write(cyclonedx_text(made).encode("ascii") + b"\n")
    for what, count in made.beyond:
        say(f"{count:,} more {what} than the {MOST_ASSETS:,} in it")
    return failures.code


def _refuse_folder(output: Path | None) -> None:
    if output is not None and output.is_dir():
        raise click.BadParameter(f"File {str(output)!r} is a directory.", param_hint="'-o' / '--output'")


def _export_all(
    captures: tuple[str, ...], columns: str | None, form: str, output: Path | None, how: Reading, *, csv_raw: bool
) -> Exit:
    """Every table of all captures in a folder; what there is to say in an exit code."""
    if form == "jsonl" or output is None or columns is not None:
        raise click.UsageError("--table all writes a folder of CSV or Parquet: give -o FOLDER, and no --columns.")
    if how.where:
        raise click.UsageError("--table all writes all rows: `report --where` writes a part.")
    if output.exists() and not output.is_dir():
        raise click.BadParameter(f"{str(output)!r} is a file: all tables are a folder.", param_hint="'-o' / '--output'")
    from analyzer.report.dataset import write_dataset
    from analyzer.report.outputs import OutputFolder
    from analyzer.tables.arrow import arrow_schema

    if form == "parquet":
        arrow_schema(SCHEMA["captures"])  # without pyarrow nothing is begun
    failures = Failures()
    inputs = expand(captures, failures, how)
    analysis = read(inputs, how, failures)
    given = [*inputs.files, *how.files]
    with OutputFolder(output, given, private=analysis.decrypts) as folder:
        if form == "parquet":
            write_dataset(analysis.tables, folder.binary)
        else:
            for name in (name for name, table in analysis.tables.items() if len(table)):
                with folder.text(f"{name}.csv") as file:
                    write_csv(analysis.tables[name], file, raw=csv_raw)
        rows = analysis.tables["captures"].records()
        known = [{"path": row["capture"], "sha256": row["sha256"]} for row in rows]
        unread = [{"path": error.path, "sha256": None, "error": str(error)} for error in failures.errors]
        empty = [name for name, table in analysis.tables.items() if not len(table)]
        folder.record(inputs=known + unread, empty_tables=empty)
    for sentence in folder.about_earlier():
        say(visible(f"{output}: {sentence}"))
    say(visible(f"wrote {output}"))
    return failures.code


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
