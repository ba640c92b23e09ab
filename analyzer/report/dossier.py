"""A dossier: all rows that concern one negotiation, gathered for the views; and which negotiations come first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from analyzer.report.words import severity_rank
from analyzer.tables.store import Tables

Record = dict[str, Any]

_GATHERED: Final = (
    "messages",
    "notifications",
    "proposals",
    "transforms",
    "ke_values",
    "identities",
    "vendor_ids",
    "certificates",
    "child_sas",
    "exchanges",
    "events",
    "mismatches",
    "esp_streams",
    "icmp_errors",
    "findings",
    "diagnoses",
)
_IN_FLOODS: Final = "unsolicited-answers"  # the diagnosis of a negotiation that is one answer of a flood
_OUTCOME_RANK: Final = {"failed": 0, "unanswered": 2, "redirected": 3, "incomplete": 3, "established": 4, "probe": 5}


@dataclass(slots=True)
class Dossier:
    """The row of `negotiations` as `n`, and the rows of the other tables that name its number, in the tables' order.

    capture_end: time of the capture's last packet.
    """

    n: Record
    messages: list[Record] = field(default_factory=list)
    notifications: list[Record] = field(default_factory=list)
    proposals: list[Record] = field(default_factory=list)
    transforms: list[Record] = field(default_factory=list)
    ke_values: list[Record] = field(default_factory=list)
    identities: list[Record] = field(default_factory=list)
    vendor_ids: list[Record] = field(default_factory=list)
    certificates: list[Record] = field(default_factory=list)
    child_sas: list[Record] = field(default_factory=list)
    exchanges: list[Record] = field(default_factory=list)
    events: list[Record] = field(default_factory=list)
    mismatches: list[Record] = field(default_factory=list)
    esp_streams: list[Record] = field(default_factory=list)
    icmp_errors: list[Record] = field(default_factory=list)
    payloads: list[Record] = field(default_factory=list)
    findings: list[Record] = field(default_factory=list)
    diagnoses: list[Record] = field(default_factory=list)
    capture_end: int | None = None


def worst_first(tables: Tables) -> list[int]:
    """Numbers of the negotiations: failed, child failed, unanswered, unfinished, established; severe findings first.

    Those that a flood tells are left out.
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
    """Numbers of the negotiations that are one message of a flood each: the flood is told, not they."""
    if not len(tables["floods"]):
        return frozenset()
    return frozenset(row["negotiation"] for row in tables["diagnoses"].select("diagnosis", {_IN_FLOODS}))


def _pairs(tables: Tables, table: str, one: str, other: str) -> Iterator[tuple[Any, Any]]:
    return zip(tables[table].column(one), tables[table].column(other), strict=True)


def outcome_rank(outcome: str | None, *, trouble: bool) -> int:
    """How bad an outcome is: 0 for failed, then established with trouble, and so on to probes."""
    return 1 if outcome == "established" and trouble else _OUTCOME_RANK.get(outcome or "", 3)


def dossiers(tables: Tables, numbers: Collection[int]) -> list[Dossier]:
    """The dossiers of these negotiations, in the order of `numbers`. One pass over each table."""
    wanted = frozenset(numbers)
    found = {n["negotiation"]: Dossier(n) for n in tables["negotiations"].select("negotiation", wanted)}
    for table in _GATHERED:
        for row in tables[table].select("negotiation", wanted):
            getattr(found[row["negotiation"]], table).append(row)
    _payloads(tables, found)
    _surroundings(tables, found)
    for dossier in found.values():
        dossier.diagnoses.sort(key=lambda d: d["rank"] or 99)
        dossier.findings.sort(key=lambda f: severity_rank(f["severity"]))
    return [found[number] for number in numbers if number in found]


def _payloads(tables: Tables, found: dict[int, Dossier]) -> None:
    """Rows of `payloads` name no negotiation: they are found by capture and frame."""
    owners = {(m["capture"], m["frame_number"]): d for d in found.values() for m in d.messages}
    for row in tables["payloads"].select("frame_number", {frame for _, frame in owners}):
        owner = owners.get((row["capture"], row["frame_number"]))
        if owner is not None:
            owner.payloads.append(row)


def _surroundings(tables: Tables, found: dict[int, Dossier]) -> None:
    """When the capture ends in which each of these stands."""
    ends = dict(_pairs(tables, "captures", "capture", "last_time"))
    for dossier in found.values():
        dossier.capture_end = ends.get(dossier.n["capture"])
