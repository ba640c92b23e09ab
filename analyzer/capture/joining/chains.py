"""Captures that belong together, as chains: files that follow each other; several where taps ran side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from analyzer.capture.joining.kin import Bond, Kind, overlap
from analyzer.capture.joining.names import series_of
from analyzer.capture.sets import MOST_CHAINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.capture.joining.glance import Glance
    from analyzer.capture.joining.names import Series

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
    into a chain with a file that shows the same messages, or with one of a rotation that shows messages of its own
    rotation: by clocks that differ a file of one tap may begin where one of another ends. What has no times is a chain
    of its own. Once there are more chains than a set may have, no more are looked for.
    """
    rotations = _rotations(glances, group)
    shown: dict[int | Series, set[int | Series]] = {}
    for bond in bonds:
        if bond.kind in (Kind.BESIDE, Kind.AGAIN):
            ends: list[tuple[int | Series, int | Series]] = [(bond.one, bond.other)]
            ends.append((rotations[bond.one], rotations[bond.other]))
            for one, other in ends:
                shown.setdefault(one, set()).add(other)
                shown.setdefault(other, set()).add(one)
    for rotation, others in shown.items():
        others.discard(rotation)  # two programs may have written files of one name side by side
    chains: list[list[int]] = []
    held: list[set[int | Series]] = []  # of each chain its files and their rotations
    series = {place: {found for found, _ in series_of(glances[place].capture)} for place in group}
    for place in group:
        this = glances[place]
        mine = shown.get(place, set()) | shown.get(rotations[place], set())
        best: tuple[bool, int] | None = None
        chosen = len(chains)
        for number, chain in enumerate(chains):
            last = glances[chain[-1]]
            if this.first is None or last.last is None or overlap(last, this) or not mine.isdisjoint(held[number]):
                continue
            rank = not series[chain[-1]].isdisjoint(series[place]), last.last
            if best is None or rank > best:
                best, chosen = rank, number
        if chosen < len(chains):
            chains[chosen].append(place)
            held[chosen] |= {place, rotations[place]}
        elif len(chains) > MOST_CHAINS:
            break
        else:
            chains.append([place])
            held.append({place, rotations[place]})
    return chains


def _rotations(glances: Sequence[Glance], group: Sequence[int]) -> dict[int, int | Series]:
    """The rotation of each file, as far as others of it are in the group; its own place where none is.

    Of several that of a program's names, then that of the most files.
    """
    series = {place: [one for one, _ in series_of(glances[place].capture)] for place in group}
    counts = Counter(one for names in series.values() for one in names)
    rotations: dict[int, int | Series] = {}
    for place, names in series.items():
        most = max(names, key=lambda one: (counts[one] > 1 and one.surely, counts[one]))
        rotations[place] = most if counts[most] > 1 else place
    return rotations
