"""Reports on disk: one folder for one capture; an index and a folder each for several."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from analyzer.capture.sets import CaptureSet, files_of
from analyzer.errors import OutputError
from analyzer.processes import beside, undisturbed
from analyzer.report.bulk import GZIP, MOST_PLAIN, kept, processes
from analyzer.report.csv import CSV_FILES, HEADLINES, Headlines, Mark, csv_writers
from analyzer.report.dataset import BELOW, planned_parts, write_parts
from analyzer.report.folder_names import folder_names
from analyzer.report.html import render, render_index
from analyzer.report.index import Entry, Unreported, entry_of
from analyzer.report.json import JSON_FILE, MOST_ROWS, json_name, json_pieces
from analyzer.report.outputs import JOURNAL, MANIFEST, OutputFolder, Part
from analyzer.report.pairs import PEERS, csv_lines, together
from analyzer.report.parts import RECORD, Reported, finished, record, recorded, whole
from analyzer.report.provenance import Provenance
from analyzer.report.rereading import Dissect
from analyzer.report.seen import SEEN, Seen
from analyzer.report.verdict import Verdict, verdict_of
from analyzer.report.watched import WATCHED
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from analyzer.capture.joining.copies import Copy

INDEX: Final = "index.html"
_LONG: Final = (JSON_FILE, *CSV_FILES)  # which may be compressed
_REPORT_FILES: Final = ("report.html", *_LONG, *(name + GZIP for name in _LONG))
_OVER_ALL: Final = (*HEADLINES, PEERS)
_RUN_FILES: Final = (INDEX, *_OVER_ALL, *(name + GZIP for name in _OVER_ALL), MANIFEST, JOURNAL, SEEN, WATCHED)


def planned(captures: list[str]) -> Iterator[str]:
    """Every file that a report of these captures may write, by its path below the output folder."""
    yield from dict.fromkeys((*_RUN_FILES, *_REPORT_FILES))
    for capture, folder in zip(captures, _names(captures), strict=True):
        yield from (f"{folder}/{name}" for name in (*_REPORT_FILES, RECORD))
        yield from (f"{BELOW}/{name}" for name in planned_parts(capture, folder))


def _names(captures: list[str]) -> Iterator[str]:
    return folder_names(captures, ("tables", BELOW, *_RUN_FILES, *_REPORT_FILES))


def write_report(
    tables: Tables,
    provenance: Provenance,
    folder: OutputFolder | Part,
    dissect: Dissect | None = None,
    *,
    csv_raw: bool = False,
    all_tables: bool = False,
    index: str | None = None,
    jobs: int = 1,
) -> Verdict:
    """Write report.html, report.json, the headline CSV files and tables with rows as tables/NAME.csv; the verdict.

    all_tables: the long ones that `bulk.kept` leaves out too, and nothing compressed.
    dissect: reads frames of the evidence again for report.html. index: where the page's link to the index leads.
    jobs: how many processes may make and write it.
    """
    verdict, files = verdict_of(tables, provenance.zone), kept(tables, everything=all_tables)
    most_plain = None if all_tables else MOST_PLAIN
    json_file = json_name(tables, compressed=not all_tables)

    def saved() -> None:
        with folder.text(json_file) as file:
            file.writelines(json_pieces(tables, provenance, MOST_ROWS, files))

    writers = saved, *csv_writers(tables, folder.text, raw=csv_raw, kept=files, most_plain=most_plain)
    works = [partial(_written, folder, write) for write in writers]
    folder.note(("report.html", json_file, *HEADLINES, *map(files.file, files.written)))
    with folder.text("report.html") as page:
        pieces = render(tables, provenance, verdict, dissect, index, files, jobs)
        with beside(works, processes(tables, jobs)) as rest:
            page.writelines(pieces)
            written = rest()
    for some in written:
        folder.take(some)
    return verdict


def _written(folder: OutputFolder | Part, write: Callable[[], None]) -> dict[str, str]:
    """What this function writes into a folder, each file with its SHA-256, whichever process calls it."""
    before = len(folder.written)
    write()
    return dict(islice(folder.written.items(), before, None))


def write_alone(
    folder: OutputFolder,
    capture: str,
    tables: Tables,
    provenance: Provenance,
    dissect: Dissect | None = None,
    *,
    csv_raw: bool = False,
    all_tables: bool = False,
    jobs: int = 1,
) -> Verdict:
    """The report of a run that reads one capture."""
    known = tables, provenance, folder, dissect
    try:
        verdict = write_report(*known, csv_raw=csv_raw, all_tables=all_tables, jobs=jobs)
    except BaseException:  # of a report that is not whole nothing stays
        folder.discard()
        raise
    folder.record(inputs=[_input(capture, tables, "report.html", provenance.copies, all_tables=all_tables)])
    return verdict


def _input(capture: str, tables: Tables, report: str, copies: "Sequence[Copy]", *, all_tables: bool) -> dict[str, Any]:
    """What the manifest says of a capture that was read, or of captures that were read as one."""
    rows, files = list(tables["captures"].records()), kept(tables, everything=all_tables)
    row = rows[0] if rows else {}
    known = {"path": capture, "sha256": row.get("sha256"), "report": report, "filter": row.get("filter")}
    if isinstance(capture, CaptureSet):
        digests = {row["capture"]: row["sha256"] for row in rows}
        members = [{"path": path, "sha256": digests.get(path)} for path in capture.members]
        known |= {"sha256": None, "members": members}
    mine = [{"path": copy.capture, "copy_of": copy.of} for copy in copies if copy.of in files_of([capture])]
    if mine:
        known |= {"copies": mine}
    return known | {"empty_tables": files.empty, "left_out": files.left_out, "compressed": files.compressed}


class Reporter(NamedTuple):
    """Writes the report of one capture of several into a folder of its own, whichever process does it.

    path: the folder of the run, which a `Batch` holds. names: of the captures' folders. dataset: whether its tables
    become part of a dataset too. options: what reports depend on besides provenance and the captures' bytes, as JSON
    has it; None where no later run may take one over.
    """

    path: Path
    names: dict[str, str]
    provenance: Provenance
    private: bool = False
    csv_raw: bool = False
    all_tables: bool = False
    dataset: bool = False
    options: Mapping[str, Any] | None = None

    def write(self, capture: str, tables: Tables, dissect: Dissect | None = None, jobs: int = 1) -> Reported:
        """Write it. dissect, jobs: as for `write_report`."""
        folder, everything = self.names[capture], self.all_tables
        with Part(self.path, folder, private=self.private) as part:
            known = self.provenance.about(capture), part, dissect
            index = f"../{INDEX}"
            verdict = write_report(tables, *known, csv_raw=self.csv_raw, all_tables=everything, index=index, jobs=jobs)
            if self.dataset:
                with_rows = [name for name, table in tables.items() if len(table)]
                part.note((), (f"{BELOW}/{name}" for name in planned_parts(capture, folder, with_rows)))
                write_parts(tables, capture, folder, lambda name: part.binary(f"{BELOW}/{name}"))
        copies = self.provenance.copies
        known_input = _input(capture, tables, f"{folder}/report.html", copies, all_tables=everything)
        entry = entry_of(capture, folder, verdict, tables)
        return Reported(part.written, entry, known_input, verdict.sentence)

    def finish(self, reported: Reported) -> Reported:
        """Note that a report is whole, for a later run; with this note among its files.

        None is noted of one that is not to be taken over: a file that it was made from could not be hashed or read.
        """
        if self.options is None or not all(reported.digests.values()):
            return reported
        with Part(self.path, str(reported.entry.folder), private=self.private) as part, part.text(RECORD) as file:
            file.write(record(reported, self.made_from(reported.entry.capture)))
        return reported._replace(written=reported.written | part.written)

    def made_from(self, capture: str) -> dict[str, Any]:
        """All that the report of a capture depends on but its bytes."""
        zone = self.provenance.zone
        here = (zone.name, str(zone.rules)) if zone.rules is not None else (zone.name, *time.tzname, time.timezone)
        copies = [copy for copy in self.provenance.copies if copy.of in files_of([capture])]
        return {
            "capture": capture,
            "members": files_of([capture]),
            "provenance": self.provenance.about(capture).record(),
            "schema_version": SCHEMA_VERSION,
            "zone": here,
            "copies": copies,
            "private": self.private,
            "csv_raw": self.csv_raw,
            "all_tables": self.all_tables,
            "dataset": self.dataset,
            "options": self.options,
        }


class _Taken(NamedTuple):
    """A capture whose report was taken over, and how far the headline files were then."""

    entry: Entry
    input: dict[str, Any]
    mark: Mark


class Batch:
    """Reports of several captures below one folder: a folder each, an index page, and headline CSV files over all.

    A `Reporter` writes each, in any order; `take`, in the captures' order, makes it part of this run. However the run
    ends, the index names the captures that were not reported, the headline files hold the rows of those that were, and
    nothing else is left.
    """

    def __init__(
        self,
        folder: OutputFolder,
        captures: list[str],
        provenance: Provenance,
        *,
        csv_raw: bool = False,
        all_tables: bool = False,
        dataset: bool = False,
    ) -> None:
        self.index = folder.path / INDEX
        self._folder = folder
        self._names = dict(zip(captures, _names(captures), strict=True))
        self._provenance = provenance
        self._taken: list[_Taken] = []
        self._failed: list[Entry] = []
        self._most = None if all_tables else MOST_PLAIN
        self._rows = Headlines(folder.text, self._most)
        self._stack = ExitStack()
        self.reporter = Reporter(folder.path, self._names, provenance, folder.private, csv_raw, all_tables, dataset)
        self._fresh = True
        self.known: dict[str, Reported] = {}
        self._stay: set[str] = set()  # folders of reports that are whole and not taken
        self._left = deque(captures)  # those that `take` was not given yet

    def again(
        self,
        options: Mapping[str, Any] | None,
        seen: Seen | None = None,
        checked: dict[str, bytes] | None = None,
        *,
        fresh: bool = False,
    ) -> Self:
        """Take over what an earlier run with the same options has reported of captures that did not change: `known`.

        options: as of the `Reporter`. seen: of their files. checked: as of `whole`. fresh: take over nothing. What
        is `known` is not to be given to `take`.
        """
        self.reporter, self._fresh = self.reporter._replace(options=options), fresh
        self._checked = checked
        self._seen = seen or Seen(self._folder.path, files_of([*self._names]))
        return self

    def __enter__(self) -> Self:
        if self.reporter.options is None:
            self._folder.begin()
        else:
            self._look_back()
        self._stack.enter_context(self._rows)
        self._start = self._rows.mark()
        return self

    def _look_back(self) -> None:
        """Find what can be taken over, and remove the rest of what an earlier run left."""
        path = self._folder.path
        seen = self._seen
        known: dict[str, str] = {}
        for capture, folder in self._names.items() if not self._fresh else ():
            reported = whole(path, folder, self.reporter.made_from(capture), self._checked)
            if reported is not None and all(seen.has(file, sha256) for file, sha256 in reported.digests.items()):
                self.known[capture] = reported
            else:
                known |= recorded(path, folder).get("outputs", {})
        for folder in (self._checked or {}).keys() - {str(one.entry.folder) for one in self.known.values()}:
            del (self._checked or {})[folder]
        kept: dict[str, str] = {}
        for reported in self.known.values():
            kept |= reported.written
        self._folder.begin(kept, known)
        with self._folder.text(SEEN) as file:  # now that no report is left of what a file held earlier
            file.write(seen.text)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what is over all captures; after an exception too, which stays the one that counts."""
        why = "was interrupted" if kind is not None and issubclass(kind, KeyboardInterrupt) else "ended early"
        with undisturbed(), suppress(*(OutputError,) if kind is not None else ()):
            with self._stack:
                if kind is None:
                    self._take_known()
                else:
                    self._take_finished()
                self._undo()
            self._write_index(f"the run {why}")

    def take(self, reported: Reported) -> None:
        """Make a report that was written part of this run: its files, and its rows of the common ones."""
        self._take_known(reported.entry.capture)
        self._take(reported)

    def _take_known(self, before: str | None = None) -> None:
        """Do so with what is known of the captures before this one, or of all that are left."""
        while self._left and (capture := self._left.popleft()) != before:
            if capture in self.known:
                self._take(self.known[capture])

    def _take(self, reported: Reported) -> None:
        self._undo_rows()
        entry, folder = reported.entry, self._folder
        folder.take(reported.written)
        self._rows.append(folder.path / str(entry.folder))
        # An interrupt may come between any two steps: from this one on the capture is reported
        self._taken.append(_Taken(entry, reported.input, self._rows.mark()))

    def fail(self, capture: str, error: str) -> None:
        """Note an input that could not be read."""
        self._failed.append(Entry(capture, None, error))

    def _undo_rows(self) -> None:
        self._rows.back_to(self._taken[-1].mark if self._taken else self._start)

    def _take_finished(self) -> None:
        """Make part of this run what is whole of a run that has ended early, and was not taken yet."""
        self._undo_rows()
        captures = list(self._names)
        last = captures.index(self._taken[-1].entry.capture) + 1 if self._taken else 0
        failed = {entry.capture for entry in self._failed}
        for capture in captures[last:] if self.reporter.options is not None else ():
            reported = finished(self._folder.path, self._names[capture], self.reporter.made_from(capture))
            if reported is None or capture in failed:
                continue
            self._stay.add(self._names[capture])
            with suppress(OutputError):  # no room for its rows: it is there for the next run
                self._take(reported)

    def _undo(self) -> None:
        """Take back what was written of captures whose reports were not finished, or not taken over."""
        self._undo_rows()
        if len(self._taken) < len(self._names):
            self._folder.keep_parts(self._stay | {str(taken.entry.folder) for taken in self._taken})

    def _over_all(self) -> list[str]:
        """The names of the files over all captures, the one for the most readers first."""
        written = self._folder.written
        return [
            name if written.get(name) else name + GZIP
            for name in ("failures.csv", "weak_algorithms.csv", "proposals.csv", PEERS)
        ]

    def _write_index(self, why: str) -> None:
        entries = [*(taken.entry for taken in self._taken), *self._failed]
        known = {entry.capture for entry in entries}
        unreported = Unreported(tuple(capture for capture in self._names if capture not in known), why)
        pairs = together(pair for entry in entries for pair in entry.pairs)
        with self._folder.text(PEERS + GZIP if self._most is not None and len(pairs) > self._most else PEERS) as file:
            file.writelines(csv_lines(pairs, raw=self.reporter.csv_raw))
        with self._folder.text(INDEX) as file:
            dataset = BELOW if self.reporter.dataset and self._taken else None
            file.writelines(render_index(entries, self._provenance, unreported, self._over_all(), dataset))
        errors = [(entry.capture, entry.error) for entry in self._failed]
        errors += [(capture, why) for capture in unreported.captures]
        inputs = [taken.input for taken in self._taken]
        inputs += [{"path": path, "sha256": None, "report": None, "error": error} for path, error in errors]
        self._folder.record(inputs=inputs)
