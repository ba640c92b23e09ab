"""`check`: findings by policies, or verdicts, one a line, with an exit code for scripts and CI."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.filters import filters
from analyzer.cli.inputs import Failures, expand, read_each, shown
from analyzer.cli.options import captures, jobs, limits, reading
from analyzer.cli.output import JsonList, emit, say, until_read

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.report.checklist import Beside
    from analyzer.report.filtered import Filtered
    from analyzer.report.same_finding import Known
    from analyzer.vocabulary import BaselineState

Counts: TypeAlias = tuple[Counter[str], Counter[tuple[str, str]], "Filtered", "Beside | None", int]
Checked: TypeAlias = tuple[list[str], list[Any], list[str], Counts]

LEVELS = ("critical", "high", "medium", "low", "info")
VERDICTS = ("fail", "warn", "not-observable")


@click.command(short_help="Findings and verdicts by policies, for scripts and CI.")
@captures
@reading
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, *VERDICTS, "never"]),
    default="never",
    show_default=True,
    help="Exit with 1 if a finding is this severe or worse, or a verdict this bad or worse: not-observable asks that "
    "every negotiation that agreed on anything is known to meet every policy.",
)
@click.option(
    "--verdicts",
    "of_verdicts",
    is_flag=True,
    help="Print what each policy says of each negotiation - pass, warn, fail or not-observable - and not the findings.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "ocsf"]),
    default="text",
    show_default=True,
    help="A line for each finding or verdict; one JSON array of the rows of table `findings`, or `verdicts`; of "
    "findings a SARIF 2.1.0 log, as code scanners read it, or one JSON array of OCSF 1.5.0 events (Detection Finding), "
    "as SIEMs do.",
)
@click.option(
    "--baseline",
    type=click.Path(),
    metavar="SIDE",
    help="Whatever `diff` takes: findings that it has too, of the same check and subject between the same hosts, by "
    "the same policy and as severe, do not count for --fail-on, nor do those about a scanner's probes. JSON and SARIF "
    "say of each in baselineState whether it is new or unchanged. Verdicts have no baseline: --fail-on takes a "
    "severity then.",
)
@filters
@jobs
@limits
@click.pass_context
def check(
    ctx: click.Context,
    captures: tuple[str, ...],
    how: Reading,
    fail_on: str,
    form: str,
    baseline: str | None,
    of_verdicts: bool,
) -> None:
    """Judge captures by policies; print one finding a line, the worst of each capture first.

    Standard output has the findings only, or the verdicts; standard error how many of each there are, so also of how
    many negotiations not all could be seen, and which captures were not read in every part: fit for scripts and CI.

    \b
    Examples:
      isakmp-analyzer check gateway.pcap --policy ietf --fail-on high
      isakmp-analyzer check captures/ --policy bsi --fail-on medium
      isakmp-analyzer check captures/ --policy bsi --policy cnsa2 --verdicts --fail-on not-observable
      isakmp-analyzer check today/ --baseline reports-of-may/ --fail-on high
      isakmp-analyzer check captures/ --format sarif > findings.sarif
      isakmp-analyzer check captures/ --format ocsf > events.json
      isakmp-analyzer check captures/ --host 192.0.2.0/24 --from 2026-11-20
    """
    from analyzer.batch.work import Job
    from analyzer.report.checklist import NEEDED, NEEDED_HASHED, NEEDED_TIMED, Tally

    failures = Failures()
    if of_verdicts and form in ("sarif", "ocsf"):
        raise click.UsageError(f"{form.upper()} has findings: --verdicts goes with --format text or json")
    if baseline is not None and fail_on in VERDICTS:
        raise click.UsageError("A baseline is one of findings: beside --baseline, --fail-on takes a severity")
    known = None if baseline is None else _known(baseline, how)
    tally, said = Tally(how.policies), list[tuple[str, str]]()
    needed = {"sarif": NEEDED_HASHED, "ocsf": NEEDED_TIMED}.get(form, NEEDED)
    checked = partial(_checked, form=form, known=known, of_verdicts=of_verdicts)
    inputs, job = expand(captures, failures, how), Job(how, checked, needed)
    with _written(form) as written, read_each(inputs, job, failures) as each:
        for capture, (notes, made, files, counts) in each:
            for note in notes:
                said.append((capture, f"{shown(capture)}: {note}"))
                say(said[-1][1])
            written.take(made, files)
            tally.add(*counts)
        code = foremost(failures.code, Exit.FOUND if tally.reaching(fail_on) else Exit.DONE)
        written.end(", ".join(how.policies), code, failures, said, tally.judged)
    say(tally.sentence(fail_on))
    say(tally.verdicts(fail_on))
    ctx.exit(code)


def _known(baseline: str, how: Reading) -> "Known":
    """The findings of the baseline; what of it was not read is said, as it may have what is called new then."""
    from analyzer.assessment.several import load_all
    from analyzer.cli.sides import side_of
    from analyzer.report.same_finding import Known
    from analyzer.report.snapshot import snapshot
    from analyzer.tables.text import visible

    side = side_of(baseline, how)
    for note in side.partly():
        say(visible(f"{side.word}: {note}"))
    policies = snapshot(side.tables).policies
    missing = [policy.name for policy in load_all(how.policies) if policy.name not in policies]
    if missing:
        names = ", ".join(missing)
        by = f"judged by policy {', '.join(sorted(policies))}" if policies else "it does not show by which policy"
        say(visible(f"{side.word}: {by}, and not by {names}: all findings by {names} count as new"))
    return Known(side.tables)


class _Lines:
    """Findings on stdout, a line each."""

    def take(self, findings: Sequence[Any], files: Sequence[str]) -> None:  # noqa: ARG002  (of a log alone)
        """Those of one capture, with its files; the exit code is about all captures, whoever reads the findings."""
        with until_read():
            emit(findings)

    def end(
        self, policy: str, code: Exit, failures: Failures, said: Sequence[tuple[str, str]], judged: "Filtered"
    ) -> None:
        """Nothing more."""


class _Json(_Lines):
    """Findings as a JSON array, or as what has one."""

    def __init__(self, rows: JsonList, form: str) -> None:
        self._rows, self._form = rows, form
        self._files: list[str] = []

    def take(self, findings: Sequence[Any], files: Sequence[str]) -> None:
        """Those of one capture."""
        self._files += files
        for finding in findings:
            self._rows.add_text(finding)

    def end(
        self, policy: str, code: Exit, failures: Failures, said: Sequence[tuple[str, str]], judged: "Filtered"
    ) -> None:
        """What stands behind the array."""
        if self._form == "sarif":
            from analyzer.report.sarif import after

            unread = [(error.path, str(error)) for error in failures.errors]
            unread += [(capture, f"{shown(capture)}: {why}") for capture, why in failures.partly]
            self._rows.after = after(policy, code, unread, said, judged, self._files)


@contextmanager
def _written(form: str) -> Iterator[_Lines]:
    if form == "text":
        yield _Lines()
        return
    head = ""
    if form == "sarif":
        from analyzer.report.sarif import before

        head = before()
    with JsonList(head) as rows:
        yield _Json(rows, form)


def _checked(_capture: str, analysis: "Analysis", *, form: str, known: "Known | None", of_verdicts: bool) -> Checked:
    """What is to be known of a capture beside its findings; these, or verdicts, in this form; both counted.

    That no packet could be read is reported already, as an error.
    """
    from analyzer.report import checklist
    from analyzer.report.unopened import but_not_all, no_message, not_whole, opened

    tables = analysis.tables
    silent = not sum(count or 0 for count in tables["captures"].column("ike_messages"))
    captures = list(tables["captures"].records())
    found = no_message(captures) if silent else but_not_all(captures)
    unread = bool(captures) and not opened(captures) and any(c["packets"] for c in captures)
    notes = [] if unread else [found, not_whole(tables), checklist.flood_note(analysis.whole.tables)]
    made: list[Any]
    files: list[str] = []
    match form:
        case "json":
            from analyzer.tables.write import json_rows

            findings, verdicts = tables["findings"], tables["verdicts"]
            rows = checklist.worst_verdicts_first(verdicts) if of_verdicts else checklist.worst_first(findings)
            made = list(json_rows(rows))
        case "sarif":
            from analyzer.report.sarif import artifacts, results

            made, files = list(results(tables)), list(artifacts(tables))
        case "ocsf":
            from analyzer.report.ocsf import events

            made = list(events(tables))
        case _:
            made = list((checklist.verdict_lines if of_verdicts else checklist.check_lines)(tables))
    new = None
    if known is not None:
        new = checklist.counted_new(tables, known)
        made = made if of_verdicts else _beside(made, checklist.states(tables, known), form)
    counts = (
        checklist.counted(tables),
        checklist.verdicts_counted(tables),
        checklist.judged(tables),
        new,
        len(tables["findings"]),
    )
    return [note for note in notes if note], made, files, counts


def _beside(made: list[Any], of: "Sequence[BaselineState]", form: str) -> list[Any]:
    """What was made of findings, each with whether the baseline has it; OCSF has no word for that."""
    match form:
        case "json" | "sarif":
            return [f'{text[:-1]}, "baselineState": "{state}"}}' for text, state in zip(made, of, strict=True)]
        case "text":
            marks = (" (in the baseline)" if state == "unchanged" else "" for state in of)
            return [line._replace(text=f"{line.text}{mark}") for line, mark in zip(made, marks, strict=True)]
        case _:
            return made
