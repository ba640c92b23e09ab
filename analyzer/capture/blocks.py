"""Blocks of UDP payloads that are worth a bulk pass: those of one batch, or few from each of many batches."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from analyzer.capture import columns
from analyzer.capture.batch import Batch
from analyzer.capture.columns import Datagrams
from analyzer.capture.decoder import Item
from analyzer.capture.lanes import Numbers
from analyzer.capture.rows import UdpRows
from analyzer.capture.window import SLACK

MOST_KEPT = 1 << 10
"""Payloads of several batches that make a block, if not `columns.TOGETHER` of one do; and what may lie between them."""
MOST_BYTES = 1 << 20  # of their frames


def joined(items: Iterable[Item | Datagrams]) -> Iterator[Item | Datagrams]:
    """All columns of a batch as one block with what is between them. Empty ones end a batch.

    Where they are few, they are copied out of the window and wait for those of other batches.
    """
    kept = _Kept()
    parts: list[Datagrams] = []
    between: list[tuple[int, Item]] = []
    count = 0
    for some in items:
        if not isinstance(some, Datagrams):
            if parts:
                between.append((count, some))
            elif len(kept):
                kept.between.append((len(kept), some))
                if kept.is_full():
                    yield from kept.handed_on()
            else:
                yield some
        elif len(some):
            parts.append(some)
            between += [(count + before, item) for before, item in some.between]
            count += len(some)
        elif parts:
            rows = parts[0].rows.joined([part.rows for part in parts[1:]])
            block = Datagrams(some.batch, rows, some.transport, tuple(between), parts[0].booked)
            parts, between, count = [], [], 0
            if len(block) >= columns.TOGETHER:
                yield from kept.handed_on()
                yield block
                continue
            kept.add(block)
            if kept.is_full():
                yield from kept.handed_on()
    yield from kept.handed_on()


class _Copied(NamedTuple):
    """Columns of a batch and rows of payloads, a record for each payload."""

    frame: Numbers
    begin: Numbers
    captured: Numbers
    original: Numbers
    time: Numbers
    link: Numbers
    rows: UdpRows


class _Kept:
    """Payloads out of several batches, with the bytes of their frames."""

    def __init__(self) -> None:
        self._last: Datagrams | None = None
        self._empty()

    def _empty(self) -> None:
        self.between: list[tuple[int, Item]] = []
        self._data = bytearray()
        self._copied: list[_Copied] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def is_full(self) -> bool:
        """Whether no more shall wait."""
        return max(self._count, len(self.between)) >= MOST_KEPT or len(self._data) >= MOST_BYTES

    def add(self, block: Datagrams) -> None:
        """Copy a block out of the window."""
        batch, rows = block.batch, block.rows
        row = rows.row
        begin, captured = batch.begin[row], batch.captured[row]
        data = memoryview(batch.data)
        places = np.cumsum(captured) - captured + len(self._data)
        spans = zip(begin.tolist(), (begin + captured).tolist(), strict=True)
        self._data += b"".join([data[start:end] for start, end in spans])
        moved, number = places - begin, np.arange(self._count, self._count + len(row))
        rows = rows._replace(row=number, key=rows.key + moved, payload=rows.payload + moved, end=rows.end + moved)
        known = batch.frame[row], places, captured, batch.original[row], batch.time[row], batch.link[row]
        self._copied.append(_Copied(*known, rows))
        self.between += [(self._count + before, item) for before, item in block.between]
        self._count += len(row)
        self._last = block

    def handed_on(self) -> Iterator[Item | Datagrams]:
        """All that is kept: as one block if it is worth it, else one by one. Nothing is kept afterwards."""
        if self._last is None or not self._count:
            return
        last, between, copied, data = self._last, tuple(self.between), self._copied, self._data
        self._empty()
        *of_batch, rows = zip(*copied, strict=True)
        batch = Batch(data + bytes(SLACK), *map(np.concatenate, of_batch))
        block = Datagrams(batch, rows[0].joined(list(rows[1:])), last.transport, between, last.booked)
        if len(block) >= columns.TOGETHER:
            yield block
        else:
            yield from block.each()
