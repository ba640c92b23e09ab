"""What earlier runs of one process found out of files that did not change since, so that it is not done again."""

from collections.abc import Sequence
from typing import Protocol

from analyzer.batch.work import Failure
from analyzer.capture.joining.sources import Looked
from analyzer.capture.sets import files_of
from analyzer.capture.unchanged import Statuses, Unchanged, statuses


class Failed(Protocol):
    """What a run keeps of captures that it could not read or work on."""

    errors: list[Failure]


class Past:
    """For the runs of a process, one after the other, over what is in a folder.

    only: files that the next run may look at, by the names that `paths_below` gives them; whatever else is in a folder
    is left for a later one. looked: what looks at captures have shown. checked: what the folders of reports
    were like that were read and found to be as they were written.
    """

    def __init__(self) -> None:
        self.only: frozenset[str] = frozenset()
        self.looked = Looked()
        self.checked: dict[str, bytes] = {}
        self._failed: Unchanged[Failure] = Unchanged()
        self._before: dict[str, Statuses] = {}

    def untried(self, captures: Sequence[str], failures: Failed) -> list[str]:
        """Those that are to be tried. Why the others failed, which did not change since, is added to `failures`."""
        errors = {capture: self._failed.get(capture) for capture in captures}
        failures.errors += [error for error in errors.values() if error is not None]
        self._before = {capture: statuses(capture) for capture, error in errors.items() if error is None}
        return [*self._before]

    def note(self, captures: Sequence[str], failures: Failed) -> None:
        """Keep what failed, in the order of the captures as where all were tried; forget what is there no more."""
        places = {capture: place for place, capture in enumerate(captures)}
        for capture in captures:
            for file in files_of([capture]):
                places.setdefault(file, places[capture])
        failures.errors.sort(key=lambda error: places.get(error.path, -1))
        for error in failures.errors:
            if error.path in self._before:
                self._failed.put(error.path, self._before[error.path], error)
        self._failed.keep(captures)
        self.looked.keep([*places])
