"""One negotiation as a notebook holds it: its row, its part of every table, its story as text and as HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.report.dossier import dossiers
from analyzer.report.story import negotiation_story
from analyzer.tables.properties import Frames
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Negotiation(Frames):
    """One IKE SA. Each table of the contract is an attribute, with the rows that belong to it.

    number: as in the column `negotiation`, through all captures of the run. tables: the part of `Analysis.where`.
    """

    number: int
    tables: Tables
    frame_of: Callable[[str], "pd.DataFrame"]

    def _frame(self, name: str) -> "pd.DataFrame":
        return self.frame_of(name)

    @property
    def row(self) -> "pd.Series":
        """Its row of `negotiations`: what it is, and how it ended."""
        return self.negotiations.iloc[0]

    @property
    def story(self) -> str:
        """What happened, why, what to do, and the ladder: what `isakmp-analyzer show --negotiation` prints."""
        (dossier,) = dossiers(self.tables, [self.number])
        return "\n".join(line.text.rstrip() for line in negotiation_story(dossier))

    def __repr__(self) -> str:
        """The story."""
        return self.story

    def _repr_html_(self) -> str:
        """The story as the page has it: verdict, causes, ladder, offers, findings."""
        from analyzer.report.inline import negotiation_html  # noqa: PLC0415  (jinja2: text does without)

        (row,) = self.tables["negotiations"].records()
        return negotiation_html(self.tables, row)
