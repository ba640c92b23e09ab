"""Many messages together: heads as columns, and of sealed ones no object at all.

What is regular has its row of `messages` made of columns, whoever placed it. What is sealed is placed from columns
(`negotiation/follow/noted.py`); all others - odd ones, clear ones, ICMP errors between them - are read one by
one in their places (`single.py`), which is also how small captures and those with keys are read, and the oracle of the
tests.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram
from analyzer.capture.ends import ends_of
from analyzer.capture.lanes import Numbers
from analyzer.isakmp import Message
from analyzer.isakmp.batch import envelopes, heads
from analyzer.negotiation.follow.placed import Placed
from analyzer.reading.single import Item, Single, next_batch
from analyzer.tables.message_columns import Placement, add_columns, add_sealed
from analyzer.tables.messages import Row, defects_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.negotiation.tracker import Tracker

_Others = list[tuple[float, Item | None]]  # with their places among the datagrams, or between two


class Block:
    """A block of datagrams on its way into the tables."""

    def __init__(self, datagrams: Datagrams, single: Single) -> None:
        self._datagrams = datagrams
        self._single = single
        self._heads = heads(datagrams)
        self._made: list[tuple[float, Row]] = []  # rows of `messages` made by hand, with their places
        self._done = 0  # regular messages that are read
        self._frames: list[int] = []  # of regular messages
        self._envelopes: list[int] = []

    def read(self) -> None:
        """Read all of it."""
        datagrams, known, single = self._datagrams, self._heads, self._single
        if single.packs and 2 * np.count_nonzero(known.encrypted) < len(datagrams):
            # a flood of first messages: next to none of them can be noted, and few have rows
            items = datagrams.each()
            while batch := next_batch(items):
                single.read(batch)
            return
        others: _Others = [*zip(known.others.tolist(), datagrams.read(known.others), strict=True)]
        others += [(count - 0.5, item) for count, item in datagrams.between]
        others.sort(key=itemgetter(0))
        placement = None
        if single.tracker is None:
            for place, item in others:
                self._apart(place, item)
        else:
            placement = self._placed(single.tracker, others)
        single.add_unpacked()
        table = single.rows.messages
        if table is not None:
            add_columns(table, datagrams, known, self._made, single.rows.capture, placement)

    def _apart(self, place: float, item: Item | None) -> None:
        """Read what is not regular, or no message."""
        if item is None:
            return
        message = self._single.decoded(item) if isinstance(item, Datagram) else None
        placed = self._single.place(item, message)
        if isinstance(item, Datagram) and message is not None:
            if not self._single.rows.leaves_out(placed):
                self._by_hand(place, item, message, placed)
            self._single.add(item, message, placed, row=False)

    def _by_hand(self, place: float, datagram: Datagram, message: Message, placed: Placed) -> None:
        """Make the row that columns would not make."""
        row = self._single.row(datagram, message, placed)
        if row is not None:
            self._made.append((place, row))

    def _placed(self, tracker: Tracker, others: _Others) -> Placement:
        """Place all messages in their order."""
        from analyzer.negotiation.follow.noted_columns import sealed_of  # noqa: PLC0415  (not every table needs SAs)

        datagrams, known = self._datagrams, self._heads
        some = sealed_of(datagrams, known, ends_of(datagrams, known.places))
        placement = Placement([], [], [], [], [], [])
        places, single = known.places.tolist(), self._single
        self._frames, self._envelopes = some.frame, envelopes(known)
        alone = self._decoded(known.places[np.array([pair is None for pair in some.pair], np.bool_)])

        def one(at: int, error: BaseException | None = None) -> None:
            if error is not None and len(placement.numbers) > at:
                raise error
            self._noted(at)
            self._done = at + 1
            if some.pair[at] is None:
                datagram, message = next(alone)
            else:
                datagram, message = next(self._decoded(known.places[at : at + 1]))
            placed = single.packed(datagram) if message is None and error is None else None
            if placed is not None:
                placement.numbers.append(placed.negotiation)
                placement.senders.append(placed.from_initiator)
                placement.by_hand.append(at)
                return
            message = single.decoded(datagram) if message is None else message
            placed = single.place(datagram, message) if error is None else single.lost(datagram, error)
            placement.numbers.append(placed.negotiation)
            placement.senders.append(placed.from_initiator)
            if single.rows.leaves_out(placed):
                placement.by_hand.append(at)
            elif placed.gdoi or not message.header_ok:
                placement.by_hand.append(at)
                self._by_hand(places[at], datagram, message, placed)
            else:
                placement.apart.append(at)
                placement.placed.append(placed)
                placement.defects.append(defects_of(message, placed))
            single.add(datagram, message, placed, row=False)

        start = 0
        for place, item in others:
            stop = bisect_left(places, place, start)
            tracker.note(some, start, stop, one, placement.numbers, placement.senders)
            self._noted(stop)
            self._apart(place, item)
            start = stop
        tracker.note(some, start, len(places), one, placement.numbers, placement.senders)
        self._noted(len(places))
        return placement

    def _decoded(self, places: Numbers) -> Iterator[tuple[Datagram, Message | None]]:
        """Regular messages at some places, a few hundred decoded together; None: one that may have no need of it."""
        datagrams = (item for item in self._datagrams.read(places, whole=True) if item is not None)
        while some := next_batch(datagrams):
            if self._single.packs:
                yield from ((datagram, None) for datagram in some)
            else:
                yield from zip(some, [self._single.decoded(datagram) for datagram in some], strict=True)

    def _noted(self, stop: int) -> None:
        """Rows of other tables for the regular messages up to a place that have none yet: those that were noted."""
        rows, start = self._single.rows, self._done
        if start == stop:
            return
        self._done, frames = stop, self._frames[start:stop]
        rows.see(*frames)
        if rows.payloads is not None:
            add_sealed(rows.payloads, frames, self._envelopes[start:stop], rows.capture, self._single.memory)
