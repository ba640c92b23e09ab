"""How far the clocks of several taps are apart, by the messages that two of them saw.

Taps are merged by time. Where their clocks differ by more than a message takes from one to the other, an answer would
stand before its request: whoever merges them asks here first, which reads each of them once, not more of it than its
messages.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from statistics import median
from typing import Final, NamedTuple

from analyzer.capture.datagram import COPIED_NS, Datagram
from analyzer.errors import CaptureError

MOST: Final = 1 << 15
"""Messages of each tap that are remembered: the first ones."""

LEAST_NS: Final = 10**8
"""Clocks that differ by less agree where only messages of one direction are in both taps: so long may a message take,
and an answer before its request is still read."""

LEAST_BOTH_NS: Final = 10**6
"""The same where messages of both directions are: the time on the way cancels out, as far as both take equally long."""

_SPI, _SPIS, _VERSION, _FLAGS = 8, 16, 17, 19  # places in the ISAKMP header
_FROM_INITIATOR = 0x08
_NONE = bytes(_SPI)
_NUMBER = 2  # bytes of `hop` that number an IPv4 packet

Opened = Callable[[str], Iterable[object]]
_Key = tuple[int, bytes]  # of a message: its bytes and its IP number


class _Sight(NamedTuple):
    """Of a message: when it was seen first and last, how often, copies counted once; whether the initiator sent it."""

    first: int
    last: int
    times: int
    sender: bool | None


class _Apart(NamedTuple):
    """What a clock shows more, in ns; least: what counts as a difference."""

    ns: int
    least: int


def offsets(chains: Sequence[Sequence[str]], opened: Opened) -> list[int | None]:
    """What the clock of each chain of captures shows more than that of the first one, in ns.

    0 if less than LEAST_BOTH_NS, or LEAST_NS where all messages in both went the same way. None: it has no message in
    common with one of which that is known, so that the clocks cannot be compared. A file that cannot be read has none.
    opened: opens a capture.
    """
    seen = [_messages(chain, opened) for chain in chains]
    found: list[_Apart | None] = [None] * len(chains)
    found[:1] = [_Apart(0, 0)] * len(found[:1])
    known = [*range(len(found[:1]))]
    for one in known:  # it grows
        base = found[one] or _Apart(0, 0)
        for other in range(len(chains)):
            apart = None if found[other] is not None else _apart(seen[one], seen[other])
            if apart is not None:
                found[other] = _Apart(base.ns + apart.ns, max(base.least, apart.least))
                known.append(other)
    return [None if apart is None else 0 if abs(apart.ns) < apart.least else apart.ns for apart in found]


def _messages(chain: Sequence[str], opened: Opened) -> dict[_Key, _Sight]:
    """When each message of a chain was seen, and how often."""
    found: dict[_Key, _Sight] = {}
    initiators: dict[bytes, str] = {}
    for message in _read(chain, opened):
        time = message.time_ns
        if time is None:
            continue
        key = hash(message.payload), message.hop[:_NUMBER] if len(message.hop) > 1 else b""
        known = found.get(key)
        if known is not None:
            again = abs(time - known.last) > COPIED_NS
            found[key] = known._replace(first=min(known.first, time), last=time, times=known.times + again)
        elif len(found) < MOST:
            found[key] = _Sight(time, time, 1, _sender(message, initiators))
        else:
            break
    return found


def _read(chain: Sequence[str], opened: Opened) -> Iterator[Datagram]:
    for path in chain:
        with suppress(CaptureError):  # who reads it for its messages reports it
            yield from (item for item in opened(path) if isinstance(item, Datagram))


def _sender(message: Datagram, initiators: dict[bytes, str]) -> bool | None:
    """Whether the initiator of the SA sent it; None: of IKEv1 the first message says so, which is not there.

    initiators: addresses by their SPI, of IKEv1, in which this one's is noted.
    """
    head = message.payload
    if len(head) <= _FLAGS:
        return None
    if head[_VERSION] >> 4 == 2:
        return bool(head[_FLAGS] & _FROM_INITIATOR)
    spi = head[:_SPI]
    if head[_SPI:_SPIS] == _NONE:
        initiators.setdefault(spi, message.src_ip)
    return message.src_ip == initiators[spi] if spi in initiators else None


def _apart(one: dict[_Key, _Sight], other: dict[_Key, _Sight]) -> _Apart | None:
    """What the other clock shows more: the median of each direction, between which the time on the way cancels out.

    Of messages that were seen equally often at both, the first time: else which is which cannot be known.
    """
    ways: dict[bool | None, list[int]] = {}
    for key, seen in one.items():
        again = other.get(key)
        if again is not None and again.times == seen.times:
            ways.setdefault(seen.sender, []).append(again.first - seen.first)
    both = [median(ways[way]) for way in (True, False) if way in ways]
    medians = both or [median(each) for each in ways.values()]
    return _Apart(round(sum(medians) / len(medians)), LEAST_NS if len(both) < 2 else LEAST_BOTH_NS) if medians else None
