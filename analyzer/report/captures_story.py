"""The stories of several captures on one terminal: in short where they are many, and what they are together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from analyzer.report.capture_lines import clipped, finding_counts
from analyzer.report.capture_story import ENOUGH
from analyzer.report.filtered import Filtered
from analyzer.report.story import Line, wrapped
from analyzer.report.unopened import not_opened
from analyzer.report.verdict import Verdict
from analyzer.report.words import SEVERITIES, outcome_counts, plural

_FAILED: Final = ("failed", "unanswered")


def lines_for_each(captures: int, rows: int) -> int | None:
    """How many lines there are for the story of each of so many captures; None: a line or two.

    One alone has at least as many as it takes to say what is most important.
    """
    each = rows if captures <= 1 else rows // captures - 1  # a blank line between them
    return max(each, ENOUGH) if captures <= 1 else each if each >= ENOUGH else None


def short_story(v: Verdict, width: int) -> Iterator[Line]:
    """One of many captures: its name, what became of its negotiations, findings, and what could not be read.

    Nothing where no negotiation matches the filter: `Total` counts them.
    """
    if v.filtered.filter and not v.total:
        return
    outcomes = dict(v.outcomes)
    style = "bad" if v.later_failed or any(outcomes[name] for name in _FAILED) else ""
    yield from wrapped(", ".join(c["capture"] for c in v.captures), 0, "dim", width=width)
    for text in v.joined:
        yield from wrapped(text, 2, "dim", width=width)
    yield from wrapped(" ".join(filter(None, (v.account, finding_counts(v)))), 2, style, width=width)
    if len(v.unread) > bool(v.undecrypted):  # that messages were not decrypted is said of all together
        yield from clipped(wrapped(v.unread[0], 4, "warn", first="  ! ", width=width), 1, width)


@dataclass(slots=True, eq=False, repr=False)
class Total:
    """What captures are together.

    defective: in how many of them something could not be read; without: in how many no negotiation matches the filter.
    """

    captures: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    floods: int = 0
    defective: int = 0
    undecrypted: int = 0
    without: int = 0
    filtered: Filtered = field(default_factory=Filtered)

    def __add__(self, other: object) -> "Total":
        """Those of both."""
        if not isinstance(other, Total):
            return NotImplemented
        return Total(
            self.captures + other.captures,
            self.outcomes + other.outcomes,
            self.severities + other.severities,
            self.floods + other.floods,
            self.defective + other.defective,
            self.undecrypted + other.undecrypted,
            self.without + other.without,
            self.filtered + other.filtered,
        )

    def lines(self, width: int, failed: int = 0) -> Iterator[Line]:
        """What all captures have come to, and how to see more of one. failed: how many others have no part in it."""
        if not self.captures:
            return
        yield Line("")
        if self.without < self.captures:
            yield from wrapped(self._sentence(failed), 0, "title", width=width)
        if self.filtered.matching:
            yield from wrapped(self.filtered.sentence, 0, "warn", width=width)
        if self.without:
            text = f"No negotiation matches in {self.without:,} of {plural(self.captures, 'capture')}."
            yield from wrapped(text, 0, "dim", width=width)
        unread = []
        if self.defective:
            unread.append(f"{plural(self.defective, 'capture')} could not be read in every part")
        if self.undecrypted:
            was = "was" if self.undecrypted == 1 else "were"
            unread.append(f"{plural(self.undecrypted, 'encrypted message')} {was} not decrypted")
        if unread:
            yield from wrapped(f"{'; '.join(unread)}.", 2, "warn", first="! ", width=width)
        yield from wrapped("`summary CAPTURE` shows one with causes and what to do next.", 0, "dim", width=width)

    def _sentence(self, failed: int) -> str:
        others = f" ({failed:,} more could not be read)" if failed else ""
        text = f"{plural(self.captures, 'capture')}{others}: {plural(self.outcomes.total(), 'IKE SA')}"
        text += f": {outcome_counts(self.outcomes)}" if self.outcomes.total() else ""
        text += f"; {plural(self.floods, 'flood')}" if self.floods else ""
        counts = [f"{self.severities[name]:,} {name}" for name in SEVERITIES if self.severities[name]]
        return f"{text}. Findings: {', '.join(counts)}." if counts else f"{text}."


def total_of(v: Verdict) -> Total:
    """One capture."""
    return Total(
        1,
        Counter({name: count for name, count in v.outcomes if count}),
        Counter({name: count for name, count in v.severities if count}),
        len(v.floods),
        int(len(v.unread) > bool(v.undecrypted) or bool(not_opened(v.captures))),
        v.undecrypted,
        int(bool(v.filtered.filter) and not v.filtered.matching),
        v.filtered,
    )
