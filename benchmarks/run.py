"""Us and tshark in turn on the same captures: CPU, wall time, peak memory, and whether both found the same messages.

    python -m benchmarks.run            # 1.5 M packets mixed, twice 500,000 of IKE, 1.5 M of ESP; 5 rounds
    python -m benchmarks.run --quick    # small captures, 1 round: is everything in place?

Each command runs once to warm the page cache and to count, then all of them in turn, round by round: A B C A B C. What
is printed are medians over the rounds; a ratio is the median of the rounds' own ratios, because two runs a second apart
share the machine's mood and two runs an hour apart do not.
"""

import argparse
import csv
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CAPTURES = {  # packets, and what make_capture is told
    "mixed": (1_500_000, ("mixed", "--ike-share", "0.005")),
    "ike": (500_000, ("ike",)),
    "worst": (500_000, ("ike", "--mean-tail", "0", "--distinct-sa")),
    "esp": (1_500_000, ("esp", "--ike-share", "0.001")),
}
QUICK_DIVISOR = 30
TSHARK_FIELDS = (
    "frame.number",
    "frame.time_epoch",
    "ip.src",
    "ip.dst",
    "isakmp.ispi",
    "isakmp.rspi",
    "isakmp.version",
    "isakmp.exchangetype",
    "isakmp.messageid",
    "isakmp.typepayload",
)
OUR_COLUMNS = (
    "frame_number,time,src_ip,dst_ip,initiator_spi,responder_spi,major_version,exchange_type,message_id,payload_types"
)


class Run(NamedTuple):
    """What one process cost. `peak_mib`: its largest resident set."""

    cpu_s: float
    wall_s: float
    peak_mib: float


def commands(capture: Path, *, summary: bool) -> dict[str, list[str]]:
    """What is compared, by name: tshark's own ten fields, all of the table, the story; the last one is tshark."""
    ours = [sys.executable, "-m", "analyzer"]
    export = [*ours, "export", str(capture), "--table", "messages"]
    fields = [word for name in TSHARK_FIELDS for word in ("-e", name)]
    return {
        "same fields": [*export, "--columns", OUR_COLUMNS],
        "export": export,
        **({"summary": [*ours, "summary", str(capture)]} if summary else {}),
        "tshark": ["tshark", "-n", "-r", str(capture), "-Y", "isakmp", "-T", "fields", *fields],
    }


def make(name: str, packets: int, seed: int, folder: Path) -> Path:
    """The capture of this name, made once for each folder."""
    path = folder / f"{name}-{packets}-{seed}.pcap"
    if not path.is_file():
        unfinished = path.with_suffix(".unfinished.pcap")
        kind, *how = CAPTURES[name][1]
        words = (kind, unfinished, "--packets", packets, "--seed", seed, *how)
        print(f"making {path}", file=sys.stderr)
        command = [sys.executable, "-m", "benchmarks.make_capture", *map(str, words)]
        subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
        unfinished.rename(path)
    return path


def measure(command: list[str]) -> Run:
    """Run a command that must succeed, its output thrown away."""
    before = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    talk = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}: {talk}")
    return Run(usage.ru_utime + usage.ru_stime, time.perf_counter() - before, usage.ru_maxrss / 1024)


def count_messages(command: list[str], *, header: bool) -> int:
    """Number of rows that a command prints."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        rows = sum(1 for _ in csv.reader(process.stdout)) if header else sum(1 for _ in process.stdout)
    return rows - 1 if header else rows


def compare(capture: Path, rounds: int, *, summary: bool) -> tuple[int, int, dict[str, list[Run]]]:
    """Messages that we and tshark find, and the runs of each command."""
    todo = commands(capture, summary=summary)
    ours = count_messages(todo["export"], header=True)
    theirs = count_messages(todo["tshark"], header=False)
    assert ours == count_messages(todo["same fields"], header=True)
    runs: dict[str, list[Run]] = {name: [] for name in todo}
    for _ in range(rounds):
        for name, command in todo.items():
            runs[name].append(measure(command))
    return ours, theirs, runs


def result_rows(capture: str, messages: int, runs: dict[str, list[Run]]) -> Iterable[tuple[str, ...]]:
    """Cells of the table for one capture."""
    tshark = runs["tshark"]
    for name, mine in runs.items():
        pairs = list(zip(mine, tshark, strict=True))
        cpu, wall = [b.cpu_s / a.cpu_s for a, b in pairs], [b.wall_s / a.wall_s for a, b in pairs]
        yield (
            capture,
            name,
            f"{messages}",
            f"{median(r.cpu_s for r in mine):.2f}",
            f"{median(r.wall_s for r in mine):.2f}",
            f"{median(r.peak_mib for r in mine):.0f}",
            f"{median(cpu):.1f}x ({min(cpu):.1f}-{max(cpu):.1f})",
            f"{median(wall):.1f}x",
        )


def table(rows: list[tuple[str, ...]]) -> str:
    """Markdown, readable as plain text too."""
    head = ("capture", "command", "messages", "CPU s", "wall s", "peak MiB", "CPU: tshark / this", "wall")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def provenance() -> str:
    """Versions and machine, without which the numbers mean nothing."""
    banner = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
    tshark = "tshark " + (re.findall(r"\d+\.\d+\.\d+", banner) or ["of unknown version"])[0]
    ours = f"isakmp-analyzer {version('isakmp-analyzer')}"
    python = f"Python {platform.python_version()}, numpy {version('numpy')}"
    return f"{ours}; {tshark}; {python}; {os.cpu_count()} CPUs, {platform.system()} {platform.machine()}"


def main() -> int:
    """Command line; 1 when the numbers of messages differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(tempfile.gettempdir()) / "isakmp-analyzer-benchmarks"
    parser.add_argument("--only", choices=CAPTURES, help="one capture (default: all four)")
    parser.add_argument("--folder", type=Path, default=default, help="where captures are kept (%(default)s)")
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--summary", action="store_true", help="also `summary`: minutes a round where all is IKE")
    parser.add_argument("--quick", action="store_true", help="small captures, one round")
    options = parser.parse_args()
    if not shutil.which("tshark"):
        parser.error("tshark is not installed (Debian: apt-get install tshark)")
    options.folder.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[str, ...]] = []
    unequal: list[str] = []
    for name in [options.only] if options.only else CAPTURES:
        packets = CAPTURES[name][0] // (QUICK_DIVISOR if options.quick else 1)
        capture = make(name, packets, options.seed, options.folder)
        ours, theirs, runs = compare(capture, 1 if options.quick else options.rounds, summary=options.summary)
        rows += result_rows(name, ours, runs)
        if ours != theirs:
            unequal.append(f"{name}: we find {ours} messages, tshark {theirs}: its rows prove nothing")
    print(provenance(), table(rows), *unequal, sep="\n")
    return 1 if unequal else 0


if __name__ == "__main__":
    sys.exit(main())
