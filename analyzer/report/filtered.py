"""Where tables hold a part of what was read: which filter it was, how many negotiations match it, what was left out."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.report.dossier import Record
from analyzer.report.words import listed, plural

PART: Final = ("filter", "negotiations_left_out", "findings_left_out", "floods_left_out")
"""Columns of `captures` that say so."""

_LONG: Final = 200  # characters of a filter in a sentence


class Filtered(NamedTuple):
    """The filter of some captures' tables, "" without one; negotiations in the tables and in all; what has no number.

    besides: findings about captures as a whole and floods, left out too.
    """

    filter: str = ""
    matching: int = 0
    total: int = 0
    findings: int = 0
    floods: int = 0

    @property
    def besides(self) -> str:
        """What is left out besides negotiations, as a sentence behind a blank; "" if nothing is."""
        parts = [plural(self.findings, "finding") + " about the capture as a whole"] if self.findings else []
        parts += [plural(self.floods, "flood")] if self.floods else []
        return f" Left out too: {listed(parts)}." if parts else ""

    @property
    def sentence(self) -> str:
        """What is shown, and that the rest is not; "" without a filter."""
        return f"{self.counted}.{self.besides}" if self.filter else ""

    @property
    def counted(self) -> str:
        """How many match, without a full stop."""
        shown = self.filter if len(self.filter) <= _LONG else self.filter[:_LONG] + "..."
        if not self.total:
            return f"There is no negotiation that could match: {shown}"
        if not self.matching:
            return f"None of {plural(self.total, 'negotiation')} matches: {shown}"
        verb = "matches" if self.matching == 1 else "match"
        return f"{self.matching:,} of {plural(self.total, 'negotiation')} {verb}, the others are left out: {shown}"

    def __add__(self, other: object) -> "Filtered":
        """The same over the captures of both."""
        if not isinstance(other, Filtered):
            return NotImplemented
        return Filtered(
            self.filter or other.filter,
            self.matching + other.matching,
            self.total + other.total,
            self.findings + other.findings,
            self.floods + other.floods,
        )


def filtered(captures: Iterable[Record], matching: int) -> Filtered:
    """What the rows of `captures` say of a filter. matching: rows of `negotiations`."""
    rows = [row for row in captures if row["filter"] is not None]
    if not rows:
        return Filtered()
    left_out, findings, floods = (
        sum(row[f"{name}_left_out"] or 0 for row in rows) for name in ("negotiations", "findings", "floods")
    )
    return Filtered(rows[0]["filter"], matching, matching + left_out, findings, floods)
