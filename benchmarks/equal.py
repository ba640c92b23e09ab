"""Whether all sides found the same: speed without the same result proves nothing."""

import csv
import filecmp
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.captures import Capture
from benchmarks.rows import TSHARK_FIELDS
from benchmarks.seen import Seen, column, digest_of, in_fields, in_table

TABLES = ("ten fields", "all columns")  # ours, with the columns that are compared
FIELDS = "tshark fields"
PREFILTERED = "tcpdump | tshark"  # finds less: it is counted, not compared
READ = (
    *TABLES,
    FIELDS,
    PREFILTERED,
    "negotiations",
    "floods",
    "summary",
    "summary --jobs 2",
)  # whose output is looked at


@dataclass
class Found:
    """What was found in a capture by each command that says so; and what differs, in words."""

    messages: dict[str, int] = field(default_factory=dict)
    unequal: list[str] = field(default_factory=list)


def compare(capture: Capture, outputs: dict[str, Path]) -> Found:
    """Look at what each command printed; of a report, at the folder that it wrote."""
    found = Found()
    seen = {name: _seen(name, path) for name, path in outputs.items() if name in (*TABLES, FIELDS, PREFILTERED)}
    found.messages = {name: one.messages for name, one in seen.items()}
    found.unequal += _messages(capture, seen)
    found.unequal += _negotiations(capture, outputs)
    for name in ("summary", "report"):
        one, two = outputs.get(name), outputs.get(f"{name} --jobs 2")
        if one is not None and two is not None and not _same(one, two):
            found.unequal.append(f"{capture.name}: {name} --jobs 2 writes something else than {name}")
    return found


def _seen(name: str, path: Path) -> Seen:
    with path.open(encoding="utf-8", newline="") as file:
        return in_table(file) if name in TABLES else in_fields(file, TSHARK_FIELDS)


def _messages(capture: Capture, seen: dict[str, Seen]) -> Iterator[str]:
    sides = {name: (one.messages, one.digest) for name, one in seen.items() if name != PREFILTERED}
    if capture.truth:
        sides["the generator"] = capture.truth["messages"], capture.truth["seen"]
    if len(set(sides.values())) > 1:
        counts = ", ".join(f"{name} {count:,}" for name, (count, _) in sides.items())
        yield f"{capture.name}: not the same messages: {counts}"


def _negotiations(capture: Capture, outputs: dict[str, Path]) -> Iterator[str]:
    if capture.truth:
        known = capture.truth["negotiations"], capture.truth["initiator_spis"]
    elif FIELDS in outputs:
        with outputs[FIELDS].open(encoding="utf-8") as file:
            spis = {line.split("\t")[TSHARK_FIELDS.index("isakmp.ispi")] for line in file}
        known = len(spis), digest_of(spis)
    else:
        return
    for name, path in _tables_of_negotiations(outputs):
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as file:
            rows = list(column(file, "initiator_spi"))
        folded = _folded(outputs)
        if len(rows) + folded != known[0] or (not folded and digest_of(rows) != known[1]):
            yield f"{capture.name}: {name} has {len(rows):,} SAs, {known[0]:,} initiator SPIs are there, or other ones"
        elif not set(capture.truth.get("answered", ())) <= set(rows):
            yield f"{capture.name}: {name} lacks SAs that were answered"


def _folded(outputs: dict[str, Path]) -> int:
    """How many first messages are counted in floods, and are no negotiations."""
    if "floods" not in outputs:
        return 0
    with outputs["floods"].open(encoding="utf-8", newline="") as file:
        return sum(int(row.get("folded") or 0) for row in csv.DictReader(file))


def _tables_of_negotiations(outputs: dict[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, path in outputs.items():
        if name == "negotiations":
            yield name, path
        elif name.startswith("report"):
            plain, packed = (path / "tables" / f"negotiations.csv{suffix}" for suffix in ("", ".gz"))
            yield name, plain if plain.is_file() else packed


def _same(one: Path, two: Path) -> bool:
    """Of two files the bytes; of two folders those of every file."""
    if one.is_file():
        return filecmp.cmp(one, two, shallow=False)
    names = [sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()) for place in (one, two)]
    return names[0] == names[1] and not any(filecmp.cmpfiles(one, two, names[0], shallow=False)[1:])
