"""Drift as one self-contained HTML page: what is new, what is only not seen again, what was not read."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from analyzer import __version__
from analyzer.report.change import Change
from analyzer.report.drift import sentence
from analyzer.report.html import Unused, page

MOST_ROWS: Final = 2000
"""Rows of each table of the page; what is more is counted, and JSON has it."""


class Compared(NamedTuple):
    """One side: what the command line calls it, and what of it was not read, in sentences without a full stop."""

    word: str
    not_read: tuple[str, ...]


def drift_page(changes: Sequence[Change], baseline: Compared, current: Compared) -> Iterator[str]:
    """The page, in pieces."""
    known = {
        "sentence": sentence(changes, partly=bool(baseline.not_read or current.not_read)),
        "drift": [change for change in changes if change.drift],
        "unseen": [change for change in changes if not change.drift],
        "sides": (("Baseline", baseline), ("Current", current)),
        "most": MOST_ROWS,
        "provenance": {"version": __version__},
    }
    unused = Unused(
        styles=("compare", "explorer", "find", "glance", "ladder", "negotiation", "timeline", "zoom"),
        scripts=("compare", "explorer", "filter", "find", "index", "timeline", "zone"),
    )
    return page("drift.html.j2", known, unused)
