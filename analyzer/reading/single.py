"""Messages one after the other. What goes wrong in one costs that message, never the run (net.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.isakmp import Memory, Message, decode, undecoded
from analyzer.negotiation.conclude.unread import Unread
from analyzer.negotiation.follow.placed import NOWHERE, Placed
from analyzer.net import catch
from analyzer.tables.messages import MessageRows, Row, defects_of

if TYPE_CHECKING:
    from analyzer.negotiation.tracker import Tracker

Item = Datagram | IcmpError
T = TypeVar("T", bound=Item | Datagrams)

TOGETHER = 512
_BATCH_BYTES = 1 << 18  # of messages: those made of a thousand payloads take much room decoded


class Single:
    """Where the messages of one capture go. tracker: None where nobody asks for their places."""

    def __init__(self, rows: MessageRows, memory: Memory, tracker: Tracker | None) -> None:
        self.rows = rows
        self.tracker = tracker
        self.unread = Unread()
        self.memory = memory

    def read(self, batch: list[Item]) -> None:
        """Some messages and ICMP errors, in order."""
        if self.packs:
            self._read_packing(batch)
            return
        # Layer after layer over a few hundred messages: the processor keeps one layer's code and data at hand
        messages = [self.decoded(i) if isinstance(i, Datagram) else None for i in batch]
        placed = [self.place(i, message) for i, message in zip(batch, messages, strict=True)]
        for item, message, where in zip(batch, messages, placed, strict=True):
            if isinstance(item, Datagram) and message is not None:
                self.add(item, message, where)

    @property
    def packs(self) -> bool:
        """Whether first messages of a flood need not be decoded now: no table has rows of them."""
        return self.tracker is not None and self.tracker.half_open.is_full and not self.rows.has_all

    def packed(self, datagram: Datagram) -> Placed | None:
        """Where a message belongs that need not be decoded; None: it has to be."""
        try:
            placed = self.tracker.pack_alike(datagram) if self.tracker is not None else None
        except BaseException as error:
            catch(error, "the message is decoded")
            return None
        if placed is not None:
            self.rows.see(datagram.frame_number)
        return placed

    def _read_packing(self, batch: list[Item]) -> None:
        for item in batch:
            message = None
            if isinstance(item, Datagram):
                if self.packed(item) is not None:
                    continue
                message = self.decoded(item)
            placed = self.place(item, message)
            if isinstance(item, Datagram) and message is not None:
                self.add(item, message, placed)
        self.add_unpacked()

    def add_unpacked(self) -> None:
        """Add the rows of messages that were packed and are part of a negotiation now."""
        if self.tracker is None:
            return
        for unpacked in self.tracker.unpacked:
            self.rows.add_unpacked(*unpacked)
        self.tracker.unpacked.clear()

    def decoded(self, datagram: Datagram) -> Message:
        """The message in a datagram."""
        try:
            return decode(datagram.payload, datagram.missing, self.memory)
        except BaseException as error:
            message = undecoded(datagram.payload, catch(error, "the message is not decoded"))
            self.unread.fail(datagram.payload[:8], datagram.frame_number)
            return message

    def place(self, item: Item, message: Message | None) -> Placed:
        """Where it belongs. message: None of an ICMP error."""
        if self.tracker is None:
            return NOWHERE
        try:
            if isinstance(item, Datagram) and message is not None:
                placed = self.tracker.feed(item, message)
                if placed is NOWHERE:
                    self.unread.note_unplaced(item)
                return placed
            if isinstance(item, IcmpError):
                self.tracker.icmp(item)
        except BaseException as error:
            return self.lost(item, error)
        return NOWHERE

    def lost(self, item: Item, error: BaseException) -> Placed:
        """Nowhere is where it belongs, since placing it failed."""
        self.rows.note(item.frame_number, catch(error, "the message is not part of its negotiation's story"))
        spi = item.payload[:8] if isinstance(item, Datagram) else item.quoted[:8]
        self.unread.fail(spi, item.frame_number)
        return NOWHERE

    def add(self, datagram: Datagram, message: Message, placed: Placed, *, row: bool = True) -> None:
        """Its rows. row False: not the one of `messages`."""
        try:
            self.rows.add(datagram, message, placed, row=row)
        except BaseException as error:
            self.rows.note(datagram.frame_number, catch(error, "some of the message's rows are missing"))

    def row(self, datagram: Datagram, message: Message, placed: Placed) -> Row | None:
        """Its row of `messages`, not added to it."""
        try:
            return self.rows.row(datagram, message, placed, defects_of(message, placed))
        except BaseException as error:
            self.rows.note(datagram.frame_number, catch(error, "the message's row is missing"))
            return None


def next_batch(items: Iterator[T]) -> list[T]:
    """The next few hundred items, or as many as have not too many bytes together; a block of many ends them."""
    batch: list[T] = []
    size = 0
    for item in islice(items, TOGETHER):
        batch.append(item)
        if isinstance(item, Datagrams):
            break
        size += len(item.payload) if isinstance(item, Datagram) else 0
        if size >= _BATCH_BYTES:
            break
    return batch
