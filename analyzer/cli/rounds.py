"""The rounds of `watch`: looks at a folder, the report of what is finished, and the lines about it.

Looks, not events of the file system: they see the same over NFS, SMB and FUSE and on every system, and what was missed
while nobody looked.
"""

import json
import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import click

from analyzer.batch.arrivals import Arrivals
from analyzer.batch.past import Past
from analyzer.batch.reading import Reading
from analyzer.capture.found import paths_below
from analyzer.capture.status import Status, status_of
from analyzer.capture.unfinished import ends_inside
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.inputs import Failures, shown
from analyzer.cli.output import say
from analyzer.cli.report import write_reports
from analyzer.cli.sides import Side, comparable, side_of
from analyzer.errors import CaptureError, OutputError
from analyzer.processes import undisturbed
from analyzer.report.change import Change
from analyzer.report.drift import compare, not_read
from analyzer.report.files import writing
from analyzer.report.saved import Saved, read_reports, saved_in
from analyzer.report.snapshot import COMPARED, Snapshot, snapshot
from analyzer.report.watched import Baseline, Watched
from analyzer.report.words import plural
from analyzer.report.zone import UTC_ZONE
from analyzer.tables.text import iso_time

_MOST_NAMED: Final = 5


class Rounds:
    """One watch over a folder. given: the baseline; None: what the first round finds is it.

    CaptureError: what an earlier watch left in `output` cannot be read.
    """

    def __init__(self, folder: str, output: Path, how: Reading, given: Side | None) -> None:
        self._folder, self._output, self._how, self._given = folder, output, how, given
        baseline = None if given is None else Baseline(snapshot(given.tables), len(given.unread))
        self._watched = Watched(baseline)
        self._watched.load(output)
        self._arrivals = Arrivals(partial(ends_inside, ports=how.ports, max_expansion=how.max_expansion))
        self._past = Past()
        self._done: Mapping[str, Status] = {}  # the files of the last round
        self._drifted = False  # whether it printed drift

    def run(self, every: float, *, once: bool, until_drift: bool) -> Exit:
        """Look, and work on what is finished; the exit code, where this ends. every: seconds between looks."""
        self._look()
        while True:
            time.sleep(every)
            code = Exit.DONE
            if self._look() and self._arrivals.finished and self._arrivals.has_news(self._done):
                code = self._round()
            if once or (until_drift and self._drifted):
                self._leave()
                return code

    def _look(self) -> bool:
        """Take a look; False: the folder cannot be listed now, so that what is in it is not known."""
        unread: list[CaptureError] = []
        files = {path: status_of(path) for path in paths_below(self._folder, unread.append)}
        if any(error.path == self._folder for error in unread):
            say(f"{self._folder}: this folder cannot be listed; it is looked at again until it can be")
            return False
        self._arrivals.look({path: status for path, status in files.items() if status is not None}, time.time_ns())
        self._past.only = frozenset(files) - self._arrivals.growing - self._arrivals.held.keys()
        for path, why in sorted(self._arrivals.held.items()):
            say(f"{path}: {why}, and waits for an hour, or for the next one")
        return True

    def _leave(self) -> None:
        """Name what is left for the next watch."""
        left = sorted(self._arrivals.growing | self._arrivals.held.keys())
        if left:
            some = ", ".join(left[:_MOST_NAMED]) + (" and others" if left[_MOST_NAMED:] else "")
            say(f"{plural(len(left), 'file')} not finished, and left for the next run: {some}")

    def _round(self) -> Exit:
        """Report what is finished, and print what is new of it."""
        finished, failures = dict(self._arrivals.finished), Failures()
        write_reports(
            *([self._folder], self._output, self._how, UTC_ZONE, failures, None, self._past),
            fresh=False, csv_raw=False, all_tables=False,
        )  # fmt: skip
        saved = saved_in(self._output)
        if saved is None:
            raise OutputError(str(self._output), "what was written there is gone")
        news = self._news(saved, failures)
        now = iso_time(time.time_ns())
        _print(news, now)
        with undisturbed():
            self._watched.save(self._output, private=self._how.keys is not None)
        self._done = finished
        self._drifted = any(change.drift for change in news)
        drift = sum(change.drift for change in news)
        say(f"{now}: {plural(len(saved.sources), 'report')} in {self._output}; {plural(drift, 'new change')}")
        return foremost(failures.code, Exit.FOUND if drift else Exit.DONE)

    def _news(self, saved: Saved, failures: Failures) -> list[Change]:
        """What is to be printed of a round. All that was reported counts as compared then."""
        watched, now = self._watched, Snapshot()
        unread = [(error.path, str(error)) for error in failures.errors]
        unread += [(capture, f"{shown(capture)}: {why}") for capture, why in failures.partly]
        news = watched.new_unread([not_read(path, why)._replace(new=(why,)) for path, why in unread])
        folders = dict(zip(saved.sources, saved.reports, strict=True))
        fresh = [source for source in saved.sources if watched.compared.get(source[0]) != source[1]]
        if fresh:
            whole = len(fresh) == len(folders)
            side = (
                side_of(str(self._output), self._how)
                if whole
                else Side(str(self._output), read_reports([folders[source] for source in fresh], COMPARED))
            )
            now = snapshot(side.tables)
            if watched.baseline is None:
                watched.baseline = Baseline(now, len(side.unread))
                say(f"the baseline is what these show: {plural(len(fresh), 'report')}")
            elif self._given is not None:
                comparable(self._given, side)
            found = compare(watched.baseline.snapshot, now, len(news), watched.baseline.unread)
            news += watched.new_drift([one for one in found if one.drift or one.may_be_drift], now)
        watched.compared = dict(saved.sources)
        return news


def _print(changes: Iterable[Change], now: str) -> None:
    """A line for each. OutputError: it cannot be written; nor would anybody read it."""
    try:
        with writing("-"):
            for change in changes:
                click.echo(json.dumps({"time": now, **change._asdict()}))
    except BrokenPipeError:
        raise OutputError("-", "nobody reads it any more") from None
