"""How far the clocks of several taps are apart, by the messages that two of them saw.

Taps are merged by time. Where their clocks differ by more than a message takes from one to the other, an answer would
stand before its request: whoever merges them asks here first, which reads each of them once, not more of it than its
messages.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from statistics import median
from typing import Final

from analyzer.capture.datagram import Datagram
from analyzer.errors import CaptureError

MOST: Final = 1 << 15
"""Messages of each tap that are remembered: the first ones."""

LEAST_NS: Final = 10**8
"""Clocks that differ by less agree: so long may a message take, and an answer before its request is still read."""

_SPI, _SPIS, _VERSION, _FLAGS = 8, 16, 17, 19  # places in the ISAKMP header
_FROM_INITIATOR = 0x08
_NONE = bytes(_SPI)
_NUMBER = 2  # bytes of `hop` that number an IPv4 packet

Opened = Callable[[str], Iterable[object]]
_Key = tuple[int, bytes]  # of a message: its bytes and its IP number
_Seen = dict[_Key, tuple[int, bool | None] | None]  # when, and who sent it; None: more than once


def offsets(chains: Sequence[Sequence[str]], opened: Opened) -> list[int | None]:
    """What the clock of each chain of captures shows more than that of the first one, in ns; 0 if less than LEAST_NS.

    None: it has no message in common with one of which that is known, so that the clocks cannot be compared. A file
    that cannot be read has none. opened: opens a capture.
    """
    seen = [_messages(chain, opened) for chain in chains]
    found: list[int | None] = [None] * len(chains)
    found[:1] = [0] * len(found[:1])
    known = [*range(len(found[:1]))]
    for one in known:  # it grows
        for other in range(len(chains)):
            apart = None if found[other] is not None else _apart(seen[one], seen[other])
            if apart is not None:
                found[other] = (found[one] or 0) + apart
                known.append(other)
    return [0 if ns is not None and abs(ns) < LEAST_NS else ns for ns in found]


def _messages(chain: Sequence[str], opened: Opened) -> _Seen:
    """When each message of a chain was seen that was seen once; retransmissions without an IP number are not."""
    found: _Seen = {}
    initiators: dict[bytes, str] = {}
    for message in _read(chain, opened):
        number = message.hop[:_NUMBER] if len(message.hop) > 1 else b""
        key = hash(message.payload), number
        if key in found:  # a mirror port's copy where it is numbered, else perhaps a retransmission
            found[key] = found[key] if any(number) else None
        elif message.time_ns is not None:
            found[key] = message.time_ns, _sender(message, initiators)
        if len(found) >= MOST:
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


def _apart(one: _Seen, other: _Seen) -> int | None:
    """What the other clock shows more: the median of each direction, between which the time on the way cancels out."""
    ways: dict[bool | None, list[int]] = {}
    for key, seen in one.items():
        again = other.get(key)
        if seen is not None and again is not None:
            ways.setdefault(seen[1], []).append(again[0] - seen[0])
    both = [median(ways[way]) for way in (True, False) if way in ways] or [median(each) for each in ways.values()]
    return round(sum(both) / len(both)) if both else None
