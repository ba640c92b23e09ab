"""Runs `watch` without waiting: between two looks something happens to the folder."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import Result

from tests.cli.running import run

Step = Callable[[], object]


class Watched(NamedTuple):
    """What a watch printed, line by line, and how it ended."""

    lines: list[dict[str, Any]]
    result: Result

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What each line is about: its kind, and the name of its capture."""
        return [(line["kind"], Path(line["capture"] or line["subject"]).name) for line in self.lines]


def nothing() -> None:
    """Nobody writes into the folder."""


class Driver:
    """A watch over `folder` that is interrupted when all steps are done. Each comes before the next look."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path, out: Path) -> None:
        self._patch, self.folder, self.out = patch, folder, out
        self.pauses: list[float] = []

    def __call__(self, *steps: Step, options: tuple[str | Path, ...] = ()) -> Watched:
        left = list(steps)

        def sleep(seconds: float) -> None:
            self.pauses.append(seconds)
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        with self._patch.context() as patch:
            patch.setattr(time, "sleep", sleep)
            result = run("watch", self.folder, "-o", self.out, "--jobs", "1", "--every", "3", *options)
        return Watched([json.loads(line) for line in result.stdout.splitlines()], result)
