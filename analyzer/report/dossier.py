"""A dossier: the rows that concern one negotiation, gathered for the views; and which negotiations come first.

An SA may live for weeks. Of what its messages bring, a dossier holds the first and the last rows, which is more than
any view shows, and how many it does not hold; what is counted is counted over all of them.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple

from analyzer.capture.files import EXPANSION_LIMIT
from analyzer.report.numbering import COUNTED, Numbered, message_numbers
from analyzer.report.sources import ran, sources
from analyzer.report.taken import remarks
from analyzer.report.words import severity_rank
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Table, Tables

Record = dict[str, Any]

_IN_FLOODS: Final = "unsolicited-answers"  # the diagnosis of a negotiation that is one answer of a flood
MOST_ROWS: Final = 1000
"""Rows of one kind in a dossier: so many from the beginning, and as many from the end."""

_MOST_OF_A_MESSAGE: Final = 200  # payloads outside or inside encryption, and notifications
_WHOLE: Final = ("child_sas", "sights", "mismatches", "esp_streams", "icmp_errors", "findings", "diagnoses")
_ENDS: Final = ("messages", "exchanges", "events", "proposals", "transforms", "ke_values")
# Columns that say what is unusual about a row: such rows are held too where there are very many
_ODD_OF: Final = {"exchanges": ("missing", "open_requests", "fragments_missing", "disorder", "unexpected_frames")}
_OUTCOME_RANK: Final = {"failed": 0, "unanswered": 2, "redirected": 3, "incomplete": 3, "established": 4, "probe": 5}


@dataclass(slots=True, eq=False, repr=False)
class Dossier:
    """The row of `negotiations` as `n`, and the rows of the other tables that name its number, in the tables' order.

    left: rows that are not held, by table; they stand between the first and the last ones. before_gap, after_gap: the
    frames around the messages left out. offering: messages that carry the proposals. copies, sent, events_by_kind:
    counted over all rows: duplicates, other messages, events. capture_end: time of the capture's last packet, or if it
    was `stopped`, read to a limit only, of the last one read. numbers: of messages, where some are left out. comments:
    what the file says of frames. zone: that of the times its views show.
    """

    n: Record
    messages: list[Record] = field(default_factory=list)
    notifications: list[Record] = field(default_factory=list)
    proposals: list[Record] = field(default_factory=list)
    transforms: list[Record] = field(default_factory=list)
    ke_values: list[Record] = field(default_factory=list)
    child_sas: list[Record] = field(default_factory=list)
    exchanges: list[Record] = field(default_factory=list)
    sights: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    mismatches: list[Record] = field(default_factory=list)
    esp_streams: list[Record] = field(default_factory=list)
    icmp_errors: list[Record] = field(default_factory=list)
    payloads: list[Record] = field(default_factory=list)
    findings: list[Record] = field(default_factory=list)
    diagnoses: list[Record] = field(default_factory=list)
    offering: list[Record] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    before_gap: int | None = None
    after_gap: int | None = None
    copies: int = 0
    sent: int = 0
    events_by_kind: Counter[str] = field(default_factory=Counter)
    capture_end: int | None = None
    stopped: bool = False
    numbers: Mapping[int, Numbered] | None = None
    comments: dict[int, list[str]] = field(default_factory=dict)
    zone: Zone = UTC_ZONE

    def message_numbers(self) -> Mapping[int, Numbered]:
        """Which message of its exchange each is, by frame; those that are left out are counted too."""
        return message_numbers(self.messages) if self.numbers is None else self.numbers

    def total(self, table: str) -> int:
        """How many rows of a table concern this negotiation, held or not."""
        return len(getattr(self, table)) + self.left[table]


class Ranked(NamedTuple):
    """How bad a negotiation is: its outcome, then its most severe finding; 0 is the worst."""

    outcome: int
    severity: int
    number: int


def worst_first(tables: Tables) -> list[int]:
    """Numbers of the negotiations as `ranked` has them."""
    return [r.number for r in ranked(tables)]


def ranked(tables: Tables) -> list[Ranked]:
    """The negotiations: failed, child failed, unanswered, unfinished, established; severe findings first.

    Those of a flood are left out.
    """
    flooded = in_floods(tables)
    findings = tables["findings"]
    worst: dict[int, int] = {}
    for severity in sorted(set(findings.column("severity")), key=severity_rank, reverse=True):  # the mildest first
        numbers = chain.from_iterable(findings.at(findings.places("severity", {severity}), "negotiation"))
        worst |= dict.fromkeys(numbers, severity_rank(severity))
    rows = tables["negotiations"].cells("negotiation", "outcome", "failed_at")
    found = [
        Ranked(outcome_rank(outcome, trouble=failed_at is not None), worst.get(number, 9), number)
        for number, outcome, failed_at in rows
        if number not in flooded
    ]
    return sorted(found)


def in_floods(tables: Tables) -> frozenset[int]:
    """Numbers of the negotiations that are one message of a flood each: the flood is shown, not they."""
    if not len(tables["floods"]):
        return frozenset()
    return frozenset(row["negotiation"] for row in tables["diagnoses"].select("diagnosis", {_IN_FLOODS}))


def outcome_rank(outcome: str | None, *, trouble: bool) -> int:
    """How bad an outcome is: 0 for failed, then established with trouble, and so on to probes."""
    return 1 if outcome == "established" and trouble else _OUTCOME_RANK.get(outcome or "", 3)


def dossiers(tables: Tables, numbers: Collection[int], zone: Zone = UTC_ZONE) -> list[Dossier]:
    """The dossiers of these negotiations, in the order of `numbers`."""
    return Dossiers(tables, numbers, zone).of(numbers)


class Dossiers:
    """Dossiers of some negotiations, made when they are asked for.

    One pass over each table finds the places of all their rows, another the payloads of the messages that they hold.
    """

    def __init__(self, tables: Tables, numbers: Collection[int], zone: Zone = UTC_ZONE) -> None:
        self._tables, self._zone = tables, zone
        wanted = frozenset(numbers)
        names = ("negotiations", *_WHOLE, *_ENDS, "notifications", "comments")
        self._places = {name: _by_value(tables[name], "negotiation", wanted) for name in names}
        messages = self._places["messages"]
        self._held = {number: _ends(messages[number], tables["messages"], ()) for number in messages}
        held = [row for rows in self._held.values() for row in rows]
        self._payloads = _by_value(
            tables["payloads"], "frame_number", {frame for (frame,) in tables["messages"].at(held, "frame_number")}
        )
        ends = {name: [ran(row)[1] for row in rows] for name, rows in sources(tables).items()}
        self._capture_ends = {name: max(filter(None, times), default=None) for name, times in ends.items()}
        self._stopped = {row["capture"] for row in tables["defects"].select("kind", {EXPANSION_LIMIT})}

    def of(self, numbers: Collection[int]) -> list[Dossier]:
        """Those of some of them, in the order of `numbers`."""
        found = {n["negotiation"]: Dossier(n, zone=self._zone) for n in self._rows("negotiations", numbers)}
        for number, dossier in found.items():
            for name in _WHOLE:
                getattr(dossier, name).extend(self._rows(name, (number,)))
            for name in _ENDS:
                self._gather_ends(name, number, dossier)
            self._count(number, dossier)
            dossier.capture_end = self._capture_ends.get(dossier.n["capture"])
            dossier.stopped = dossier.n["capture"] in self._stopped
            for c in self._rows("comments", (number,)):
                dossier.comments.setdefault(c["frame_number"], []).extend(remarks(c["text"] or ""))
            dossier.diagnoses.sort(key=lambda d: d["rank"] or 99)
            dossier.findings.sort(key=lambda f: severity_rank(f["severity"]))
        self._of_frames(found)
        return [found[number] for number in numbers if number in found]

    def _rows(self, name: str, numbers: Iterable[int]) -> Iterator[Record]:
        """The rows of a table that name these negotiations, in the table's order."""
        places = self._places[name]
        return self._tables[name].picked(sorted(row for number in numbers for row in places.get(number, ())))

    def _gather_ends(self, name: str, number: int, dossier: Dossier) -> None:
        """The first and the last rows; of exchanges also those with anything unusual."""
        table, places = self._tables[name], self._places[name].get(number, ())
        kept = self._held.get(number, ()) if name == "messages" else _ends(places, table, _ODD_OF.get(name, ()))
        rows = getattr(dossier, name)
        rows += table.picked(kept)
        dossier.left[name] = len(places) - len(kept)
        if name == "messages" and dossier.left[name]:
            dossier.before_gap = rows[MOST_ROWS - 1]["frame_number"]
            dossier.after_gap = rows[MOST_ROWS]["frame_number"]
            held = {frame for m in rows for frame in (m["frame_number"], m["retransmission_of"])}
            counted = message_numbers(dict(zip(COUNTED, m, strict=True)) for m in table.at(places, *COUNTED))
            dossier.numbers = {frame: place for frame, place in counted.items() if frame in held}

    def _count(self, number: int, dossier: Dossier) -> None:
        messages, events = self._places["messages"].get(number, ()), self._places["events"].get(number, ())
        dossier.copies = sum(bool(copy) for (copy,) in self._tables["messages"].at(messages, "duplicate"))
        dossier.sent = len(messages) - dossier.copies
        dossier.events_by_kind.update(kind for (kind,) in self._tables["events"].at(events, "event"))

    def _of_frames(self, found: dict[int, Dossier]) -> None:
        """What is shown of the messages held: rows of `payloads` are found by capture and frame.

        Of a message with hundreds of them as many as a reader can take in.
        """
        owners = {(m["capture"], m["frame_number"]): d for d in found.values() for m in d.messages}
        places = sorted(row for frame in {frame for _, frame in owners} for row in self._payloads.get(frame, ()))
        taken: Counter[tuple[object, ...]] = Counter()
        for row in self._tables["payloads"].picked(places):
            place = row["capture"], row["frame_number"]
            owner = owners.get(place)
            taken[*place, row["encrypted"]] += 1
            if owner is not None and taken[*place, row["encrypted"]] <= _MOST_OF_A_MESSAGE:
                owner.payloads.append(row)
        held = {(d.n["negotiation"], m["frame_number"]) for d in found.values() for m in d.messages}
        for row in self._rows("notifications", found):
            place = row["negotiation"], row["frame_number"]
            taken[place] += 1
            if place in held and taken[place] <= _MOST_OF_A_MESSAGE:
                found[row["negotiation"]].notifications.append(row)
        self._offering(found)

    def _offering(self, found: dict[int, Dossier]) -> None:
        owners = {(p["capture"], p["frame_number"]): d for d in found.values() for p in (*d.proposals, *d.ke_values)}
        frames = {frame for _, frame in owners}
        messages, places = self._tables["messages"], self._places["messages"]
        rows = sorted(row for number in found for row in places.get(number, ()))
        asked = [row for row, (frame,) in zip(rows, messages.at(rows, "frame_number"), strict=True) if frame in frames]
        for row in messages.picked(asked):
            owner = owners.get((row["capture"], row["frame_number"]))
            if owner is not None and row["negotiation"] == owner.n["negotiation"]:
                owner.offering.append(row)


def _by_value(table: Table, name: str, wanted: Container[int]) -> dict[int, list[int]]:
    """The places of the rows whose column `name` holds one of `wanted`, by what it holds."""
    found: dict[int, list[int]] = {}
    rows = table.places(name, wanted)
    for row, (value,) in zip(rows, table.at(rows, name), strict=True):
        found.setdefault(value, []).append(row)
    return found


def _ends(rows: Sequence[int], table: Table, odd: Sequence[str]) -> Sequence[int]:
    """The first and the last of these places, and between them some of those where one of the columns `odd` says it."""
    if len(rows) <= 2 * MOST_ROWS:
        return rows
    between = rows[MOST_ROWS:]
    unusual = [row for row, cells in zip(between, table.at(between, *odd), strict=True) if any(cells)] if odd else []
    return sorted({*rows[:MOST_ROWS], *unusual[:MOST_ROWS], *rows[-MOST_ROWS:]})
