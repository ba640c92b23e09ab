"""Cells of neighbouring columns that repeat together, as text: made once for each distinct combination of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from analyzer.capture.distinct import distinct
from analyzer.tables.storage import AnyColumn, Floats

SAMPLE: Final = 1024  # rows, spread over the table, by which columns are put together
_FEW: Final = 16  # rows that one combination has to stand for
_KNOWN: Final = 1 << 14  # combinations

Cells = Callable[[int, int], Iterable[str]]


def together(columns: Sequence[AnyColumn], rows: int) -> list[range]:
    """Which neighbouring columns are made text together: as many as have few combinations in a sample of the rows."""
    step = max(rows // SAMPLE, 1)  # what stands at the beginning is not what most rows are
    most = rows // step // _FEW
    found: list[range] = []
    start = 0
    while start < len(columns):
        stop = start + 1
        keys: list[Any] = list(columns[start].cells[::step])
        while stop < len(columns) and len(set(keys)) <= most:
            more = list(zip(keys, columns[stop].cells[::step], strict=True))
            numbers = {key: number for number, key in enumerate(dict.fromkeys(more))}
            if len(numbers) > most:
                break
            keys = [numbers[key] for key in more]
            stop += 1
        found.append(range(start, stop))
        start = stop
    return found


def joined(columns: Sequence[AnyColumn], readers: Sequence[Cells], separator: str) -> Callable[[int, int], list[str]]:
    """A function from a range of rows to the text of their cells. readers: the same of each column."""
    known: dict[tuple[int, ...], str] = {}

    def text(cells: tuple[int, ...], row: int) -> str:
        if len(known) >= _KNOWN:
            known.clear()
        found = known[cells] = separator.join([next(iter(reader(row, row + 1))) for reader in readers])
        return found

    def read(start: int, stop: int) -> list[str]:
        words = [_words(column, start, stop) for column in columns]
        first, which = distinct(words)
        cells = zip(*[word[first].tolist() for word in words], strict=True)
        rows = (first + start).tolist()
        texts = [known.get(some) or text(some, row) for some, row in zip(cells, rows, strict=True)]
        return list(map(texts.__getitem__, which.tolist()))

    return read


def _words(column: AnyColumn, start: int, stop: int) -> npt.NDArray[np.uint64]:
    """Cells as numbers of 64 bits."""
    cells = np.frombuffer(column.cells, np.dtype(column.cells.typecode))[start:stop]
    return cells.view(np.uint64) if isinstance(column, Floats) else cells.astype(np.int64).view(np.uint64)
