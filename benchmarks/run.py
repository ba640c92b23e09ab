"""Us and others in turn on the same captures: CPU, wall time, memory, goals, and whether all found the same.

    python -m benchmarks.run                          # every row, 5 rounds
    python -m benchmarks.run 'ike/*' flood/summary    # some rows; --list shows their names
    python -m benchmarks.run --quick                  # small captures, each command once: do all find the same?
    python -m benchmarks.run --output benchmarks/results.json && python docs/generate.py

Each command runs once to warm the page cache, and what it prints is compared with what the others print and with what
the generator put in. Then all commands of a capture run in turn, round by round: A B C A B C. What is shown are medians
over the rounds; a ratio is the median of the rounds' own ratios, because two runs a second apart share the machine's
mood and two runs an hour apart do not. Where tshark or tcpdump is not installed, our commands run alone.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.captures import Capture, given, make
from benchmarks.equal import READ, Found, compare
from benchmarks.measure import Run, measure, versions
from benchmarks.results import OTHERS, OWN, Conditions, Result, load, merged, origins, result_of, save, table
from benchmarks.rows import LOOKED_AT, MANY, MANY_QUICK, ROWS, Row, batch, known, pipeline, program, short


def commands_of(rows: Sequence[Row]) -> list[str]:
    """The commands that these rows need and this machine has, ours first."""
    names = [*dict.fromkeys(row.ours for row in rows), *dict.fromkeys(row.rival for row in rows if row.rival)]
    return [name for name in dict.fromkeys(names) if known(name) and (not program(name) or shutil.which(program(name)))]


def first(commands: Sequence[str], capture: Capture, folder: Path) -> tuple[Found, dict[str, list[Run]]]:
    """Each command once, and what it printed or wrote compared."""
    outputs: dict[str, Path] = {}
    runs: dict[str, list[Run]] = {}
    for number, name in enumerate(dict.fromkeys((*commands, *LOOKED_AT.get(capture.name, ())))):
        processes = pipeline(name, capture.path, folder)
        printed = folder / f"printed-{number}"
        with printed.open("wb") if name in READ else open(os.devnull, "wb") as file:  # noqa: PTH123
            runs[name] = [measure(processes, file)]
        written = Path(processes[0][processes[0].index("-o") + 1]) if "-o" in processes[0] else printed
        if written.exists():
            outputs[name] = written
    return compare(capture, outputs), runs


def rounds_of(commands: Sequence[str], capture: Capture, folder: Path, rounds: int) -> dict[str, list[Run]]:
    """The runs of each command, all in turn: A B C A B C."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name in commands:
            for old in folder.glob("out-*"):
                shutil.rmtree(old)
            runs[name].append(measure(pipeline(name, capture.path, folder)))
    return runs


def measured(rows: Sequence[Row], capture: Capture, options: argparse.Namespace) -> tuple[list[Result], list[str]]:
    """The results of all rows of one capture, and what is not equal."""
    commands = commands_of(rows)
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place)
        found, runs = first(commands, capture, folder)
        busy = os.getloadavg()[0]
        if not options.quick:
            runs = rounds_of(commands, capture, folder, options.rounds)
    few, many = MANY_QUICK if options.quick else MANY
    made_by = OTHERS if options.captures else OWN
    size = capture.path.stat().st_size if capture.path.is_file() else None
    under = Conditions(made_by, busy, f"{datetime.now(UTC):%Y-%m-%d}", options.versions, many - few, size)
    messages = capture.truth.get("messages", found.messages.get("tshark fields"))
    results = [
        result_of(row, runs[row.ours], runs.get(row.rival, []), (messages, found.messages.get(row.rival)), under)
        for row in rows
        if row.ours in runs
    ]
    return results, found.unequal


def capture_of(name: str, options: argparse.Namespace) -> Capture | None:
    """The capture of this name; None where captures were given without it."""
    if name == "short":
        return short()
    if name == "batch":
        return batch(options.folder, quick=options.quick)
    if options.captures:
        return given(name, options.captures)
    return make(name, options.folder, quick=options.quick, seed=options.seed)


def all_measured(rows: Sequence[Row], options: argparse.Namespace) -> Iterator[tuple[list[Result], list[str]]]:
    """Capture after capture."""
    for name in dict.fromkeys(row.capture for row in rows):
        capture = capture_of(name, options)
        if capture is not None:
            print(f"{name}: {', '.join(r.name for r in rows if r.capture == name)}", file=sys.stderr, flush=True)
            yield measured([row for row in rows if row.capture == name], capture, options)


def not_run(rows: Sequence[Row], done: Sequence[Result]) -> Iterator[str]:
    """What is missing in the results, and why."""
    have = {result.row: result for result in done}
    for row in rows:
        if row.name not in have:
            yield f"{row.name}: not run: " + ("there is no such capture" if known(row.ours) else f"no {row.ours} yet")
        elif row.rival and not have[row.name].rival:
            yield f"{row.name}: {program(row.rival) or row.rival} is not installed, ours ran alone"


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(tempfile.gettempdir()) / "isakmp-analyzer-benchmarks"
    parser.add_argument("rows", nargs="*", default=["*"], help="names or patterns (default: all)")
    parser.add_argument("--list", action="store_true", help="show the rows with their goals")
    parser.add_argument("--quick", action="store_true", help="small captures, each command once, no goals")
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=default, help="where captures are kept (%(default)s)")
    parser.add_argument(
        "--captures", type=Path, help="folder with captures of others: NAME.pcap by the captures' names"
    )
    parser.add_argument(
        "--output",
        type=Path,
        action="append",
        default=[],
        help=".json (rows in it are renewed) or .csv; may be repeated",
    )
    options = parser.parse_args(words)
    options.wanted = [row for row in ROWS if any(fnmatch(row.name, pattern) for pattern in options.rows)]
    if not options.wanted:
        parser.error(f"no row is called {' or '.join(options.rows)}; --list shows them")
    if options.quick:
        options.wanted = [row._replace(goal=None, goal_mib=None) for row in options.wanted]
    return options


def main(words: Sequence[str]) -> int:
    """Run; 1 when not all found the same."""
    options = parsed(words)
    if options.list:
        for row in options.wanted:
            print(
                f"{row.name:22} {row.capture:13} {row.ours:17} {row.rival:17} {row.goal or '':>4} {row.goal_mib or ''}"
            )
        return 0
    options.folder.mkdir(parents=True, exist_ok=True)
    options.versions = versions()
    results: list[Result] = []
    unequal: list[str] = []
    for some, wrong in all_measured(options.wanted, options):
        results += some
        unequal += wrong
        for path in options.output:  # at once: a run that is stopped has not measured in vain
            old = load(path) if path.suffix != ".csv" else []
            save(path, merged(old, results, [row.name for row in ROWS]))
    print(table(results), *origins(results), *not_run(options.wanted, results), sep="\n")
    print(*unequal or ["All found the same."], sep="\n")
    return 1 if unequal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
