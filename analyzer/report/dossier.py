"""A dossier: the rows that concern one negotiation, gathered for the views; and which negotiations come first.

An SA may live for weeks. Of what its messages bring, a dossier holds the first and the last rows, which is more than
any view shows, and how many it does not hold; what is counted is counted over all of them.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.capture.open import EXPANSION_LIMIT
from analyzer.report.words import severity_rank
from analyzer.tables.store import Tables

Record = dict[str, Any]

_IN_FLOODS: Final = "unsolicited-answers"  # the diagnosis of a negotiation that is one answer of a flood
MOST_ROWS: Final = 1000
"""Rows of one kind in a dossier: so many from the beginning, and as many from the end."""

_MOST_OF_A_MESSAGE: Final = 200  # payloads outside or inside encryption, and notifications
_WHOLE: Final = ("child_sas", "mismatches", "esp_streams", "icmp_errors", "findings", "diagnoses")
_ENDS: Final = ("messages", "exchanges", "events", "proposals", "transforms", "ke_values")
_ODD: Final = ("missing", "open_requests", "fragments_missing", "disorder", "unexpected_frames")  # of an exchange
_OUTCOME_RANK: Final = {"failed": 0, "unanswered": 2, "redirected": 3, "incomplete": 3, "established": 4, "probe": 5}


@dataclass(slots=True)
class Dossier:
    """The row of `negotiations` as `n`, and the rows of the other tables that name its number, in the tables' order.

    left: rows that are not held, by table; they stand between the first and the last ones. before_gap, after_gap: the
    frames around the messages left out. offering: messages that carry the proposals. copies, sent, events_by_kind:
    counted over all rows: duplicates, other messages, events. capture_end: time of the capture's last packet, or if it
    was `stopped`, read to a limit only, of the last one read.
    """

    n: Record
    messages: list[Record] = field(default_factory=list)
    notifications: list[Record] = field(default_factory=list)
    proposals: list[Record] = field(default_factory=list)
    transforms: list[Record] = field(default_factory=list)
    ke_values: list[Record] = field(default_factory=list)
    child_sas: list[Record] = field(default_factory=list)
    exchanges: list[Record] = field(default_factory=list)
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

    def total(self, table: str) -> int:
        """How many rows of a table concern this negotiation, held or not."""
        return len(getattr(self, table)) + self.left[table]


def worst_first(tables: Tables) -> list[int]:
    """Numbers of the negotiations: failed, child failed, unanswered, unfinished, established; severe findings first.

    Those of a flood are left out.
    """
    flooded = in_floods(tables)
    worst: dict[int, int] = {}
    for number, severity in _pairs(tables, "findings", "negotiation", "severity"):
        if number is not None:
            worst[number] = min(worst.get(number, 9), severity_rank(severity))
    names = ("negotiation", "outcome", "failed_at")
    rows = zip(*(tables["negotiations"].column(name) for name in names), strict=True)
    ranked = [
        (outcome_rank(outcome, trouble=failed_at is not None), worst.get(number, 9), number)
        for number, outcome, failed_at in rows
        if number not in flooded
    ]
    return [number for *_, number in sorted(ranked)]


def in_floods(tables: Tables) -> frozenset[int]:
    """Numbers of the negotiations that are one message of a flood each: the flood is shown, not they."""
    if not len(tables["floods"]):
        return frozenset()
    return frozenset(row["negotiation"] for row in tables["diagnoses"].select("diagnosis", {_IN_FLOODS}))


def _pairs(tables: Tables, table: str, one: str, other: str) -> Iterator[tuple[Any, ...]]:
    return tables[table].cells(one, other)


def outcome_rank(outcome: str | None, *, trouble: bool) -> int:
    """How bad an outcome is: 0 for failed, then established with trouble, and so on to probes."""
    return 1 if outcome == "established" and trouble else _OUTCOME_RANK.get(outcome or "", 3)


def dossiers(tables: Tables, numbers: Collection[int]) -> list[Dossier]:
    """The dossiers of these negotiations, in the order of `numbers`. A pass or two over each table."""
    wanted = frozenset(numbers)
    found = {n["negotiation"]: Dossier(n) for n in tables["negotiations"].select("negotiation", wanted)}
    for table in _WHOLE:
        for row in tables[table].select("negotiation", wanted):
            getattr(found[row["negotiation"]], table).append(row)
    for table in _ENDS:
        _gather_ends(tables, table, found)
    _count(tables, found)
    _of_frames(tables, found)
    ends = dict(_pairs(tables, "captures", "capture", "last_time"))
    stopped = {row["capture"] for row in tables["defects"].select("kind", {EXPANSION_LIMIT})}
    for dossier in found.values():
        dossier.capture_end = ends.get(dossier.n["capture"])
        dossier.stopped = dossier.n["capture"] in stopped
        dossier.diagnoses.sort(key=lambda d: d["rank"] or 99)
        dossier.findings.sort(key=lambda f: severity_rank(f["severity"]))
    return [found[number] for number in numbers if number in found]


class _Ends:
    """Places of the first and the last rows of one negotiation; how many there are in all."""

    __slots__ = ("count", "first", "last", "odd")

    def __init__(self) -> None:
        self.first: list[int] = []
        self.last: deque[int] = deque(maxlen=MOST_ROWS)
        self.odd: list[int] = []
        self.count = 0

    def add(self, row: int, *, odd: bool) -> None:
        self.count += 1
        if len(self.first) < MOST_ROWS:
            self.first.append(row)
            return
        if odd and len(self.odd) < MOST_ROWS:
            self.odd.append(row)
        self.last.append(row)


def _gather_ends(tables: Tables, name: str, found: dict[int, Dossier]) -> None:
    """The first and the last rows; of exchanges also those with anything unusual."""
    table = tables[name]
    ends: dict[int, _Ends] = {}
    odd_names = _ODD if name == "exchanges" else ()
    for row, (number, *odd) in enumerate(table.cells("negotiation", *odd_names)):
        if number in found:
            ends.setdefault(number, _Ends()).add(row, odd=any(odd))
    for number, places in ends.items():
        dossier = found[number]
        kept = sorted({*places.first, *places.odd, *places.last})
        rows = getattr(dossier, name)
        rows += table.picked(kept)
        dossier.left[name] = places.count - len(kept)
        if name == "messages" and dossier.left[name]:
            dossier.before_gap = rows[MOST_ROWS - 1]["frame_number"]
            dossier.after_gap = rows[MOST_ROWS]["frame_number"]


def _count(tables: Tables, found: dict[int, Dossier]) -> None:
    for number, duplicate in _pairs(tables, "messages", "negotiation", "duplicate"):
        if number in found:
            found[number].copies += bool(duplicate)
            found[number].sent += not duplicate
    for number, kind in _pairs(tables, "events", "negotiation", "event"):
        if number in found:
            found[number].events_by_kind[kind] += 1


def _of_frames(tables: Tables, found: dict[int, Dossier]) -> None:
    """What is shown of the messages held: rows of `payloads` name no negotiation, they are found by capture and frame.

    Of a message with hundreds of them as many as a reader can take in.
    """
    owners = {(m["capture"], m["frame_number"]): d for d in found.values() for m in d.messages}
    frames = {frame for _, frame in owners}
    taken: Counter[tuple[object, ...]] = Counter()
    for row in tables["payloads"].select("frame_number", frames):
        place = row["capture"], row["frame_number"]
        owner = owners.get(place)
        taken[*place, row["encrypted"]] += 1
        if owner is not None and taken[*place, row["encrypted"]] <= _MOST_OF_A_MESSAGE:
            owner.payloads.append(row)
    held = {(d.n["negotiation"], m["frame_number"]) for d in found.values() for m in d.messages}
    for row in tables["notifications"].select("frame_number", frames):
        place = row["negotiation"], row["frame_number"]
        taken[place] += 1
        if place in held and taken[place] <= _MOST_OF_A_MESSAGE:
            found[row["negotiation"]].notifications.append(row)
    offering = {(p["capture"], p["frame_number"]): d for d in found.values() for p in (*d.proposals, *d.ke_values)}
    for row in tables["messages"].select("frame_number", {frame for _, frame in offering}):
        owner = offering.get((row["capture"], row["frame_number"]))
        if owner is not None and row["negotiation"] == owner.n["negotiation"]:
            owner.offering.append(row)
