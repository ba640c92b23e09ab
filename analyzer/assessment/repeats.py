"""IKE SAs of the same two hosts, one after the other: how many around each; worked out once for a capture."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from analyzer.negotiation.life.model import Life
from analyzer.negotiation.model import Negotiation

Begun = tuple[int, Negotiation]  # time of the first message in ns, and the SA


class Around(NamedTuple):
    """The SAs that began around one: how many, from the first beginning to the last how long, and how many ended.

    ended: by a Delete, seen or inferred.
    """

    sas: int
    span_ns: int
    ended: int

    @property
    def gap_ns(self) -> float:
        """From one beginning to the next, on average."""
        return self.span_ns / max(1, self.sas - 1)


class _Row:
    """SAs in the order in which they began."""

    def __init__(self, begun: Iterable[Begun], ended: frozenset[int]) -> None:
        ordered = sorted(begun, key=lambda entry: (entry[0], entry[1].number))
        self.negotiations = [n for _, n in ordered]
        self._times = [time for time, _ in ordered]
        self._ended = [0, *accumulate(n.number in ended for n in self.negotiations)]

    def around(self, time: int, within_ns: int) -> tuple[int, int]:
        """The slice of those that began so near to a time."""
        return bisect_left(self._times, time - within_ns), bisect_right(self._times, time + within_ns)

    def counted(self, first: int, end: int) -> Around:
        """What there is to say of a slice."""
        return Around(end - first, self._times[end - 1] - self._times[first], self._ended[end] - self._ended[first])


class Repeats:
    """SAs that came up by themselves (no rekeying made them), by pair of hosts, and by chains of successors."""

    def __init__(self, life: Life, by_pair: Iterable[list[Begun]]) -> None:
        ended = frozenset(life.ends)
        self._pairs: dict[int, _Row] = {}
        self._chains: dict[int, _Row] = {}
        self._times: dict[int, int] = {}
        for group in by_pair:
            own = [(time, n) for time, n in group if n.outcome == "established" and n.rekeyed_from is None]
            if len(own) > 1:
                row = _Row(own, ended)
                self._times.update((n.number, time) for time, n in own)
                self._pairs.update((n.number, row) for _, n in own)
                for chain in _chains(own, life.successors):
                    row = _Row(chain, ended)
                    self._chains.update((n.number, row) for _, n in chain)

    def of_pair(self, n: Negotiation, within_s: int) -> Around | None:
        """The SAs of the pair around this one, and it; None where it is the only one."""
        return self._around(self._pairs, n, within_s)

    def in_its_place(self, n: Negotiation, within_s: int) -> Around | None:
        """Those that took each other's place around this one, and it."""
        return self._around(self._chains, n, within_s)

    def chain(self, n: Negotiation, within_s: int, most: int) -> list[Negotiation]:
        """The first few of those that took each other's place."""
        row = self._chains[n.number]
        first, end = row.around(self._times[n.number], within_s * 10**9)
        return row.negotiations[first : min(end, first + most)]

    def _around(self, rows: dict[int, _Row], n: Negotiation, within_s: int) -> Around | None:
        row = rows.get(n.number)
        return None if row is None else row.counted(*row.around(self._times[n.number], within_s * 10**9))


def _chains(own: list[Begun], successors: dict[int, int]) -> list[list[Begun]]:
    """SAs of which each takes the place of the one before, as far as both came up by themselves."""
    by_number = {n.number: (time, n) for time, n in own}
    following = {old: new for old, new in successors.items() if old in by_number and new in by_number}
    found = []
    for number in sorted(by_number.keys() - set(following.values())):
        chain, at = [], number
        while at in by_number:
            chain.append(by_number.pop(at))
            at = following.get(at, -1)
        if len(chain) > 1:
            found.append(chain)
    return found
