"""Captures that belong together, as chains: files that follow each other; several where taps ran side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analyzer.capture.joining.kin import Bond, Kind, overlap
from analyzer.capture.joining.names import series_of
from analyzer.capture.sets import MOST_CHAINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.capture.joining.glance import Glance

JOINING: Final = frozenset((Kind.FOLLOWS, Kind.BESIDE, Kind.NAMES))
MOST_TAPS: Final = 16
"""Chains that are joined without being asked to: more points of one path there are not, but very many captures with the
same SPIs: one recording that was saved in many forms, or a test's fixed SPIs."""


def together(places: Iterable[int], bonds: Iterable[Bond]) -> list[list[int]]:
    """Places of captures in groups that bonds hold together, each group in order; groups in order of their first."""
    above = {place: place for place in places}

    def root(place: int) -> int:
        while above[place] != place:
            above[place] = above[above[place]]
            place = above[place]
        return place

    for bond in bonds:
        if bond.kind in JOINING:
            one, other = root(bond.one), root(bond.other)
            above[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for place in above:
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def chains_of(glances: Sequence[Glance], group: Sequence[int], bonds: Iterable[Bond]) -> list[list[int]]:
    """The chains of one group, whose places are in order of time.

    A file goes behind the one that ended latest before it begins, of the same rotation where there is one; never
    into a chain with a file that shows the same messages. What has no times is a chain of its own. Once there are more
    chains than a set may have, no more are looked for.
    """
    beside = {(bond.one, bond.other) for bond in bonds if bond.kind in (Kind.BESIDE, Kind.AGAIN)}
    beside |= {(other, one) for one, other in beside}
    shown: dict[int, set[int]] = {}
    for one, other in beside:
        shown.setdefault(one, set()).add(other)
    chains: list[list[int]] = []
    which: dict[int, int] = {}
    series = {place: {found for found, _ in series_of(glances[place].capture)} for place in group}
    for place in group:
        this, mine = glances[place], shown.get(place, set())
        taken = {which[other] for other in mine if other in which}
        best: tuple[bool, int] | None = None
        chosen = len(chains)
        for number, chain in enumerate(chains):
            last = glances[chain[-1]]
            if this.first is None or last.last is None or overlap(last, this) or number in taken:
                continue
            rank = not series[chain[-1]].isdisjoint(series[place]), last.last
            if best is None or rank > best:
                best, chosen = rank, number
        which[place] = chosen
        if chosen < len(chains):
            chains[chosen].append(place)
        elif len(chains) > MOST_CHAINS:
            break
        else:
            chains.append([place])
    return chains
