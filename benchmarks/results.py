"""Results as rows: kept as JSON, written as CSV, shown as a table."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Run
from benchmarks.rows import CPU, EACH, WALL, Row

OWN, OTHERS = "benchmarks.make_capture", "another generator"


@dataclass(frozen=True)
class Result:
    """One row, measured. Seconds and MiB are medians over the rounds.

    value: of CPU and wall the median of the rounds' own ratios rival / ours; of EACH milliseconds of one more capture.
    least, most: over the rounds. size_bytes: of the capture. messages: ISAKMP messages in it; rival_messages: those the
    rival finds, where it says so. load: of the machine (one minute) when the rounds began.
    """

    row: str
    made_by: str
    size_bytes: int | None
    messages: int | None
    ours: str
    rival: str
    rival_messages: int | None
    of: str
    rounds: int
    cpu_s: float
    wall_s: float
    peak_mib: float
    rival_cpu_s: float | None
    rival_wall_s: float | None
    rival_peak_mib: float | None
    value: float | None
    least: float | None
    most: float | None
    goal: float | None
    goal_mib: int | None
    load: float
    date: str
    versions: str

    @property
    def missed(self) -> list[str]:
        """Which of its goals."""
        slow = None not in (self.goal, self.value) and _reached(self) is False
        fat = self.goal_mib is not None and self.peak_mib > self.goal_mib
        return ["speed"] * slow + ["memory"] * fat

    @property
    def verdict(self) -> str:
        """Met or missed; "" where there is no goal, or nothing to compare with."""
        if self.value is None or (self.goal is None and self.goal_mib is None):
            return ""
        return f"missed ({', '.join(self.missed)})" if self.missed else "met"


def _reached(result: Result) -> bool:
    assert result.value is not None
    assert result.goal is not None
    return result.value <= result.goal if result.of == EACH else result.value >= result.goal


class Conditions(NamedTuple):
    """Under which rounds ran. each_of: how many captures more than the small one the large batch has."""

    made_by: str
    load: float
    date: str
    versions: str
    each_of: int
    size_bytes: int | None = None


def result_of(
    row: Row, mine: Sequence[Run], others: Sequence[Run], found: tuple[int | None, int | None], under: Conditions
) -> Result:
    """Of a row's rounds; others: the rival's runs of the same rounds, or none. found: messages, and the rival's."""
    values = _values(row.of, mine, others, under.each_of)
    its = [_median([run[place] for run in others]) for place in range(3)]
    return Result(
        row=row.name,
        made_by=under.made_by,
        size_bytes=under.size_bytes,
        messages=found[0],
        ours=row.ours,
        rival=row.rival if others else "",
        rival_messages=found[1],
        of=row.of,
        rounds=len(mine),
        cpu_s=round(median(run.cpu_s for run in mine), 4),
        wall_s=round(median(run.wall_s for run in mine), 4),
        peak_mib=round(median(run.peak_mib for run in mine), 1),
        rival_cpu_s=its[0],
        rival_wall_s=its[1],
        rival_peak_mib=its[2],
        value=_median(values),
        least=round(min(values), 4) if values else None,
        most=round(max(values), 4) if values else None,
        goal=row.goal,
        goal_mib=row.goal_mib,
        load=round(under.load, 1),
        date=under.date,
        versions=under.versions,
    )


def _values(of: str, mine: Sequence[Run], others: Sequence[Run], each_of: int) -> list[float]:
    if not others:
        return []
    pairs = list(zip(mine, others, strict=True))
    if of == WALL:
        return [b.wall_s / a.wall_s for a, b in pairs]
    if of == CPU:
        return [b.cpu_s / a.cpu_s for a, b in pairs]
    return [1000 * (a.cpu_s - b.cpu_s) / each_of for a, b in pairs]


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 4) if values else None


def load(path: Path) -> list[Result]:
    """Those of a JSON file; none if there is no such file."""
    if not path.is_file():
        return []
    return [Result(**row) for row in json.loads(path.read_text("utf-8"))["results"]]


def merged(old: Iterable[Result], new: Iterable[Result], order: Sequence[str]) -> list[Result]:
    """All of them, of each row and generator the newest, in the order of the rows."""
    rows = {(r.made_by, r.row): r for r in (*old, *new) if r.row in order}
    return sorted(rows.values(), key=lambda r: (r.made_by != OWN, order.index(r.row)))


def save(path: Path, results: Sequence[Result]) -> None:
    """As JSON, or as CSV if the name ends so."""
    if path.suffix != ".csv":
        path.write_text(json.dumps({"results": [asdict(r) for r in results]}, indent=1) + "\n", "utf-8")
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*(f.name for f in fields(Result)), "verdict"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**asdict(r), "verdict": r.verdict} for r in results)


HEAD = ("row", "ours", "messages", "CPU s", "peak MiB", "beside", "CPU s", "peak MiB", "ratio (min-max)", "goal", "")


def table(results: Sequence[Result]) -> str:
    """Markdown, readable as plain text too."""
    rows: list[tuple[str, ...]] = [HEAD, *(_cells(r) for r in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([f"| {lines[0]} |", f"|{rule}|", *(f"| {line} |" for line in lines[1:])])


def _cells(r: Result) -> tuple[str, ...]:
    found = "" if r.messages is None else f"{r.messages:,}"
    if r.rival_messages not in (None, r.messages):
        found += f" (it finds {r.rival_messages:,})"
    goal = "" if r.goal is None else f"{r.goal:g} ms" if r.of == EACH else f"{r.goal:g}x"
    memory = "" if r.goal_mib is None else f"{r.goal_mib} MiB"
    rival = f"{r.rival} ({r.of})" if r.rival and r.of != CPU else r.rival
    return (
        r.row,
        r.ours,
        found,
        _seconds(r.cpu_s) if r.of != WALL else f"{_seconds(r.wall_s)} wall",
        f"{r.peak_mib:.1f}",
        rival.replace("|", "\\|"),
        _seconds(r.rival_cpu_s) if r.of != WALL else f"{_seconds(r.rival_wall_s)} wall",
        "" if r.rival_peak_mib is None else f"{r.rival_peak_mib:.0f}",
        _value(r),
        ", ".join(filter(None, (goal, memory))),
        r.verdict,
    )


def _value(r: Result) -> str:
    if r.value is None or r.least is None or r.most is None:
        return ""
    if r.of == EACH:
        return f"{r.value:.1f} ms ({r.least:.1f}-{r.most:.1f})"
    digits = 2 if r.value < 10 else 1
    return f"{r.value:.{digits}f}x ({r.least:.{digits}f}-{r.most:.{digits}f})"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def origins(results: Sequence[Result]) -> list[str]:
    """Where, with what and when they were measured: a line for each that differs."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for r in results:
        key = (r.made_by, r.date, r.versions, f"{r.rounds} round{'s' * (r.rounds != 1)}")
        groups.setdefault(key, []).append(r)
    lines = []
    for where, some in groups.items():
        loads = [r.load for r in some]
        which = "all rows" if len(some) == len(results) else ", ".join(r.row for r in some)
        lines.append(f"{which}: captures of {'; '.join(where)}; load {min(loads):g}-{max(loads):g}")
    return lines
