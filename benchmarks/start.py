"""Short runs: what a command loads before it reads anything, and what one more capture of a batch costs.

    python -m benchmarks.start            # 5 rounds
    python -m benchmarks.start -n 1

The capture is one of the fixtures, some twenty packets: nearly all that such a run does is to start. Each command runs
in turn with tshark, as in benchmarks.run. What is imported, and how long its own code takes, is Python's own account
(`-X importtime`). The report of one more capture is the difference between two folders, divided by their captures.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.run import OUR_COLUMNS, ROOT, TSHARK_FIELDS, Run, measure, provenance

CAPTURE = ROOT / "fixtures" / "pcaps" / "ikev2-cert-weak" / "capture.pcap"
FEW, MANY = 20, 120
# Commands, the tshark they are compared with ("" for none), and the most of our own modules that they may load
COMMANDS = (
    ("--help", "", 35),
    ("fields messages", "", 200),
    (f"export {CAPTURE} --table messages --columns {OUR_COLUMNS}", "fields", 240),
    (f"summary {CAPTURE}", "-Y isakmp", 300),
    (f"check {CAPTURE}", "-Y isakmp", 300),
)
_IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


class Loaded(NamedTuple):
    """One import: microseconds of its own code, and the module."""

    own_us: int
    module: str


def imports(words: Iterable[str]) -> list[Loaded]:
    """What a run of the analyzer imports, in order."""
    command = [sys.executable, "-X", "importtime", "-m", "analyzer", *words]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    return [Loaded(int(own), module) for own, module in _IMPORTED.findall(told)]


def our_own(loaded: Iterable[Loaded]) -> list[str]:
    """Modules of the analyzer among them, but for checks and diagnoses: judgement loads each that there is."""
    judged = ("analyzer.assessment.checks.", "analyzer.assessment.diagnoses.")
    return [
        row.module for row in loaded if f"{row.module}.".startswith("analyzer.") and not row.module.startswith(judged)
    ]


def tshark(how: str) -> list[str]:
    """The tshark that reads the same capture: ten fields of each message, or a line."""
    fields = ["-T", "fields", *(word for name in TSHARK_FIELDS for word in ("-e", name))] if how == "fields" else []
    return ["tshark", "-n", "-r", str(CAPTURE), "-Y", "isakmp", *fields]


def turns(commands: list[list[str]], rounds: int) -> list[list[Run]]:
    """The runs of each command, A B A B, after one of each that is not counted."""
    for command in commands:
        measure(command)
    rows = [[measure(command) for command in commands] for _ in range(rounds)]
    return [list(runs) for runs in zip(*rows, strict=True)]


def start_row(words: str, rival: str, rounds: int) -> str:
    """One line: CPU, peak, how that compares, what was loaded."""
    ours = [sys.executable, "-m", "analyzer", *words.split()]
    runs = turns([ours, *([tshark(rival)] if rival else [])], rounds)
    ratios = [theirs.cpu_s / mine.cpu_s for mine, *others in zip(*runs, strict=True) for theirs in others]
    accounts = [imports(words.split()) for _ in range(rounds)]
    loaded = accounts[0]
    cpu, peak = median(r.cpu_s for r in runs[0]), median(r.peak_mib for r in runs[0])
    against = f"{median(ratios):.2f}x ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else ""
    own = min(sum(row.own_us for row in account) for account in accounts) / 1000  # wall time: the least disturbed
    modules = f"{len(loaded)}, {len(our_own(loaded))}"
    return f"| {words.partition(' ')[0]} | {cpu:.3f} | {peak:.0f} | {against} | {modules} | {own:.0f} |"


def report_row(rounds: int) -> str:
    """One line: the report of one more capture in a batch."""
    with tempfile.TemporaryDirectory() as folder:
        commands = []
        for count in (FEW, MANY):
            captures = Path(folder) / str(count)
            captures.mkdir()
            for number in range(count):
                shutil.copy(CAPTURE, captures / f"{number}.pcap")
            commands.append([sys.executable, "-m", "analyzer", "report", str(captures), "-o", f"{folder}/out{count}"])
        few, many = turns(commands, rounds)
        each = [(b.cpu_s - a.cpu_s) / (MANY - FEW) for a, b in zip(few, many, strict=True)]
        files = sum(path.is_file() for path in (Path(folder) / f"out{MANY}").rglob("*")) / MANY
    return f"| one more report of a batch | {median(each):.4f} | {median(r.peak_mib for r in many):.0f} | {files:.0f} |"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(provenance())
    print("| command | CPU s | peak MiB | CPU: tshark / this (min-max) | modules, our own | ms in imports |")
    print("|---|---|---|---|---|---|")
    for words, rival, _ in COMMANDS:
        print(start_row(words, rival, rounds), flush=True)
    print("\n| work | CPU s | peak MiB | files |\n|---|---|---|---|")
    print(report_row(rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
