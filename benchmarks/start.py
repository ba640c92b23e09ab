"""Short runs: what a command loads before it reads anything. What it costs is measured by benchmarks.run (short/*).

    python -m benchmarks.start

The capture is one of the fixtures, some twenty packets: nearly all that such a run does is to start. What is imported,
and how long its own code takes, is Python's own account (`-X importtime`): wall time, each import printed.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.captures import ROOT, SHORT
from benchmarks.measure import ENVIRONMENT
from benchmarks.rows import OUR_COLUMNS

# Commands, and the most of our own modules that they may load
COMMANDS = (
    ("--help", 41),
    ("fields messages", 218),
    (f"export {SHORT} --table messages --columns {OUR_COLUMNS}", 179),
    (f"summary {SHORT}", 369),
    (f"check {SHORT}", 352),
)
_IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


class Loaded(NamedTuple):
    """One import: microseconds of its own code, and the module."""

    own_us: int
    module: str


def imports(words: Iterable[str]) -> list[Loaded]:
    """What a run of the analyzer imports, in order."""
    command = [sys.executable, "-X", "importtime", "-m", "analyzer", *words]
    told = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True).stderr
    return [Loaded(int(own), module) for own, module in _IMPORTED.findall(told)]


def our_own(loaded: Iterable[Loaded]) -> list[str]:
    """Modules of the analyzer among them, but for checks and diagnoses: judgement loads each that there is."""
    judged = ("analyzer.assessment.checks.", "analyzer.assessment.diagnoses.")
    return [
        row.module for row in loaded if f"{row.module}.".startswith("analyzer.") and not row.module.startswith(judged)
    ]


def main() -> None:
    """Print what each command loads."""
    print("| command | modules, our own | most of our own | ms in imports |\n|---|---|---|---|")
    for words, most in COMMANDS:
        loaded = imports(words.split())
        own_ms = sum(row.own_us for row in loaded) / 1000
        print(f"| {words.partition(' ')[0]} | {len(loaded)}, {len(our_own(loaded))} | {most} | {own_ms:.0f} |")


if __name__ == "__main__":
    main()
