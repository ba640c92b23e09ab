"""The story of a capture in as many lines as a screen has, however many negotiations there are.

What happened to one negotiation is shown whole. Of several the worst comes first, and each is shown with cause and
advice while there is room for all. Where there is not, negotiations of one kind are one story: the first kinds in
depth, the others in a line each, what is left in a count; and the last line is how to see it.
"""

import re
from collections.abc import Iterator
from typing import Final

from analyzer.report import groups
from analyzer.report.capture_lines import (
    Depth,
    clipped,
    entry_lines,
    finding_counts,
    finding_group_lines,
    findings_in_few,
    flood_lines,
    floods_in_few,
    is_troubled,
    story_lines,
    stray_lines,
    unread_lines,
)
from analyzer.report.dossier import Dossier, dossiers
from analyzer.report.groups import Group
from analyzer.report.quantum_exposure import in_short
from analyzer.report.story import Line, wrapped
from analyzer.report.taken import taken_text
from analyzer.report.verdict import Verdict, verdict_of
from analyzer.report.words import outcome_counts, plural
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables

_UNSAID: Final = {  # columns of which the story says nothing
    "captures": {"sha256"},
    "negotiations": {
        "encryption_id", "integrity_id", "prf_id", "ke_id", "lifetime_s", "lifetimes_offered_s", "lifetime_announced_s",
        "fragmentation", "initiator_implementation", "responder_implementation", "child_sas", "messages", "paths",
        "liveness_checks", "liveness_missed", "last_frame", "post_quantum_basis", "ppk", "community_id",
    },
    "messages": {"responder_spi", "minor_version", "exchange_type", "flags", "is_initiator", "next_payload"},
    "exchanges": {"message_id", "round_trip_s", "retransmissions", "due", "copies"},
}  # fmt: skip


def _kept(table: str) -> tuple[str, ...]:
    """All columns of a table but these."""
    schema = SCHEMA[table]
    return tuple(name for name in schema.usual or schema.names if name not in _UNSAID[table])


NEEDED: Final[dict[str, tuple[str, ...] | None]] = {
    **{table: _kept(table) for table in _UNSAID},
    "payloads": ("capture", "frame_number", "encrypted", "summary"),
    "proposals": ("capture", "negotiation", "frame_number", "side", "child"),
    "notifications": ("negotiation", "frame_number", "notify", "class", "meaning"),
    "child_sas": ("negotiation", "outcome", "basis"),
    **dict.fromkeys((
        "events", "sights", "esp_streams", "icmp_errors", "findings", "diagnoses", "defects", "floods", "comments",
    )),
}  # fmt: skip
"""The tables that `capture_story` reads, and their columns (None: all): the others need not be filled for it."""

ROWS: Final = 50
"""Lines where there is no terminal."""

ENOUGH: Final = 20
"""Lines in which a story of several negotiations can be shown; of a smaller screen the first lines scroll away."""

_ROOMY: Final = 30  # lines
_NARROW: Final = 22
_MOST_LADDERS: Final = 5
_WAYS: Final = ((_MOST_LADDERS, True), (1, True), (1, False), (0, False))  # ladders; whether findings name frames
_LONG: Final = 24  # characters of a name that is repeated in a command
_PLAIN: Final = re.compile(r"[\w./+=@%-]+", re.A)


def capture_story(
    tables: Tables, width: int = 100, zone: Zone = UTC_ZONE, rows: int = ROWS, verdict: Verdict | None = None
) -> Iterator[Line]:
    """What happened, equal negotiations once, the worst first; then findings, and what could not be read.

    zone: that of its times. rows: in how many lines; one negotiation alone takes as many as it needs, where there are
    `ENOUGH`. verdict: that of these tables, if it is known.
    """
    verdict = verdict or verdict_of(tables, zone, 1)
    alone = verdict.total <= 1 and not verdict.floods and rows >= ENOUGH
    screen = _Screen(tables, verdict, width, rows)
    yield from screen.in_full(_MOST_LADDERS, with_frames=True, most=None) if alone else screen.lines()


class _Screen:
    """Shares the lines of a screen out among the parts of a story."""

    def __init__(self, tables: Tables, verdict: Verdict, width: int, rows: int) -> None:
        self._tables, self._verdict, self._width, self._rows = tables, verdict, width, rows

    def lines(self) -> list[Line]:
        """The story in up to so many lines."""
        if 2 * len(self._verdict.kinds) < self._rows:  # a blank line and a headline each
            for ladders, with_frames in _WAYS:
                found = self.in_full(ladders, with_frames=with_frames, most=self._rows)
                if len(found) <= self._rows:
                    return found
        return self._by_kind()

    def in_full(self, ladders: int, *, with_frames: bool, most: int | None) -> list[Line]:
        """Every group as a story, the first troubled ones with ladders. most: more lines than that are not made."""
        v, width = self._verdict, self._width
        found = [*self._top(), *stray_lines(self._tables, width), *flood_lines(v, width)]
        given: dict[str, int] = {}
        for group, d in self._first(v.kinds, len(v.kinds)):
            drawn = is_troubled(d) and ladders > 0
            ladders -= drawn
            found += [Line(""), *story_lines(group, d, width, given, Depth.LADDER if drawn else Depth.WHOLE)]
            if most is not None and len(found) > most:
                return found
        rest = list(unread_lines(v, width))
        if with_frames or most is None:
            found += finding_group_lines(v, width)
        else:
            found += findings_in_few(v, width, max(2, most - len(found) - len(rest)))
        return found + rest

    def _first(self, found: "tuple[Group, ...] | list[Group]", most: int) -> Iterator[tuple[Group, Dossier]]:
        some = found[:most]
        return zip(some, dossiers(self._tables, [g.numbers[0] for g in some], self._verdict.zone), strict=True)

    def _top(self, most: int | None = None) -> Iterator[Line]:
        """The captures, which part of them, and what became of their negotiations. most: lines of each."""
        v, width = self._verdict, self._width
        texts = [(text, "dim") for c in v.captures for text in (v.capture_text(c), taken_text(c)) if text]
        texts += [(text, "dim") for text in v.joined]
        texts += [(v.filtered.sentence, "warn")] if v.filtered.filter else []
        texts += [(v.account, "title")] if v.total != 1 and v.account else []
        texts.append((in_short(self._tables, v.zone), "dim"))
        for text, style in texts:
            lines = wrapped(text, 0, style, width=width) if text else ()
            yield from lines if most is None else clipped(lines, most - (style == "dim"), width)

    def _by_kind(self) -> list[Line]:
        """The first kinds in depth, the others in a line each, the rest counted."""
        v, width = self._verdict, self._width
        kinds = groups.kinds(self._tables)
        examples = list(self._first(kinds, self._rows))
        top, unread = list(self._top(2 if self._rows < _ROOMY else 3)), list(unread_lines(v, width, self._rows // 8))
        hint = 3 if self._rows < _NARROW else 4  # lines, of which one is blank
        room = self._rows - len(top) - len(unread) - hint
        floods = list(flood_lines(v, width)) if v.floods else []
        if len(floods) > room // 2:
            floods = floods_in_few(v, width, room // 2)
        room -= len(floods)
        findings = min(2 + room // 8, 2 + len(v.findings)) if finding_counts(v) else 0
        stories, deep = self._in_depth(examples, room - findings)
        stories += self._entries(kinds, examples, deep, room - findings - len(stories))
        few = findings_in_few(v, width, room - len(stories))
        above = [*top, *floods, *stories, *few]
        whole = list(unread_lines(v, width))
        last = whole if len(above) + len(whole) + hint <= self._rows else unread
        return [*above, *last, Line(""), *clipped(self._hint(examples, deep), hint - 1, width)]

    def _in_depth(self, examples: list[tuple[Group, Dossier]], room: int) -> tuple[list[Line], int]:
        """The first kinds as stories, as deep as there is room; and how many."""
        found: list[Line] = []
        given: dict[str, int] = {}
        for place, (group, d) in enumerate(examples):
            others = len(examples) - place - 1
            for depth in sorted(Depth, reverse=True):
                if depth == Depth.LADDER and place:
                    continue
                share = 3 if depth == Depth.LADDER else 4
                kept = min(others, max(room // share, 1)) + bool(others)  # lines for the others, and a blank one
                here = room - len(found) - kept
                noted = dict(given)
                lines = [Line(""), *story_lines(group, d, self._width, noted, depth)]
                if len(lines) <= here:
                    break
            else:
                if place:
                    return found, place
                lines = clipped(lines, max(here, 2), self._width)
            if place and depth < Depth.WHOLE:
                return found, place
            given = noted
            found += lines
        return found, len(examples)

    def _entries(self, kinds: list[Group], examples: list[tuple[Group, Dossier]], deep: int, room: int) -> list[Line]:
        """A line or two for each of the other kinds, and a count of those for which there is none."""
        rest, room = len(kinds) - deep, max(room - 1, 1)
        if not rest:
            return []
        shown = rest if rest <= room else room - 1
        most = 2 if 2 * rest <= room else 1
        indent = max((len(str(d.n["negotiation"])) for _, d in examples[deep : deep + shown]), default=1) + 3
        found = [Line("")]
        for group, d in examples[deep : deep + shown]:
            found += entry_lines(group, d, self._width, most, indent)
        left = kinds[deep + shown :]
        if left:
            found += clipped(wrapped(self._counted(left), indent, "dim", width=self._width), 1, self._width)
        return found

    def _counted(self, left: list[Group]) -> str:
        """How many negotiations of how many kinds are not shown, and how they ended."""
        numbers = {number for group in left for number in group.numbers}
        negotiations = self._tables["negotiations"]
        outcomes: dict[str, int] = {}
        for (outcome,) in negotiations.at(negotiations.places("negotiation", numbers), "outcome"):
            outcomes[outcome or "unknown"] = outcomes.get(outcome or "unknown", 0) + 1
        text = f"and {len(numbers):,} of {plural(len(left), 'other kind')}"
        return f"{text}: {outcome_counts(outcomes)}"

    def _hint(self, examples: list[tuple[Group, Dossier]], deep: int) -> Iterator[Line]:
        """What shows the rest: the commands as they are typed."""
        v = self._verdict
        names = [c["capture"] for c in v.captures]
        short = len(names) == 1 and len(names[0]) <= _LONG and names[0] != "-" and _PLAIN.fullmatch(names[0])
        file = names[0] if short else "CAPTURE"
        ways = []
        if examples:
            n = examples[min(deep, len(examples) - 1)][1].n
            ways.append(f"`show {file} --negotiation {n['negotiation']}` one")
            if not v.filtered.filter:
                name = "diagnosis" if n["diagnosis"] else "outcome"
                ways.append(f"`summary {file} --where '{name} == {n[name]}'` all with that {name}")
        ways.append(f"`report {file} -o FOLDER` all")
        text = f"In full: {', '.join(ways)}."
        return wrapped(text, 0, "dim", width=self._width)
