"""Which rows of some columns are equal, of many rows at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analyzer.capture.lanes import Numbers

_MIXER = np.uint64(0x9E3779B97F4A7C15)


def distinct(columns: Sequence[npt.NDArray[np.uint64]]) -> tuple[Numbers, Numbers]:
    """The first row of each distinct one, and which of these each row is. columns: unsigned numbers of 64 bits."""
    size = len(columns[0])
    if not size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    mixed = np.zeros(size, np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * _MIXER
        mixed ^= mixed >> np.uint64(29)
    # The row number in the lower bits: one plain sort, which numpy does much faster than argsort, groups equal rows
    # and keeps them in order.
    bits = np.uint64(max(size - 1, 1).bit_length())
    mixed = mixed >> bits << bits | np.arange(size, dtype=np.uint64)
    mixed.sort()
    order = (mixed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    new = np.append(True, np.diff(mixed >> bits) != 0)
    differs = np.zeros(size, np.bool_)
    for column in columns:
        differs[1:] |= np.diff(column[order]) != 0
    if (differs & ~new).any():  # different rows with one hash: sort by the rows themselves
        order = np.lexsort(list(columns))
        new = np.zeros(size, np.bool_)
        new[0] = True
        for column in columns:
            new[1:] |= np.diff(column[order]) != 0
    which = np.empty(size, np.int64)
    which[order] = np.cumsum(new) - 1
    return order[new], which
