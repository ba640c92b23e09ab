"""`report`: HTML, JSON and CSV files of one capture or many."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.filters import filters
from analyzer.cli.inputs import Failures, expand, note_partly, read_each, refuse_inputs, shown
from analyzer.cli.options import Output, captures, jobs, limits, reading, times
from analyzer.cli.output import say
from analyzer.cli.redaction import Secrets, redacted, redaction, refused
from analyzer.errors import OutputError
from analyzer.report.words import plural
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from distributed import Client

    from analyzer.analysis import Analysis
    from analyzer.batch.past import Past
    from analyzer.report.folder import Batch
    from analyzer.report.outputs import OutputFolder
    from analyzer.report.parts import Reported
    from analyzer.report.provenance import Provenance
    from analyzer.report.zone import Zone


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
    help="Which tables to write as CSV: without those of messages and their parts that have more than 100,000 rows, "
    "and files of more than 10,000 rows compressed (.gz); or all, none of them compressed.",
)
@times
@filters
@jobs
@limits
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Have the workers of a Dask cluster do the work, those of the scheduler at tcp://HOST:PORT: they read the "
    "captures and write the reports, so they need the same files under the same names. Several captures; one is read "
    "by this process. The output is the same.",
)
@redaction
@click.option(
    "--fresh",
    is_flag=True,
    help="Work on every capture, also where FOLDER has a report of it that an earlier run has made from the same bytes "
    "with the same options. If not given, such reports are taken over, and the captures are not read again.",
)
@click.option(
    "--csv-raw", is_flag=True, help="CSV text as captured: spreadsheet formulas and control characters included."
)
@click.pass_context
def report(
    ctx: click.Context,
    /,
    captures: tuple[str, ...],
    output: Path,
    how: Reading,
    zone: "Zone",
    tables: str,
    given: Secrets | None,
    scheduler: str | None,
    **flags: bool,
) -> None:
    """Write a report: report.html, report.json, proposals.csv, failures.csv, weak_algorithms.csv, tables/NAME.csv.

    Several captures get a folder each below FOLDER, an index.html, the three CSV files over all of them, peers.csv,
    and, where pyarrow is installed, a dataset of all tables, which `analyzer.open_dataset` opens; so do inputs of which
    some cannot be read. A table without rows has no file. manifest.json lists what was read and written, the empty
    tables and those left out or compressed for their length; what an earlier run left is removed by it.

    \b
    Examples:
      isakmp-analyzer report gateway.pcap -o out
      isakmp-analyzer report gateway.pcapng.gz -o out --keys gateway.keys
      isakmp-analyzer report monday/ tuesday/ -o out --policy bsi
      isakmp-analyzer report gateway.pcap -o out --where 'severity >= high'
      isakmp-analyzer report gateway.pcap -o out --redact
      isakmp-analyzer report /shared/captures -o /shared/out --scheduler tcp://192.0.2.1:8786
    """
    if given is None:
        with _cluster(scheduler, how) as client:
            ctx.exit(
                write_reports(captures, output, how, zone, None, client, None, all_tables=tables == "all", **flags)
            )
    if scheduler is not None:
        raise click.UsageError("--redact makes copies that workers do not see: it does not go with --scheduler.")
    from analyzer.report.folder import planned

    refused(how)
    failures = Failures()
    inputs = expand(captures, failures, how._replace(as_one=False))  # what belongs together is joined redacted
    refuse_inputs([output / name for name in planned(inputs)], [*inputs, *given.files])
    refuse_inputs(given.outputs, [*inputs, *given.files])
    place, whole = output.absolute(), tables == "all"
    with redacted(inputs, given, how, failures) as (copies, theirs):
        code = write_reports(
            copies, place, theirs, zone, failures, None, None, fresh=None, csv_raw=flags["csv_raw"], all_tables=whole
        )
    ctx.exit(code)


def write_reports(
    captures: Iterable[str],
    output: Path,
    how: Reading,
    zone: "Zone",
    failures: Failures | None,
    client: "Client | None",
    past: "Past | None",
    *,
    fresh: bool | None,
    **written: bool,
) -> Exit:
    """Write the report; what there is to say in an exit code. fresh: take over no report; None: nor leave any to be.

    past: of earlier runs of this process. Captures that failed then are not tried again until they change, and stand in
    the report as then.
    """
    from analyzer.report.folder import planned
    from analyzer.report.outputs import OutputFolder
    from analyzer.report.provenance import provenance_of

    failures = failures or Failures()
    inputs = expand(captures, failures, how, output if fresh is False else None, client, past)
    prepared = how.analysis()
    refuse_inputs((f"{output}/{name}" for name in planned(inputs)), (*inputs.files, *how.files))
    alone = len(inputs) == 1 and not failures.errors
    with OutputFolder(output, [*inputs.files, *how.files], private=prepared.decrypts) as folder:
        provenance = replace(provenance_of(prepared, zone), where=how.where, notes=inputs.notes, copies=inputs.copies)
        run = _Run(folder, how, failures, provenance, client, past, **written)
        if not alone:
            run.several(inputs, fresh)
        elif not run.single(inputs[0]):
            run.several([], fresh)
    for sentence in folder.about_earlier():
        say(visible(f"{output}: {sentence}"))
    return failures.code


class _Run:
    """One run of the command, with its options."""

    def __init__(
        self,
        folder: "OutputFolder",
        how: Reading,
        failures: Failures,
        provenance: "Provenance",
        client: "Client | None",
        past: "Past | None",
        **written: bool,
    ) -> None:
        self._folder, self._how, self._failures = folder, how, failures
        self._provenance, self._client, self._past = provenance, client, past
        self._written = written

    def single(self, capture: str) -> bool:
        """Report one capture; False if it could not be read, or the analyzer failed on it."""
        from analyzer.batch.work import Job

        job = Job(self._how, self._alone)
        with read_each([capture], job, self._failures) as reports:
            for name, (sentence, left_out, written, note) in reports:
                _say(name, sentence, left_out, written)
                if note:
                    say(note)
                say(f"wrote {self._folder.path / 'report.html'}")
                return True
        return False

    def _alone(self, capture: str, analysis: "Analysis") -> tuple[str, Mapping[str, int], list[str], str | None]:
        from analyzer.report.bulk import kept
        from analyzer.report.folder import write_alone
        from analyzer.report.undecrypted import keys_note

        tables, keys = analysis.tables, self._how.keys
        folder, provenance, jobs = self._folder, self._provenance, analysis.jobs
        verdict = write_alone(folder, capture, tables, provenance, analysis.dissected, jobs=jobs, **self._written)
        left_out = kept(tables, everything=self._written["all_tables"]).left_out
        return verdict.sentence, left_out, list(folder.written), keys and keys_note(keys, analysis.whole.tables)

    def several(self, inputs: list[str], fresh: bool | None) -> None:
        """Report captures in a folder each, with an index that names what was not read too."""
        from analyzer.report.folder import Batch

        failures, options = self._failures, None if fresh is None else self._how.depends()
        run = Batch(self._folder, inputs, self._provenance, dataset=_dataset(), **self._written)
        checked = None if self._past is None else self._past.checked
        with run.again(options, getattr(inputs, "seen", None), checked, fresh=bool(fresh)) as batch:
            self._say_known(batch.known, inputs)
            try:
                todo = [capture for capture in inputs if capture not in batch.known]
                self._each(todo if self._past is None else self._past.untried(todo, failures), batch)
            except (KeyboardInterrupt, OutputError):
                if batch.reporter.options is not None:
                    say("the same command again goes on where this run ends")
                raise
            finally:
                if self._past is not None:
                    self._past.note(inputs, failures)
                for error in failures.errors:
                    batch.fail(error.path, str(error))
        say(f"wrote {batch.index}")

    def _each(self, inputs: list[str], batch: "Batch") -> None:
        from analyzer.batch.reporting import report_job

        with read_each(inputs, report_job(self._how, batch.reporter), self._failures, self._client) as reports:
            for name, reported in reports:
                batch.take(reported)
                _say(name, reported.sentence, reported.input["left_out"], reported.written)

    def _say_known(self, known: Mapping[str, "Reported"], inputs: list[str]) -> None:
        if not known:
            return
        say(
            f"{len(known):,} of {plural(len(inputs), 'report')} taken over from an earlier run: same captures, same "
            "options. --fresh makes them again"
        )
        for reported in known.values():
            note_partly(reported.stopped, reported.unopened, reported.broken, (), self._failures)


@contextmanager
def _cluster(address: str | None, how: Reading) -> Iterator["Client | None"]:
    """The client of a cluster whose scheduler has this address."""
    if address is None:
        yield None
        return
    from analyzer.batch.cluster import connected

    if how.verbose:
        raise click.UsageError("--verbose is about one process: it does not go with --scheduler.")
    with connected(address) as client:
        if not client.scheduler_info()["workers"]:
            say(f"{visible(address)}: no worker has joined yet; the work begins with the first")
        yield client


def _dataset() -> bool:
    """Whether there is what writes one; it is loaded before limits are set, and before other processes begin."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the other ones begin with a gigabyte of addresses
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        say("no dataset is written: it needs pyarrow, which is not installed; do: pip install pyarrow")
        return False
    return True


def _say(capture: str, sentence: str, left_out: Mapping[str, int], written: Iterable[str]) -> None:
    from analyzer.report.bulk import GZIP, rows_text

    say(f"{shown(capture)}: {sentence}")
    if left_out:
        text = rows_text(left_out)
        say(f"{shown(capture)}: not written as CSV, because they are long: {text}. --tables all does")
    compressed = ", ".join(sorted(name for name in written if name.endswith(GZIP)))
    if compressed:
        say(f"{shown(capture)}: compressed, because they are long: {compressed}. --tables all compresses none")
