"""Which negotiation to put beside one that went wrong: one of the same peers that worked."""

from bisect import bisect
from collections.abc import Collection, Hashable, Iterator, Sequence
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
    def ends(self) -> tuple[frozenset[str | None], str | None]:
        """Whose it is: both peers, whoever begins; and the responder alone."""
        return frozenset((self.initiator, self.responder)), self.responder

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
    """What went wrong, what worked, and whether the peers are the same. Each SA is looked at once."""
    worked: dict[Hashable, list[int]] = {}  # numbers, rising, by whose they are; with the version and without
    wanted, wrong = frozenset(numbers), dict[int, _Row]()
    for row in (_Row(*cells) for cells in tables["negotiations"].cells(*_COLUMNS)):
        if row.worked:
            for whose in row.ends:
                for key in (whose, (whose, row.version)):
                    worked.setdefault(key, []).append(row.number)
        elif row.went_wrong and row.number in wanted:
            wrong[row.number] = row
    for number in numbers:
        for whose in wrong[number].ends if number in wrong else ():
            alike = worked.get((whose, wrong[number].version)) or worked.get(whose)
            if alike:
                yield number, _nearest(number, alike), isinstance(whose, frozenset)
                break


def _nearest(number: int, worked: Sequence[int]) -> int:
    """The last one before it, else the first one behind it: numbers run in the order of captures and first frames."""
    return worked[max(0, bisect(worked, number) - 1)]
