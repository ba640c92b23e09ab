"""Which messages of a capture can be read apart from which others, found in one pass over it that reads no message.

Where a message belongs is asked of SAs under its initiator's SPI and of SAs between its two hosts, and of no others: so
messages that share neither, nor are joined by a chain of such, are of different components. These are shared out.
"""

from __future__ import annotations

from heapq import heapify, heapreplace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from analyzer.capture.batch import gather
from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram
from analyzer.capture.distinct import Hashes, distinct
from analyzer.capture.ends import ends_of
from analyzer.negotiation.follow.recent import Pace
from analyzer.negotiation.follow.sa_index import Hosts, both, hosts_of
from analyzer.reading.heard import NotApartError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.capture.lanes import Numbers
    from analyzer.reading.single import Item

T = TypeVar("T")

MOST_NODES: Final = 1 << 18
"""SPIs and pairs of hosts that are told apart; what has more is a flood or a scan, whose messages are short to read."""

_SPI: Final = 8
_HEADERS: Final = 58  # bytes of a packet around a message, its record's included
SPARE: Final = 0.25  # of all messages: what the largest shard may hold beyond its share
SENDING: Final = 0.035  # of all messages: to send a shard's SAs home is as much work as to read so many; as measured


class Shards(NamedTuple):
    """To which shard each message goes: by its initiator's SPI (sorted), and where that says nothing, by its hosts.

    aged: the frames before which memories age.
    """

    spis: Hashes
    of_spis: Numbers
    of_hosts: dict[Hosts, int]
    aged: list[int]

    def of_item(self, item: Item) -> int:
        """The shard of a message or an ICMP error."""
        spi = _spi(item) if isinstance(item, Datagram) else 0
        if spi:
            place = int(np.searchsorted(self.spis, np.uint64(spi)))
            if place < len(self.spis) and int(self.spis[place]) == spi:
                return int(self.of_spis[place])
        return self.of_hosts.get(hosts_of(item), 0)

    def of_columns(self, datagrams: Datagrams) -> Numbers:
        """The shards of many."""
        spis = _spis(datagrams)
        places = np.minimum(np.searchsorted(self.spis, spis), max(0, len(self.spis) - 1))
        shards: Numbers = np.zeros(len(datagrams), np.int64)
        known = (spis != 0) & (self.spis[places] == spis) if len(self.spis) else np.zeros(len(datagrams), np.bool_)
        shards[known] = self.of_spis[places[known]]
        others = np.flatnonzero(~known)
        if len(others):
            ends = ends_of(datagrams, others)
            of_ends = [self.of_hosts.get(both(end[0], end[2]), 0) for end in ends.ends]
            shards[others] = np.array(of_ends, np.int64)[ends.which]
        return shards

    def part(self, items: Iterable[Item | Datagrams], shard: int) -> Iterator[Item | Datagrams]:
        """Those of one shard."""
        for item in items:
            if not isinstance(item, Datagrams):
                if self.of_item(item) == shard:
                    yield item
                continue
            mine = self.of_columns(item) == shard
            before = np.append(0, np.cumsum(mine))
            between = [(int(before[count]), one) for count, one in item.between if self.of_item(one) == shard]
            places = np.flatnonzero(mine)
            if len(places):
                yield Datagrams(item.batch, item.rows.at(places), item.transport, tuple(between), item.booked)
            else:
                yield from (one for _, one in between)


class _Marks:
    """A memory of the frames before which memories age. coming: the frame of the next message."""

    def __init__(self) -> None:
        self.coming = 0
        self.aged: list[int] = []

    def age(self) -> None:
        self.aged.append(self.coming)


class Survey:
    """What of a capture hangs together."""

    def __init__(self) -> None:
        self.messages = self.size = 0  # and bytes of their packets
        self._of_spi: dict[int, int] = {}  # nodes
        self._of_hosts: dict[Hosts, int] = {}
        self._above: list[int] = []
        self._weights: list[int] = []
        self._frame = 0
        self._marks = _Marks()
        self._pace = Pace((self._marks,))

    def add(self, item: Item | Datagrams) -> None:
        """Look at what comes next. NotApartError: it stands in no order of frames, or there is too much of it."""
        if isinstance(item, Datagrams):
            self._join_many(item)
            done, frames = 0, item.frame.tolist()
            if any(a >= b for a, b in pairwise(frames)):
                raise NotApartError
            for count, one in item.between:
                self._pass(frames, done, count)
                self._one(one)
                done = count
            self._pass(frames, done, len(frames))
        else:
            self._one(item)
        if len(self._above) > MOST_NODES:
            raise NotApartError

    def shards(self, count: int) -> Shards:
        """So many shards of about the same number of messages. NotApartError: most of them hang together."""
        roots = np.array([self._root(node) for node in range(len(self._above))], np.int64)
        weights: list[int] = np.bincount(roots, self._weights).astype(np.int64).tolist()
        loads = [(round(self.messages * SENDING) if shard else 0, shard) for shard in range(count)]
        heapify(loads)
        of_root = np.zeros(len(roots), np.int64)
        for root in sorted(set(roots.tolist()), key=lambda root: (-weights[root], root)):
            load, of_root[root] = loads[0]
            heapreplace(loads, (load + weights[root], int(of_root[root])))
        if max(load for load, _ in loads) > self.messages * (1 / count + SPARE):
            raise NotApartError
        of_node = of_root[roots]
        spis = np.array(list(self._of_spi), np.uint64)
        order = np.argsort(spis)
        shards_of_spis = of_node[np.array(list(self._of_spi.values()), np.int64)[order]]
        shards: list[int] = of_node.tolist()
        of_hosts = {hosts: shards[node] for hosts, node in self._of_hosts.items()}
        return Shards(spis[order], shards_of_spis, of_hosts, self._marks.aged)

    def _one(self, item: Item) -> None:
        if item.frame_number < self._frame:
            raise NotApartError
        hosts = self._node(self._of_hosts, hosts_of(item))
        if isinstance(item, Datagram):
            self._marks.coming = item.frame_number
            self._pace.step(item.frame_number)
            self.messages += 1
            self.size += len(item.payload) + _HEADERS
            self._weights[hosts] += 1
            spi = _spi(item)
            if spi:
                self._join(self._node(self._of_spi, spi), hosts)
        self._frame = item.frame_number

    def _pass(self, frames: list[int], start: int, stop: int) -> None:
        """Messages come that are columns."""
        if start < stop and frames[start] < self._frame:
            raise NotApartError
        while start < stop:
            self._marks.coming = frames[start]
            end, left = self._pace.reach(frames, start, stop), self._pace.left
            self._pace.passed(frames, start, end, left)
            start, self._frame = end, frames[end - 1]

    def _join_many(self, datagrams: Datagrams) -> None:
        if not len(datagrams):
            return
        self.messages += len(datagrams)
        self.size += int((datagrams.rows.end - datagrams.rows.payload).sum()) + _HEADERS * len(datagrams)
        spis, ends = _spis(datagrams), ends_of(datagrams, np.arange(len(datagrams)))
        first, which = distinct([spis, ends.which.astype(np.uint64)])
        hosts = [self._node(self._of_hosts, both(end[0], end[2])) for end in ends.ends]
        counts = np.bincount(which, minlength=len(first)).tolist()
        above, weights, of_spi = self._above, self._weights, self._of_spi
        for spi, end, messages in zip(spis[first].tolist(), ends.which[first].tolist(), counts, strict=True):
            node = hosts[end]
            weights[node] += messages
            known = of_spi.get(spi)
            if known is not None:
                if above[known] != above[node]:
                    self._join(known, node)
            elif spi:
                of_spi[spi] = len(above)
                above.append(above[node])
                weights.append(0)

    def _node(self, of: dict[T, int], key: T) -> int:
        node = of.get(key)
        if node is None:
            node = of[key] = len(self._above)
            self._above.append(node)
            self._weights.append(0)
        return node

    def _root(self, node: int) -> int:
        above = self._above
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    def _join(self, one: int, other: int) -> None:
        first, second = self._root(one), self._root(other)
        self._above[max(first, second)] = min(first, second)


def _spi(datagram: Datagram) -> int:
    """Initiator's SPI, 0 of one too short to hold it."""
    return int.from_bytes(datagram.payload[:_SPI], "big") if len(datagram.payload) >= _SPI else 0


def _spis(datagrams: Datagrams) -> Hashes:
    """The same of many."""
    start = datagrams.start
    spis: Hashes = gather(datagrams.data, start, _SPI).view(">u8").ravel().astype(np.uint64)
    spis[datagrams.rows.end - start < _SPI] = 0
    return spis
