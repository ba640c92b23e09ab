"""Which rows of some columns are equal, of many rows at once."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from analyzer.capture.lanes import Numbers

Hashes = npt.NDArray[np.uint64]

MIXER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def hashed(columns: Iterable[Hashes], size: int) -> Hashes:
    """A number for each of `size` rows; different rows may have the same."""
    mixed = np.zeros(size, np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * MIXER
        mixed ^= mixed >> _SHIFT
    return mixed


def grouped(columns: Sequence[Hashes]) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Rows in groups of equal ones, in order inside each; where in that order a group begins. At least one row."""
    size = len(columns[0])
    # The row number in the lower bits: one plain sort, which numpy does much faster than argsort, groups equal rows
    # and keeps them in order.
    bits = np.uint64(max(size - 1, 1).bit_length())
    mixed = hashed(columns, size) >> bits << bits | np.arange(size, dtype=np.uint64)
    mixed.sort()
    order = (mixed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    new = np.append(True, np.diff(mixed >> bits) != 0)
    differs = _differences(columns, order)
    if (differs & ~new).any():  # different rows with one hash: sort by the rows themselves
        order = np.lexsort(list(columns))
        new = _differences(columns, order)
    return order, new


def _differences(columns: Sequence[Hashes], order: Numbers) -> npt.NDArray[np.bool_]:
    """Where a row is not equal to the one before it in that order."""
    differs = np.zeros(len(order), np.bool_)
    for column in columns:
        differs[1:] |= np.diff(column[order]) != 0
    differs[0] = True
    return differs


def distinct(columns: Sequence[Hashes]) -> tuple[Numbers, Numbers]:
    """The first row of each distinct one, and which of these each row is."""
    if not len(columns[0]):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order, new = grouped(columns)
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(new) - 1
    return order[new], which
