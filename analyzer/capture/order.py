"""The order of the capture, kept where the first IP fragment of a message waits for the others.

Whether they come is known up to a minute later. What was captured meanwhile waits behind it, so that a first fragment
alone (a capture filter by port drops the others) is read in its place.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram
from analyzer.capture.decoder import Item
from analyzer.capture.fragments import Partial, Reassembler

MAX_WAITING = 1 << 14
MAX_BYTES = 16 << 20


def in_order(items: Iterable[Item | Partial | Datagrams], fragments: Reassembler) -> Iterator[Item | Datagrams]:
    """Datagrams and ICMP errors, with the beginnings of incomplete datagrams in their places.

    Columns are handed on as they come, but one by one where they have to wait. Empty ones, which end a batch, never do.
    """
    waiting = _Waiting()
    for some in items:
        if isinstance(some, Datagrams) and not (waiting.items and len(some)):
            yield some
            continue
        for item in some.each() if isinstance(some, Datagrams) else (some,):
            if not waiting.items and not isinstance(item, Partial):
                yield item
                continue
            waiting.add(item)
            fragments.expire(item.time_ns)
            while (why := waiting.too_many()) and isinstance(first := waiting.items[0], Partial):
                fragments.give_up(first, f"{why} wait behind it")
                yield from waiting.settled()
            yield from waiting.settled()
    for item in list(waiting.items):
        if isinstance(item, Partial):
            fragments.give_up(item, "no more is read")
    yield from waiting.settled()


class _Waiting:
    """What waits. An incomplete datagram is in front, if anything is there."""

    def __init__(self) -> None:
        self.items: deque[Item | Partial] = deque()
        self._stored = 0  # bytes of messages

    def add(self, item: Item | Partial) -> None:
        """Put an item behind the others."""
        self.items.append(item)
        self._stored += _size(item)

    def too_many(self) -> str:
        """Which limit is passed; "": none."""
        if len(self.items) > MAX_WAITING:
            return f"{MAX_WAITING} messages"
        return f"{MAX_BYTES} bytes of messages" if self._stored > MAX_BYTES else ""

    def settled(self) -> Iterator[Item]:
        """Take off the front all that nothing is waited for."""
        while self.items:
            first = self.items[0]
            if isinstance(first, Partial):
                if first.waits:
                    return
                self.items.popleft()
                self.items.extendleft(reversed(first.read))
                self._stored += sum(map(_size, first.read))
            else:
                yield first
                self.items.popleft()
                self._stored -= _size(first)


def _size(item: Item | Partial) -> int:
    return len(item.payload) if isinstance(item, Datagram) else 0
