"""What of captures was not read, in words: packets that were not opened, and what is damaged or cut short."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analyzer.capture.text_notes import NOTES
from analyzer.capture.unopened import NOT_OPENED
from analyzer.negotiation.conclude.verdict import times
from analyzer.report.sources import sources
from analyzer.report.words import listed, plural
from analyzer.tables.store import Tables

COUNTED: Final = ("packets", "packets_not_opened", "not_opened")
"""The columns of `captures` that this asks."""
_MOST_NAMED: Final = 4
# Said elsewhere, or without a loss: the order of records, the version of a file that is read as any other
_LOST_NOTHING: Final = {
    NOT_OPENED,
    "capture-out-of-order",
    "capture-version",
    "limit-comments",
    "limit-half-open",
    "limit-expansion",
    *NOTES,
}


def not_opened(captures: Iterable[Mapping[str, Any]]) -> str:
    """What was not opened, and how much, as a sentence without its full stop; "" if nothing was left."""
    count, names = 0, dict[str, None]()
    for c in captures:
        count += c["packets_not_opened"] or 0
        names.update(dict.fromkeys(c["not_opened"] or ()))
    if not count:
        return ""
    shown = list(names)[:_MOST_NAMED]
    more = len(names) - len(shown)
    kinds = listed([*shown, *([plural(more, "other kind")] if more else [])])
    return f"{plural(count, 'packet')} of {kinds} {'was' if count == 1 else 'were'} not opened"


def opened(captures: Iterable[Mapping[str, Any]]) -> int:
    """How many packets were looked into."""
    return sum((c["packets"] or 0) - (c["packets_not_opened"] or 0) for c in captures)


def no_message(captures: Iterable[Mapping[str, Any]]) -> str:
    """The sentence about captures in which no ISAKMP message was found."""
    captures = tuple(captures)
    left, read = not_opened(captures), opened(captures)
    if not left:
        return "No IKE message in this capture."
    if not read:
        return f"No packet of this capture could be read: {left}."
    return f"No IKE message in the {plural(read, 'packet')} that could be read; {left}."


def but_not_all(captures: Iterable[Mapping[str, Any]]) -> str:
    """What the reader must know where messages were found and some packets not opened; "" if all were."""
    left = not_opened(captures)
    return f"{left}: what is not seen here is not seen in the others." if left else ""


def not_whole(tables: Tables) -> str:
    """What captures do not have, or what was not read of them, by kinds of defects; "" if nothing is missing.

    What a sender did wrong (`wire-`) is read as it is.
    """
    found = (row for row in kinds_of(tables) if not row.kind.startswith("wire-") and row.kind not in _LOST_NOTHING)
    texts = [row.text for row in found]
    return f"not whole: {'; '.join(texts)}. The result is of what could be read." if texts else ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of defect: how often it is, where first, and what it costs there."""

    kind: str
    count: int
    place: str
    effect: str

    @property
    def text(self) -> str:
        """The same without its cost."""
        first = "first in " if self.count > 1 else ""
        return f"{self.kind}, {times(self.count)}" + (f" ({first}{self.place})" if self.place else "")


def kinds_of(tables: Tables) -> list[Kind]:
    """All kinds of defects, by their ids. Of several captures a place is in one of them, by its name."""
    several = len(sources(tables)) > 1
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, str]] = {}
    for kind, effect, capture, frame in tables["defects"].cells("kind", "effect", "capture", "frame_number"):
        name = kind or "unknown"
        counts[name] += 1
        if name not in first:
            places = (capture if several else None, None if frame is None else f"frame {frame}")
            first[name] = (", ".join(filter(None, places)), effect or "")
    return [Kind(name, counts[name], *first[name]) for name in sorted(counts)]
