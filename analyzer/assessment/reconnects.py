"""Rows of IKE SAs that one host begins with another, again and again, each up and without traffic to that host.

Each is over for its initiator when it begins the next one. What lived all the time and was made anew on schedule
(reauthentication of an idle tunnel) is no such row.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from analyzer.assessment.periods import Period, period
from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life.model import End, Life
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.identities import own_identity

LEAST: Final = 4  # SAs in a row
MOST_NS: Final = 3600 * 10**9  # from one to the next: a user who connects each morning starts over, too
_SCHEDULED_NS: Final = 600 * 10**9  # nobody reauthenticates oftener; a client that gives up does
_PAUSE: Final = 0.1  # of the time from one to the next that the SA was gone, or it lived all along
_OF_A_LIFETIME: Final = 0.5  # IKEv1 begins a new SA so late in the life of the one before, or later
_Begun = tuple[int, Negotiation]


class Row(NamedTuple):
    """SAs in order of their beginnings, how many of them each side deleted, and how regularly they were begun."""

    negotiations: tuple[Negotiation, ...]
    by_initiator: int
    by_responder: int
    period: Period


class _Traffic:
    """When packets of ESP or AH went from one host to another. A stream without times was always there."""

    def __init__(self, streams: Iterable[EspStream]) -> None:
        spans = sorted((s.first_time or 0, 2**63 if s.last_time is None else s.last_time) for s in streams)
        self._begins = [first for first, _ in spans]
        self._until = list(accumulate((last for _, last in spans), max))

    def between(self, start: int, end: int) -> bool:
        begun = bisect_left(self._begins, end)
        return begun > 0 and self._until[begun - 1] >= start


def reconnects(
    groups: Iterable[list[_Begun]], streams: Iterable[EspStream], life: Life, capture_end: int
) -> dict[int, Row]:
    """The row that an SA belongs to, by its number. groups: negotiations of two hosts, in order of time."""
    there: dict[tuple[str, str], list[EspStream]] = {}
    for stream in streams:
        there.setdefault((stream.src_ip, stream.dst_ip), []).append(stream)
    found: dict[int, Row] = {}
    for group in groups:
        by_way: dict[tuple[str, str], list[_Begun]] = {}
        for time, n in group if len(group) >= LEAST else ():
            if n.outcome == "established" and n.rekeyed_from is None and not n.starts_late:
                by_way.setdefault((n.initiator_ip, n.responder_ip), []).append((time, n))
        for (initiator, responder), own in by_way.items():
            back = _Traffic(there.get((responder, initiator), ()))
            for row in _rows(own, back, life, capture_end):
                found.update((n.number, row) for n in row.negotiations)
    return found


def _rows(own: list[_Begun], back: _Traffic, life: Life, capture_end: int) -> Iterator[Row]:
    row: list[_Begun] = []
    for place, (time, n) in enumerate(own):
        until = own[place + 1][0] if place + 1 < len(own) else capture_end + 1
        if row and not _starts_over(row[-1], (time, n), life.ends.get(row[-1][1].number)):
            yield from _counted(row, life)
            row = []
        if back.between(time, until):
            yield from _counted(row, life)
            row = []
        else:
            row.append((time, n))
    yield from _counted(row, life)


def _starts_over(old: _Begun, new: _Begun, end: End | None) -> bool:
    """The older SA is over for its initiator when it begins the newer one, and that was not due."""
    (began, n), (again, other) = old, new
    over = max((e.first_time or 0 for e in n.exchanges if e.begun_by_initiator), default=0)
    if end is not None and end.time_ns is not None and end.time_ns < again:
        over = max(over, end.time_ns)
    took = again - began
    if over >= again or took > MOST_NS:
        return False
    if took >= _SCHEDULED_NS and again - over < _PAUSE * took:
        return False
    lifetime = n.suite.lifetime_s if n.suite is not None else None
    if lifetime is not None and took >= _OF_A_LIFETIME * lifetime * 10**9:
        return False
    ours, theirs = own_identity(n, initiator=True), own_identity(other, initiator=True)
    return ours is None or theirs is None or ours.text == theirs.text


def _counted(row: list[_Begun], life: Life) -> Iterator[Row]:
    """One entry where the row is long enough; behind a NAT only where its period is that of one client."""
    found = period([time for time, _ in row]) if len(row) >= LEAST else None
    if found is None or (not found.even and any(n.nat in ("initiator", "both") for _, n in row)):
        return
    ends = [end for _, n in row if (end := life.ends.get(n.number)) is not None]
    deleted = [sum(end.by_initiator is by for end in ends) for by in (True, False)]
    yield Row(tuple(n for _, n in row), deleted[0], deleted[1], found)
