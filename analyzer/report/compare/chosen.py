"""What the page needs to put any two of its negotiations side by side: the answers of each, asked alone.

The script pairs them by their names (templates/scripts/compare.js). What only one of them has a question for, such as a
message that only it sent, stands apart: what the other would have answered is not asked here.
"""

from collections.abc import Collection
from itertools import islice
from typing import Any, Final

from analyzer.report.compare.case import cases
from analyzer.report.compare.compared import TOPICS
from analyzer.report.compare.model import ABSENT, SEEN, UNKNOWN, Answer
from analyzer.report.compare.timing import NEAR_S, SEVERAL
from analyzer.report.words import clip
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables

MOST_CHOSEN: Final = 60
"""Negotiations of one page that can be chosen: the first ones that it shows, the worst first."""

_STATES: Final = (SEEN, ABSENT, UNKNOWN)
_HEADLINE: Final = 120


def chosen(tables: Tables, numbers: Collection[int], zone: Zone = UTC_ZONE) -> dict[str, Any] | None:
    """Names of all questions, and of each negotiation its answers; None: there are no two to compare.

    aspects: topic, name, whether it can matter, in the order in which they are shown. answers: place of the aspect,
    state, text, and where there are some frames, key and span.
    """
    if len(numbers) < 2:
        return None
    asked: dict[tuple[str, str, bool], int] = {}
    answers = []
    for number, case in cases(tables, list(islice(numbers, MOST_CHOSEN)), zone).items():
        mine = [(aspect, aspect.a) for topic in TOPICS for aspect in topic(case, case)]
        rows = [
            [asked.setdefault((aspect.topic, aspect.name, aspect.matters), len(asked)), *_cells(answer)]
            for aspect, answer in mine
        ]
        answers.append({"number": number, "outcome": case.n["outcome"] or "unknown", "rows": rows})
    return {"aspects": [list(aspect) for aspect in asked], "answers": answers, "near": [NEAR_S, SEVERAL]}


def _cells(answer: Answer) -> list[Any]:
    """State, shown text, what is compared if that is another thing, span. Missing ones at the end are left out."""
    key = None if answer.key is None or answer.span_s is not None else str(answer.key)
    cells = [_STATES.index(answer.state), clip(answer.shown, 400), key, answer.span_s]
    while cells[-1] is None:
        cells.pop()
    return cells
