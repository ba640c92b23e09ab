"""What is wrong with an expression, and where: a sentence, the expression, and a mark below the place."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from analyzer.errors import FilterError
from analyzer.tables.text import visible

_AROUND: Final = 60  # characters shown before the place, and behind it
_LONG: Final = 60


def fault(text: str, at: int, reason: str) -> FilterError:
    """The error of an expression. at: where its fault is, in characters from 0."""
    start, stop = max(0, at - _AROUND), at + _AROUND
    before, behind = visible(text[start:at]), visible(text[at:stop])
    lead, end = "... " if start else "", " ..." if stop < len(text) else ""
    shown = f"  {lead}{before}{behind}{end}\n  {' ' * len(lead + before)}^"
    return FilterError(visible(reason), at, shown)


def near(word: str, known: Iterable[str]) -> str:
    """A question that names what may be meant; "" where nothing is like it."""
    by_lower = {one.lower(): one for one in known}
    found = get_close_matches(word[:_LONG].lower(), by_lower, 3, 0.6)
    return f"; did you mean {' or '.join(map(by_lower.__getitem__, found))}?" if found else ""


def named(word: str) -> str:
    """A word of the expression for a sentence, if it is long its beginning."""
    return word if len(word) <= _LONG else word[:_LONG] + "..."
