"""The two sides of `diff`: captures, or what was saved of them, as tables; and what of them was not read."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from analyzer.batch.reading import Reading
from analyzer.cli.exits import Exit
from analyzer.cli.inputs import NOT_WHOLE, Failures, expand, read, shown
from analyzer.cli.output import say
from analyzer.errors import CaptureError
from analyzer.report.words import plural
from analyzer.tables.text import utf8

if TYPE_CHECKING:
    from analyzer.report.saved import Saved
    from analyzer.tables.store import Tables

_MOST_NAMED: Final = 20


class Side(NamedTuple):
    """What one word of the command line stands for.

    unread: sentences about captures of which at least a part was not read. remark: what else is to be known of it.
    code: what reading it now makes of the exit code, where it was not saved; what is unread is reported already then.
    """

    word: str
    tables: "Tables"
    unread: tuple[str, ...] = ()
    remark: str = ""
    code: Exit = Exit.DONE

    @property
    def filters(self) -> set[str | None]:
        """The filters whose negotiations the tables hold; empty where no capture was read."""
        return set(self.tables["captures"].column("filter"))

    @property
    def redacted(self) -> set[bool]:
        """Whether captures are redacted copies, as these say of themselves; empty where no capture was read."""
        from analyzer.capture.pcapng import REDACTED

        return {REDACTED in (comment or "") for comment in self.tables["captures"].column("comment")}

    def partly(self, most: int = _MOST_NAMED) -> Iterator[str]:
        """What of it was not read, in sentences without a full stop; none where nothing is missing.

        most: how many captures are named; the others are counted.
        """
        from analyzer.report.unopened import but_not_all, not_whole

        named = self.unread if len(self.unread) <= most else self.unread[: most - 1]
        yield from named
        more = len(self.unread) - len(named)
        if more:
            who = "its manifest.json" if self.code is Exit.DONE else "standard error"
            yield f"{plural(more, 'more capture')} of which at least a part was not read; {who} names them"
        yield from filter(None, (self.remark, but_not_all(self.tables["captures"].records()), not_whole(self.tables)))


def comparable(before: Side, after: Side) -> None:
    """UsageError: what differs would be no drift."""
    if before.filters and after.filters and before.filters != after.filters:
        raise click.UsageError("The two hold different parts of what was read (--where): half a comparison misleads.")
    if before.redacted and after.redacted and before.redacted != after.redacted:
        raise click.UsageError(
            "Redacted captures cannot be compared with others: addresses and names in them are not the original ones. "
            "Redact both sides with the same --secret."
        )
    if True in before.redacted:
        say("redacted captures on both sides: what one --secret replaced can be compared, anything else differs")


def side_of(word: str, how: Reading) -> Side:
    """What a word stands for. CaptureError: it cannot be read; Exit: nothing could be read of its captures.

    A saved input that is damaged ends the command. Captures that cannot be read, now or by the run whose report is
    compared, are in `unread`, and the others are compared.
    """
    from analyzer.report.json import read_json, saved_report
    from analyzer.report.saved import saved_in
    from analyzer.report.snapshot import COMPARED

    path = Path(word)
    if path.name.endswith((".json", ".json.gz")):
        return _saved_side(word, read_json(path, COMPARED))
    if os.path.isdir(word):  # noqa: PTH112  (also of a name that no file can have)
        saved, report = saved_in(path), saved_report(path)
        if saved is not None:
            return _saved_side(word, _tables(path, saved), saved)
        if report is not None:
            return _saved_side(word, read_json(report, COMPARED))
        from analyzer.dataset import Dataset, dataset_in

        if dataset_in(path) is not None:
            remark = "its manifest.json is missing or damaged, so which captures could not be read is not known"
            return _saved_side(word, Dataset(path).tables(COMPARED))._replace(remark=remark)
    return _read(word, how)


def _read(word: str, how: Reading) -> Side:
    """Captures that are read now."""
    from analyzer.tables.in_files import all_in_files

    failures = Failures()
    analysis = read(expand([word], failures, how), how, failures)
    tables = all_in_files(analysis.tables)
    if not len(tables["captures"]):
        raise click.exceptions.Exit(failures.code)  # reported already
    unread = [*map(str, failures.errors), *(f"{shown(capture)}: {why}" for capture, why in failures.partly)]
    return Side(word, tables, tuple(unread), code=failures.code)


def _tables(folder: Path, saved: "Saved") -> "Tables":
    """What is compared of a report or an export: of its dataset, where there is one and what reads it."""
    from analyzer.report.saved import read_reports
    from analyzer.report.snapshot import COMPARED

    there = saved.dataset is not None and os.path.isdir(saved.dataset)  # noqa: PTH112  (as above)
    if saved.dataset is None or (saved.reports and not (there and _arrow())):
        if not saved.reports and saved.csv:
            advice = "Give captures, a report of them, or what `export --table all --format parquet` wrote"
            raise CaptureError(str(folder), "tables as CSV are not compared", advice)
        return read_reports(saved.reports, COMPARED)
    from analyzer.dataset import Dataset

    dataset = Dataset(saved.dataset)
    found = {"/".join(part.parts[-3:]) for table in COMPARED for part in dataset.parts(table)}
    listed = saved.parts_of(COMPARED)
    if found != listed:
        gone, more = len(listed - found), len(found - listed)
        reason = f"not the dataset that its manifest.json lists: {plural(gone, 'file')} missing, {more:,} not listed"
        raise CaptureError(str(saved.dataset), reason, "Write it anew from its captures")
    return dataset.tables(COMPARED)


def _arrow() -> bool:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        return False
    return True


def _saved_side(word: str, tables: "Tables", saved: "Saved | None" = None) -> Side:
    """Tables that were saved, with what their run could not read."""
    unread = [] if saved is None else list(saved.unread)
    known = set(tables["captures"].column("capture"))
    if saved is not None:
        gone = (path for path in saved.members if path not in known and utf8(path) not in known)
        unread += [f"{path}: nothing of it was read, and what it was read with as one was" for path in gone]
    stopped = tables["defects"].select("kind", {"limit-expansion"})
    unread += [f"{capture}: {NOT_WHOLE}" for capture in dict.fromkeys(row["capture"] for row in stopped)]
    for name, packets, closed, what in tables["captures"].cells(
        "capture", "packets", "packets_not_opened", "not_opened"
    ):
        if closed and closed >= (packets or 0):
            unread.append(f"{name}: no packet of it could be read: {', '.join(what or ())}")
    return Side(word, tables, tuple(unread))
