"""The order of the capture, kept where the first IP fragment of a message waits for the others.

Whether they come is known up to a minute later. What was captured meanwhile waits behind it, so that a first fragment
alone (a capture filter by port drops the others) is read in its place.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from analyzer.capture.columns import Datagrams
from analyzer.capture.decoder import Item
from analyzer.capture.fragments import Partial, Reassembler

MAX_WAITING = 1 << 14


def in_order(items: Iterable[Item | Partial | Datagrams], fragments: Reassembler) -> Iterator[Item | Datagrams]:
    """Datagrams and ICMP errors, with the beginnings of incomplete datagrams in their places.

    Columns are handed on as they come, but one by one where they have to wait. Empty ones, which end a batch, never do.
    """
    waiting: deque[Item | Partial] = deque()  # an incomplete datagram is in front, if anything is there
    for some in items:
        if isinstance(some, Datagrams) and not (waiting and len(some)):
            yield some
            continue
        for item in some.each() if isinstance(some, Datagrams) else (some,):
            if not waiting and not isinstance(item, Partial):
                yield item
                continue
            waiting.append(item)
            fragments.expire(item.time_ns)
            first = waiting[0]
            if len(waiting) > MAX_WAITING and isinstance(first, Partial):
                fragments.give_up(first, f"{MAX_WAITING} messages wait behind it")
            yield from _settled(waiting)
    for item in list(waiting):
        if isinstance(item, Partial):
            fragments.give_up(item, "no more is read")
    yield from _settled(waiting)


def _settled(waiting: deque[Item | Partial]) -> Iterator[Item]:
    """Take off the front all that nothing is waited for."""
    while waiting:
        first = waiting[0]
        if isinstance(first, Partial):
            if first.waits:
                return
            waiting.popleft()
            waiting.extendleft(reversed(first.read))
        else:
            yield first
            waiting.popleft()
