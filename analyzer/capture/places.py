"""Where the frames of a set of captures stand: a number that counts through the set, and the file with its own number.

A set is read as one capture. Inside, its packets are numbered in the order in which they are read, as if the files had
been merged into one; whoever is shown a frame is shown its file and the number it has there. Files that follow each
other are a chain; chains that run at the same time, such as two taps, are merged by time.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

_STRIDE = 1 << 16  # packets between two counts of what each chain has so far


class Place(NamedTuple):
    """A frame of a set. member: which of its files, from 0 on. chain: of which files that follow each other."""

    member: int
    chain: int
    capture: str
    frame_number: int


class Places:
    """The places of all packets of a set; a byte each where chains are merged, nothing where there is one chain.

    chains: the files of each, in their order. Up to 255 chains.
    """

    def __init__(self, chains: Sequence[Sequence[str]]) -> None:
        self.members = tuple(path for chain in chains for path in chain)
        self._first = [sum(map(len, chains[:chain])) for chain in range(len(chains))]  # member of each chain
        self._before: list[list[int]] = [[] for _ in chains]  # packets of a chain before each of its files
        self._counts = [0] * len(chains)
        self._which = bytearray() if len(chains) > 1 else None  # the chain of each packet, in the order of the set
        self._reading = False  # a file of the only chain, whose packets are counted at its end
        self._counted: list[tuple[int, ...]] = []  # packets of each chain before every _STRIDE-th packet

    @property
    def packets(self) -> int:
        """How many there are so far."""
        return sum(self._counts)

    def begin(self, chain: int = 0) -> None:
        """The next file of a chain begins."""
        self._before[chain].append(self._counts[chain])
        self._reading = self._which is None

    def add(self, packets: int) -> int:
        """So many packets of the only chain are read; the number of the last of them."""
        self._counts[0] += packets
        self._reading = False
        return self._counts[0]

    def step(self, chain: int) -> int:
        """One packet of a chain is read, behind those of all chains before it; its number."""
        if self._which is None:
            return self.add(1)
        if len(self._which) % _STRIDE == 0:
            self._counted.append(tuple(self._counts))
        self._which.append(chain)
        self._counts[chain] += 1
        return len(self._which)

    def of(self, number: int) -> Place:
        """The place of a packet by its number in the set. ValueError: the set has none of this number.

        While the file of an only chain is read, whatever is behind those before it is its packet.
        """
        if number < 1 or (number > self.packets and not self._reading):
            raise ValueError(f"no frame {number} in this set of captures")
        chain, index = 0, number
        if self._which is not None:
            chain, stride = self._which[number - 1], (number - 1) // _STRIDE
            index = self._counted[stride][chain] + self._which.count(chain, stride * _STRIDE, number)
        at = bisect_right(self._before[chain], index - 1) - 1
        member = self._first[chain] + at
        return Place(member, chain, self.members[member], index - self._before[chain][at])

    def number(self, capture: str, frame_number: int) -> int | None:
        """The number in the set of a frame of one of its files; None: there is no such frame."""
        if capture not in self.members:
            return None
        member = self.members.index(capture)
        chain = bisect_right(self._first, member) - 1
        at = member - self._first[chain]
        before = self._before[chain]
        index = before[at] + frame_number if at < len(before) else 0
        end = before[at + 1] if at + 1 < len(before) else self._counts[chain]
        if at >= len(before) or not before[at] < index <= end:
            return None
        return index if self._which is None else self._select(chain, index)

    def _select(self, chain: int, index: int) -> int:
        """The number in the set of the packet of a chain that is its `index`-th."""
        stride = bisect_right(self._counted, index - 1, key=lambda counts: counts[chain]) - 1
        left, place, which = index - self._counted[stride][chain], stride * _STRIDE, self._which or bytearray()
        for _ in range(left):
            place = which.index(chain, place) + 1
        return place
