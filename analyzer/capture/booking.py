"""UDP payloads of a batch that are IKE by port and marker alone, booked in their flows together, as if one by one."""

from collections.abc import Iterator

import numpy as np

from analyzer.capture.columns import Datagrams
from analyzer.capture.decoder import Item
from analyzer.capture.ends import directions

FEW = 32
"""Payloads that are booked faster one by one than grouped."""

_Group = tuple[int, bytes, tuple[int, int], int, int, bool]  # place of its first one; what Transport.book takes


def booked(some: Datagrams) -> Iterator[Item | Datagrams]:
    """The whole ones of some payloads, booked, and between them what the others are: these are read now.

    Flows come into being in the order of the capture: the first message of each direction and all others in turn.
    """
    whole = some.whole
    odd = np.flatnonzero(~whole)
    rows = some.rows.at(np.flatnonzero(whole)) if len(odd) else some.rows
    known = Datagrams(some.batch, rows, some.transport, booked=True)
    groups = iter(_grouped(known) if len(known) >= FEW else _each(known))
    group = next(groups, None)
    others, book = some.read(odd), some.transport.book
    between: list[tuple[int, Item]] = []
    for count in [*(odd - np.arange(len(odd))).tolist(), len(known)]:  # of whole ones in front of each other one
        while group is not None and group[0] < count:
            book(*group[1:])
            group = next(groups, None)
        item = next(others, None)
        if item is not None:
            between.append((count, item))
    if len(known):
        yield Datagrams(some.batch, rows, some.transport, tuple(between), booked=True)
    else:
        yield from (item for _, item in between)


def _each(known: Datagrams) -> Iterator[_Group]:
    """Every one as a group of its own."""
    data, rows = memoryview(known.data), known.rows
    columns = [column.tolist() for column in (rows.key, rows.width, known.frame, rows.end - rows.payload, known.marked)]
    for place, (key, width, frame, length, marked) in enumerate(zip(*columns, strict=True)):
        yield place, bytes(data[key : key + width]), (frame, frame), 1, length, marked


def _grouped(known: Datagrams) -> list[_Group]:
    """Groups of one direction each, in order of their first ones."""
    keys, first, which = directions(known, np.arange(len(known)))
    frame, length = known.frame, known.rows.end - known.rows.payload
    last = np.empty(len(keys), np.int64)
    last[which] = frame  # of those at one place the last one stays
    size = np.zeros(len(keys), np.int64)
    np.add.at(size, which, length)
    marked = np.zeros(len(keys), np.bool_)
    marked[which[known.marked]] = True
    frames = zip(frame[first].tolist(), last.tolist(), strict=True)
    columns = first.tolist(), keys, frames, np.bincount(which).tolist(), size.tolist(), marked.tolist()
    return sorted(zip(*columns, strict=True))
