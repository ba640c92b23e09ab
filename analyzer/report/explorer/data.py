"""The data of the explorer: what stands packed in the page, and templates/scripts/explorer.js reads.

`strings`, `fields` (fields.py) and `bytes` are shared by all frames. `frames` are columns; words are places in
`strings`. A tab is a list: title, size, what is left out, pairs of trees (place, field), and of hidden bytes
(beginning, length). `bytes` are those of all tabs one behind the other in base64, each tab filled up to whole groups of
it, so that what repeats looks alike.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from analyzer.capture.placed_frame import PlacedFrame, own_number
from analyzer.dissect.layers import headers
from analyzer.processes import START_METHOD, beside
from analyzer.report.explorer.choice import MOST_BYTES, Inside
from analyzer.report.explorer.fields import Fields, Strings, hidden_runs
from analyzer.report.explorer.listing import Row, evidence_of, rows
from analyzer.report.explorer.panes import Pane, ends, panes
from analyzer.report.rereading import Dissect, GoneError, read_again
from analyzer.report.words import file_name, frame_list, plural, runs_list, span_text
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

if TYPE_CHECKING:
    from analyzer.dissect import Dissected, Dissections

MOST_FIELDS: Final = 1_000_000
"""Fields of all frames of a page, equal ones counted too: each takes its time. 5,000 usual messages have half of it."""

LEAST: Final = 200
"""Frames of a capture that are worth a process more: to fork and to send back what was made costs as some dozens do."""

_MOST_NOTES: Final = 12  # of one kind
_GROUP: Final = 3  # bytes that are whole signs of base64
_WORDS: Final = frozenset({"source", "destination", "exchange", "sender", "info", "problem", "link"})
_COLUMNS = ("capture", "number", "time", "negotiation", "source", "destination", "exchange", "sender", "info")


class Explorer(NamedTuple):
    """The explorer of a page. inside: the frames that are in it. notes: sentences about those that are not."""

    data: dict[str, Any]
    inside: Inside
    notes: list[str]

    @property
    def frames(self) -> int:
        """How many frames are in it."""
        return sum(map(len, self.inside.frames.values()))


def explorer(tables: Tables, inside: Inside, dissect: Dissect, zone: Zone = UTC_ZONE, jobs: int = 1) -> Explorer:
    """Read the frames again and take them apart. What cannot be read any more is left out, with a note.

    zone: that of the times of day. jobs: how many processes may take them apart.
    """
    making, judged = _Making(zone), evidence_of(tables)
    there: dict[str, list[int]] = {}
    gone_notes, large_notes = [], []
    files: list[str] = []
    for capture, frames in inside.frames.items():
        number = len(files)
        files += next((frame.files for frame in frames if isinstance(frame, PlacedFrame)), (capture,))
        try:
            found = read_again(tables, capture, frames, dissect, whole=False)
        except GoneError as gone:
            gone_notes.append(f"The packets of {file_name(capture)} are not here: {gone}.")
        else:
            wanted = [frame for frame in frames if frame in found.frames]
            listed = rows(tables, capture, frames, judged)
            added = there[capture] = _added(making, number, found, wanted, listed, jobs)
            if len(added) < len(wanted):
                lost = _of(wanted[len(added) :], capture)
                large_notes.append(f"Frames {lost} hold too much for a page.")
    notes = [*_first(gone_notes), *_first(large_notes), *_left_out(inside)]
    return Explorer(making.data(files), inside._replace(frames=there), notes)


def _added(
    making: "_Making", capture: int, found: "Dissections", wanted: list[int], listed: Mapping[int, Row], jobs: int
) -> list[int]:
    """As `_Making.add`: the frames in order, as long as there is room; the numbers of those added."""

    def part(frames: Sequence[int]) -> _Making:
        made = making.like()
        made.add(capture, frames, found, listed)
        return made

    if jobs > 1 and START_METHOD == "fork" and len(wanted) >= max(LEAST, jobs):
        bounds = [len(wanted) * place // jobs for place in range(jobs + 1)]
        own, *others = (wanted[start:stop] for start, stop in pairwise(bounds))
        with beside([partial(part, some) for some in others], jobs) as rest:
            parts = [part(own), *rest()]
        if making.has_room(parts):
            for made in parts:
                making.take(made)
            return wanted
    return making.add(capture, wanted, found, listed)


def _left_out(inside: Inside) -> list[str]:
    """What there is no room for: how much of it, and where it stands."""
    found = []
    if inside.left:
        here = inside.messages - inside.left_messages
        found.append(
            f"A page has room for {here:,} of the {inside.messages:,} frames with messages: those that diagnoses and "
            "findings rest on, those of each kind of negotiation, the worst first."
        )
    of_each = []
    for capture, left in inside.left.items():
        more = left.frames - sum(last - first + 1 for first, last in left.runs)
        others = f" and {more:,} more" if more > 0 else ""
        placed = any(isinstance(first, PlacedFrame) for first, _ in left.runs)
        named = ", ".join(span_text(first, last) for first, last in left.runs) if placed else runs_list(left.runs)
        of_each.append(f"Not here of {file_name(capture)}: frames {named}{others}.")
    return found + _first(of_each)


def _of(frames: Sequence[int], capture: str) -> str:
    """Frames, and which capture they are of."""
    of_set = any(isinstance(frame, PlacedFrame) for frame in frames)
    return frame_list(frames) if of_set else f"{frame_list(frames)} of {file_name(capture)}"


def _first(notes: list[str]) -> list[str]:
    """Notes of the same kind, one a capture: as many as anyone reads, and how many more there are."""
    more = len(notes) - _MOST_NOTES
    return notes if more <= 0 else [*notes[:_MOST_NOTES], f"The same of {plural(more, 'more capture')}."]


class _Making:
    """The data while frames are added."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._strings = Strings()
        self._fields = Fields(self._strings)
        self._columns: dict[str, list[Any]] = {
            name: [] for name in (*_COLUMNS, "moment", "problem", "size", "link", "tabs")
        }
        self._bytes: list[bytes] = []
        self._held = 0

    def add(
        self, capture: int, frames: Sequence[int], found: "Mapping[int, Dissected]", listed: Mapping[int, Row]
    ) -> list[int]:
        """Add frames of one capture, in their order, as long as there is room; those added.

        capture: its number on the page, of a set that of its first file.
        """
        added = []
        for number in frames:
            if self._size > MOST_BYTES or self._fields.seen > MOST_FIELDS:
                break
            added.append(number)
            one = found[number]
            frame = one.frame
            row = listed.get(number, _NO_ROW)
            around = headers(frame)
            if not row.source:
                source, destination = ends(around)
                row = row._replace(source=source, destination=destination)
            words = (row.source, row.destination, row.exchange, row.sender, row.info)
            file = capture + (number.place.member if isinstance(number, PlacedFrame) else 0)
            cells = (file, own_number(number), frame.time_ns, row.negotiation, *map(self._strings.add, words))
            for name, cell in zip(_COLUMNS, cells, strict=True):
                self._columns[name].append(cell)
            moment = "" if frame.time_ns is None else self._zone.stamp(frame.time_ns)
            self._columns["moment"].append(moment)
            self._columns["problem"].append(self._strings.add(row.problem))
            self._columns["size"].append(frame.original_length)
            self._columns["link"].append(self._strings.add(frame.link_name))
            self._columns["tabs"].append([self._tab(pane) for pane in panes(one, around)])
        return added

    def like(self) -> "_Making":
        """Another one, without frames."""
        return _Making(self._zone)

    def has_room(self, others: "Iterable[_Making]") -> bool:
        """Whether all that these hold fits in too: then one after the other none would have been left out."""
        all_of_it = [self, *others]
        size, seen = sum(one._size for one in all_of_it), sum(one._fields.seen for one in all_of_it)
        return size <= MOST_BYTES and seen <= MOST_FIELDS

    def take(self, other: "_Making") -> None:
        """Add what another one holds, as if its frames had been added here: numbers follow from the order alone."""
        words = self._strings.take(other._strings)
        numbers = self._fields.take(other._fields, words)
        there = dict(other._columns)
        there["tabs"] = [[_renumbered(tab, words, numbers) for tab in tabs] for tabs in there["tabs"]]
        for name, cells in there.items():
            self._columns[name] += [words[word] for word in cells] if name in _WORDS else cells
        self._bytes += other._bytes
        self._held += other._held

    @property
    def _size(self) -> int:
        """About what all of it takes in the page."""
        return self._held * 4 // 3 + self._fields.size + self._strings.size

    def _tab(self, pane: Pane) -> list[Any]:
        self._bytes.append(pane.data + bytes(-len(pane.data) % _GROUP))
        self._held += len(pane.data)
        trees = []
        for place, root in pane.trees:
            trees += [place + root.offset, self._fields.add(root, pane.data[place:], place)]
        title, left = map(self._strings.add, (pane.title, pane.left))
        return [title, len(pane.data), left, trees, hidden_runs(pane.hidden)]

    def data(self, captures: list[str]) -> dict[str, Any]:
        """All of it, as JSON can say it."""
        times = self._columns["time"]
        start = min((time for time in times if time is not None), default=0)
        self._columns["time"] = [None if time is None else time - start for time in times]
        return {
            "captures": [visible(file_name(capture)) for capture in captures],
            "frames": self._columns,
            "fields": self._fields.columns(),
            "strings": self._strings.listed(),
            "bytes": base64.b64encode(b"".join(self._bytes)).decode("ascii"),
        }


def _renumbered(tab: list[Any], words: list[int], numbers: list[int]) -> list[Any]:
    title, size, left, trees, hidden = tab
    moved = [numbers[one] if place % 2 else one for place, one in enumerate(trees)]
    return [words[title], size, words[left], moved, hidden]


_NO_ROW = Row(None, "", "", "", "", "")
