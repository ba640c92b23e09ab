"""Where on a page a frame can be looked at, and the numbers of frames in its texts and tables as links there.

A frame has one place, with the id `frame-N`: its fields and bytes where the page has them, else its row in the list of
messages of its negotiation, else its row in the table of messages. Scripts may show more at the same address. In a page
over several captures a number alone names no frame: there only the evidence of a negotiation is linked, for its own.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from analyzer.capture.placed_frame import PlacedFrame, address, labels
from analyzer.capture.places import Places
from analyzer.report.dossier import in_floods
from analyzer.report.escaping import readable, safe
from analyzer.report.evidence import Evidence
from analyzer.report.sections import MOST_LISTED, MOST_TABLE_ROWS, shown_rows
from analyzer.report.sources import sets_of, sources
from analyzer.report.words import runs
from analyzer.tables.store import Tables

TABLE: Final = "table"
"""The place of a frame that has nothing but a row of the table of messages."""

# "frame 7", "frames 1-3, 7 and 9", "frames 4 to 7"; a count behind the list ("and 12 more") is none of them
_MORE: Final = r"(?!\d++(?:,\d{3})*+ (?:more|others?)\b)"
_LIST: Final = re.compile(rf"\b[Ff]rame(?: \d++|s \d++(?:(?:-|, | and | to ){_MORE}\d++)*+)", re.ASCII)
_NUMBER: Final = re.compile(r"\d+", re.ASCII)
_NUMBERS: Final = rf"\d++(?:(?:-|, | and | to ){_MORE}\d++)*+"
_OF_FILE: Final = " of "


class Links:
    """The frames of one page.

    places: by frame, the anchor of its evidence, the negotiation that lists it, or TABLE. folds: by negotiation and
    frame, the anchors of the evidence; without places these are what is linked. explored: frames that scripts show.
    prefix: what the ids of all that is no frame begin with, where others may be in the same document. sets: sets of
    captures whose frames are on the page, named with their files.
    """

    def __init__(
        self,
        places: Mapping[int, str | int] | None = None,
        folds: Mapping[tuple[int | None, int], str] | None = None,
        explored: Collection[int] = (),
        prefix: str = "",
        sets: Sequence[Places] = (),
    ) -> None:
        self.prefix = prefix
        self._places, self._folds, self._explored = places or {}, folds or {}, frozenset(explored)
        self._given: set[int] = set()
        self._files: dict[str, tuple[Places, str]] = {}  # by what texts call them
        for places_of in sets:
            for label, path in zip(labels(places_of.members), places_of.members, strict=True):
                self._files[str(readable(label))] = places_of, path
        self._list, self._number = (_LIST, _NUMBER) if not sets else self._patterns()

    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Lists of frames in a text, and in a text of nothing but frames, where sets are on the page."""
        files = "|".join(map(re.escape, sorted(self._files, key=len, reverse=True)))
        placed = f"{_NUMBERS}{_OF_FILE}(?:{files})"
        self._placed = re.compile(f"({_NUMBERS}){_OF_FILE}({files})", re.ASCII)
        in_text = rf"\b[Ff]rames? {placed}(?:(?:, | and | to ){placed})*+|{_LIST.pattern}(?!{_OF_FILE})"
        return re.compile(in_text, re.ASCII), re.compile(rf"{placed}|\d++(?!{_OF_FILE})", re.ASCII)

    @property
    def explored(self) -> Markup:
        """The frames that scripts show, as runs of neighbours: 1-7 9-9; of a set by the ends of their addresses."""
        if self._files:
            return Markup(" ".join(address(frame) for frame in sorted(self._explored)))  # noqa: S704  (digits)
        return Markup(" ".join(f"{first}-{last}" for first, last in runs(self._explored)))  # noqa: S704  (digits)

    def aim(self, frame: int, negotiation: int | None = None) -> str:
        """The id of what shows a frame; "" if nothing on the page does."""
        if frame in self._places or frame in self._explored:
            return f"frame-{address(frame)}"
        return self._folds.get((negotiation, frame), "")

    def id_at(self, frame: int | None, place: str | int) -> str:
        """The id `frame-N` for what stands at this place, once; "" if the frame's place is another."""
        if frame is None or self._places.get(frame) != place or frame in self._given:
            return ""
        self._given.add(frame)
        return f"frame-{address(frame)}"

    def frame(self, text: str) -> int | None:
        """The frame that a text names, which says nothing else."""
        found = self._placed.fullmatch(text) if self._files else None
        return self._of_file(found[1], found[2]) if found else int(text) if text.isdecimal() else None

    def _of_file(self, digits: str, file: str) -> int | None:
        """A frame of a set by its number in a file."""
        places, path = self._files[file]
        number = places.number(path, int(digits)) if len(digits) < 16 else None
        return None if number is None else PlacedFrame(number, places)

    def number(self, frame: int | None, negotiation: int | None = None) -> Markup:
        """The number of a frame, and its file in a set."""
        return Markup("") if frame is None else self.numbers(str(frame), negotiation)

    def numbers(self, text: object, negotiation: int | None = None) -> Markup:
        """A text in which every number is a frame: a cell of a table."""
        return self._marked(self._number, text, negotiation)

    def text(self, text: object, negotiation: int | None = None) -> Markup:
        """A text in which frames are named as such: frame 7, frames 1-3, 7."""
        if type(text) is str and "rame" not in text:
            return Markup(safe(text))  # noqa: S704  (safe is asked)
        return self._marked(self._list, text, negotiation)

    def _marked(self, pattern: re.Pattern[str], text: object, negotiation: int | None) -> Markup:
        whole, parts, end = str(readable(text)), [], 0
        for found in pattern.finditer(whole):
            parts.append(safe(whole[end : found.start()]))
            parts.append(self._all_linked(found.group(), negotiation))
            end = found.end()
        return Markup("".join([*parts, safe(whole[end:])]))  # noqa: S704  (made of links and of what is safe)

    def _all_linked(self, text: str, negotiation: int | None) -> str:
        """A list of frames, each number as a link."""
        if not self._files or _OF_FILE not in text:
            return _NUMBER.sub(lambda number: self._linked(number[0], int(number[0]), negotiation), text)
        parts, end = [], 0
        for found in self._placed.finditer(text):
            file = found[2]
            parts.append(safe(text[end : found.start()]))
            parts.append(
                _NUMBER.sub(lambda n, of=file: self._linked(n[0], self._of_file(n[0], of), negotiation), found[1])
            )
            parts.append(safe(f"{_OF_FILE}{file}"))
            end = found.end()
        return "".join([*parts, safe(text[end:])])

    def _linked(self, digits: str, frame: int | None, negotiation: int | None) -> str:
        aim = self.aim(frame, negotiation) if frame is not None and len(digits) < 16 else ""
        return f'<a href="#{aim}">{digits}</a>' if aim else digits


def frame_links(tables: Tables, drawn: list[int], shown: Evidence, explored: Collection[int] = ()) -> Links:
    """Links to what a page shows of frames: the evidence, the first messages of each story, the table of messages."""
    views = [(n, view) for n, some in shown.frames.items() for view in some]
    folds: dict[tuple[int | None, int], str] = {(n, view.number): view.anchor for n, view in views}
    sets = sets_of(tables)
    if len(sources(tables)) > 1:
        return Links(folds=folds, sets=sets)
    messages = tables["messages"]
    rows = shown_rows(tables, "messages", in_floods(tables))[:MOST_TABLE_ROWS]
    places: dict[int, str | int] = dict.fromkeys((frame for (frame,) in messages.at(rows, "frame_number")), TABLE)
    listed, stories = Counter[int](), dict[int, str | int]()
    for number, frame in messages.at(messages.places("negotiation", frozenset(drawn)), "negotiation", "frame_number"):
        listed[number] += 1
        if listed[number] <= MOST_LISTED:
            stories.setdefault(frame, number)
    evidence = {view.number: view.anchor for _, view in views}
    return Links(places | stories | evidence, folds, explored, sets=sets)
