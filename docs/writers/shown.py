"""What the fixtures show: every capture read once, and once with its keys."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.analysis import Analysis
from analyzer.vocabulary import CONFIDENCES, SEVERITIES

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "pcaps"
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
