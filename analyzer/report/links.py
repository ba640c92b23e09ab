"""Where on a page a frame can be looked at, and the numbers of frames in its texts and tables as links there.

A frame has one place, with the id `frame-N`: its fields and bytes where the page has them, else its row in the list of
messages of its negotiation, else its row in the table of messages. Scripts may show more at the same address. In a page
over several captures a number alone names no frame: there only the evidence of a negotiation is linked, for its own.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from markupsafe import Markup

from analyzer.report.dossier import in_floods
from analyzer.report.escaping import readable, safe
from analyzer.report.evidence import Evidence
from analyzer.report.sections import MOST_LISTED, MOST_TABLE_ROWS, shown_rows
from analyzer.report.words import runs
from analyzer.tables.store import Tables

TABLE: Final = "table"
"""The place of a frame that has nothing but a row of the table of messages."""

# "frame 7", "frames 1-3, 7 and 9", "frames 4 to 7"; a count behind the list ("and 12 more") is none of them
_MORE: Final = r"(?!\d++(?:,\d{3})*+ (?:more|others?)\b)"
_LIST: Final = re.compile(rf"\b[Ff]rame(?: \d++|s \d++(?:(?:-|, | and | to ){_MORE}\d++)*+)", re.ASCII)
_NUMBER: Final = re.compile(r"\d+", re.ASCII)


class Links:
    """The frames of one page.

    places: by frame, the anchor of its evidence, the negotiation that lists it, or TABLE. folds: by negotiation and
    frame, the anchors of the evidence; without places these are what is linked. explored: frames that scripts show.
    prefix: what the ids of all that is no frame begin with, where others may be in the same document.
    """

    def __init__(
        self,
        places: Mapping[int, str | int] | None = None,
        folds: Mapping[tuple[int | None, int], str] | None = None,
        explored: Collection[int] = (),
        prefix: str = "",
    ) -> None:
        self.prefix = prefix
        self._places, self._folds, self._explored = places or {}, folds or {}, frozenset(explored)
        self._given: set[int] = set()

    @property
    def explored(self) -> Markup:
        """The frames that scripts show, as runs of neighbours: 1-7 9-9."""
        return Markup(" ".join(f"{first}-{last}" for first, last in runs(self._explored)))  # noqa: S704  (digits)

    def aim(self, frame: int, negotiation: int | None = None) -> str:
        """The id of what shows a frame; "" if nothing on the page does."""
        if frame in self._places or frame in self._explored:
            return f"frame-{frame}"
        return self._folds.get((negotiation, frame), "")

    def id_at(self, frame: int | None, place: str | int) -> str:
        """The id `frame-N` for what stands at this place, once; "" if the frame's place is another."""
        if frame is None or self._places.get(frame) != place or frame in self._given:
            return ""
        self._given.add(frame)
        return f"frame-{frame}"

    def number(self, frame: int | None, negotiation: int | None = None) -> Markup:
        """The number of a frame."""
        return Markup("" if frame is None else self._linked(str(frame), negotiation))  # noqa: S704  (digits)

    def numbers(self, text: object, negotiation: int | None = None) -> Markup:
        """A text in which every number is a frame: a cell of a table."""
        return self._marked(_NUMBER, text, negotiation)

    def text(self, text: object, negotiation: int | None = None) -> Markup:
        """A text in which frames are named as such: frame 7, frames 1-3, 7."""
        if type(text) is str and "rame" not in text:
            return Markup(safe(text))  # noqa: S704  (safe is asked)
        return self._marked(_LIST, text, negotiation)

    def _marked(self, pattern: re.Pattern[str], text: object, negotiation: int | None) -> Markup:
        whole, parts, end = str(readable(text)), [], 0
        for found in pattern.finditer(whole):
            parts.append(safe(whole[end : found.start()]))
            parts.append(_NUMBER.sub(lambda number: self._linked(number.group(), negotiation), found.group()))
            end = found.end()
        return Markup("".join([*parts, safe(whole[end:])]))  # noqa: S704  (made of links and of what is safe)

    def _linked(self, digits: str, negotiation: int | None) -> str:
        aim = self.aim(int(digits), negotiation) if len(digits) < 16 else ""
        return f'<a href="#{aim}">{digits}</a>' if aim else digits


def frame_links(tables: Tables, drawn: list[int], shown: Evidence, explored: Collection[int] = ()) -> Links:
    """Links to what a page shows of frames: the evidence, the first messages of each story, the table of messages."""
    views = [(n, view) for n, some in shown.frames.items() for view in some]
    folds: dict[tuple[int | None, int], str] = {(n, view.number): view.anchor for n, view in views}
    if len(tables["captures"]) > 1:
        return Links(folds=folds)
    messages = tables["messages"]
    rows = shown_rows(tables, "messages", in_floods(tables))[:MOST_TABLE_ROWS]
    places: dict[int, str | int] = dict.fromkeys((frame for (frame,) in messages.at(rows, "frame_number")), TABLE)
    listed, stories = Counter[int](), dict[int, str | int]()
    for number, frame in messages.at(messages.places("negotiation", frozenset(drawn)), "negotiation", "frame_number"):
        listed[number] += 1
        if listed[number] <= MOST_LISTED:
            stories.setdefault(frame, number)
    evidence = {view.number: view.anchor for _, view in views}
    return Links(places | stories | evidence, folds, explored)
