"""What was found out of files, for as long as they do not change: a program that runs on reads none of them twice."""

from collections.abc import Iterable
from time import time_ns
from typing import Generic, TypeVar

from analyzer.capture.sets import files_of
from analyzer.capture.status import SETTLED, Status, status_of

T = TypeVar("T")

Statuses = tuple[Status | None, ...]


class Unchanged(Generic[T]):
    """Values by captures, or sets of them. One whose files have changed since, or may have, has none."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Statuses, T]] = {}

    def get(self, capture: str) -> T | None:
        """What was found out of it; None: nothing, or that was before it changed."""
        noted = self._found.get(capture)
        return noted[1] if noted is not None and noted[0] == statuses(capture) else None

    def put(self, capture: str, before: Statuses, value: T) -> None:
        """Keep a value. before: `statuses` when the files were not read yet.

        None is kept of what is no file, or was written in the last tick of a clock: a change would not be seen.
        """
        now = time_ns()
        if all(status is not None and status.last + SETTLED < now for status in before):
            self._found[capture] = before, value

    def keep(self, captures: Iterable[str]) -> None:
        """Forget all others."""
        known = set(captures)
        for capture in self._found.keys() - known:
            del self._found[capture]


def statuses(capture: str) -> Statuses:
    """The status of each of its files."""
    return tuple(map(status_of, files_of([capture])))
