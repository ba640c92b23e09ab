"""Which negotiation to put beside one that went wrong: one of the same peers that worked."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final, NamedTuple

from analyzer.report.compare.case import cases
from analyzer.report.compare.compared import beside
from analyzer.report.compare.model import Compared
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables

MOST_PAIRS: Final = 10
"""Comparisons on one page; of the others it says how to make them."""

_COLUMNS: Final = (
    *("negotiation", "outcome", "failed_at", "diagnosis"),
    *("initiator_ip", "responder_ip", "ike_version"),
)
_WRONG: Final = frozenset({"failed", "unanswered"})


class Pair(NamedTuple):
    """A negotiation that went wrong, and the one that worked. same_peers: else only the responder is the same.

    compared: the one that worked as A; None where there are too many on the page.
    """

    wrong: int
    worked: int
    same_peers: bool
    compared: Compared | None


class _Row(NamedTuple):
    number: int
    outcome: str | None
    failed_at: str | None
    diagnosis: str | None
    initiator: str | None
    responder: str | None
    version: int | None

    @property
    def worked(self) -> bool:
        return self.outcome == "established" and self.failed_at is None and self.diagnosis is None

    @property
    def went_wrong(self) -> bool:
        return self.outcome in _WRONG or (self.outcome == "established" and self.failed_at is not None)


def pairs(tables: Tables, numbers: Collection[int], zone: Zone = UTC_ZONE) -> dict[int, Pair]:
    """For those of these negotiations that went wrong, in their order, one that worked, where there is one."""
    chosen = {wrong: (worked, same) for wrong, worked, same in _chosen(tables, numbers)}
    shown = dict(islice(chosen.items(), MOST_PAIRS))
    known = cases(tables, {*shown, *(worked for worked, _ in shown.values())}, zone)
    return {
        wrong: Pair(wrong, worked, same, beside(known[worked], known[wrong]) if wrong in shown else None)
        for wrong, (worked, same) in chosen.items()
    }


def _chosen(tables: Tables, numbers: Collection[int]) -> Iterator[tuple[int, int, bool]]:
    rows = [_Row(*cells) for cells in tables["negotiations"].cells(*_COLUMNS)]
    by_peers: dict[frozenset[str | None], list[_Row]] = {}
    by_responder: dict[str | None, list[_Row]] = {}
    for row in rows:
        if row.worked:
            by_peers.setdefault(frozenset((row.initiator, row.responder)), []).append(row)
            by_responder.setdefault(row.responder, []).append(row)
    known = {row.number: row for row in rows}
    for number in numbers:
        wrong = known[number]
        if not wrong.went_wrong:
            continue
        same = by_peers.get(frozenset((wrong.initiator, wrong.responder)), [])
        found = _nearest(wrong, same or by_responder.get(wrong.responder, []))
        if found is not None:
            yield number, found.number, bool(same)


def _nearest(wrong: _Row, candidates: list[_Row]) -> _Row | None:
    """Of the same IKE version if there is one, the last one before it, else the first one behind it.

    Numbers run in the order of the captures and of first frames.
    """
    alike = [row for row in candidates if row.version == wrong.version] or candidates
    before = [row for row in alike if row.number < wrong.number]
    return before[-1] if before else alike[0] if alike else None
