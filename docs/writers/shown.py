"""What the fixtures show: every capture read once, and once with its keys; those of fixtures/rules by their table."""

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.analysis import Analysis
from analyzer.vocabulary import CONFIDENCES, SEVERITIES

_ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = _ROOT / "fixtures" / "pcaps"
RULES = _ROOT / "fixtures" / "rules"
WANTED = {
    "findings": ["finding", "severity", "confidence"],
    "diagnoses": ["diagnosis", "rank", "confidence"],
    "defects": ["kind"],
    "notifications": ["notify"],
}
MOST = 3  # fixtures named beside a thing; the best examples first


class Sight(NamedTuple):
    """Something that a fixture shows: with what else stands in its row, and whether only keys show it."""

    fixture: str
    words: tuple[Any, ...]
    keyed: bool

    @property
    def said(self) -> list[str]:
        """Those of the words that are text."""
        return [str(word) for word in self.words if isinstance(word, str)] + ["with keys"] * self.keyed


class Made(NamedTuple):
    """A check's captures in fixtures/rules, by their names; "" where there are no keys."""

    shows: str
    keys: str
    nearly: str
    policy: str
    lacks: str


@cache
def made() -> dict[str, Made]:
    """By the id of the check, of which expected.csv has a row for each finding (tests/fixtures/test_rules.py)."""
    with (RULES / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["rule"]: row for row in csv.DictReader(file) if row["nearly_lacks"]}
    return {rule: Made(*_files(rule), row["policy"], row["nearly_lacks"]) for rule, row in rows.items()}


def _files(rule: str) -> tuple[str, str, str]:
    names = sorted(path.name for path in (RULES / rule).iterdir())
    shows, keys, nearly = (
        next((name for name in names if name.startswith(start)), "")
        for start in ("shows.pcap", "shows.keys", "nearly.pcap")
    )
    return shows, keys, nearly


@cache
def cases() -> dict[str, dict[str, Any]]:
    """Each fixture's certificate (case.toml) by its name."""
    return {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.glob("*/case.toml"))}


@cache
def read(name: str, *, keyed: bool) -> Analysis:
    """One fixture, with its keys or without."""
    files = cases()[name]["files"]
    analysis = Analysis(wanted=WANTED, keys=FIXTURES / name / files["keys"] if keyed else None)
    analysis.add(FIXTURES / name / files["capture"])
    return analysis


@cache
def sights(table: str) -> dict[str, list[Sight]]:
    """By what stands in the first column of a table: the fixtures with such rows, the most telling row of each.

    Without keys rather than with them, the highest rank or severity, the surest; best examples first.
    """
    found: dict[str, dict[str, Sight]] = {}
    for name, case in cases().items():
        for keyed in (False, True) if "keys" in case["files"] else (False,):
            rows = sorted(set(read(name, keyed=keyed).tables[table].cells(*WANTED[table])), key=_weight)
            for value, *words in rows:
                found.setdefault(value, {}).setdefault(name, Sight(name, tuple(words), keyed))
    return {value: sorted(of.values(), key=lambda s: (s.keyed, _weight(s.words))) for value, of in found.items()}


def _weight(words: tuple[Any, ...]) -> tuple[Any, ...]:
    order = [*SEVERITIES, *CONFIDENCES]
    return tuple(order.index(word) if word in order else word for word in words)


def examples(table: str, value: str) -> Iterator[str]:
    """The best examples of something as links to the page of fixtures, and how many more there are."""
    found = sights(table).get(value, [])
    for sight in found[:MOST]:
        words = f" ({', '.join(sight.said)})" if sight.said else ""
        yield f"[{sight.fixture}](fixtures.md#{sight.fixture}){words}"
    if len(found) > MOST:
        yield f"and {len(found) - MOST} more"
