"""Keys of ESP and AH packets as numbers: equal ones in groups, and which are surely of no listed stream or flow.

A hostile capture has a stream for each packet. Once the ledger's tables are full, most packets are only counted: a
table of hashes says of which that is certain, before anything is made of them.
"""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from analyzer.capture.distinct import Hashes, grouped, hashed
from analyzer.capture.lanes import Numbers

Octets = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

SIZE_BITS = 20  # of the table of hashes, which has a byte for each: some 100,000 keys are listed at most
_PORTS, _SPI = np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFF << 32)  # in the number before the last of a key


def blank_keys(count: int, width: int) -> Octets:
    """Room for keys, a row each: address pair of `width` bytes, ports, SPI, encapsulation, zeros."""
    return np.zeros((count, width + 16), np.uint8)


def columns_of(keys: Octets) -> list[Hashes]:
    """Keys as 64-bit numbers, column by column."""
    return list(np.ascontiguousarray(keys.view("<u8").T))


def group_order(keys: Octets) -> tuple[Numbers, Numbers]:
    """Rows in groups of equal keys, in file order inside each, and where each group begins in that order."""
    order, new = grouped(columns_of(keys))
    return order, np.flatnonzero(new)


class Listed:
    """What full tables list: keys of streams, and of flows of one encapsulation, as ledger.py has them."""

    def __init__(self, streams: Collection[bytes], flows: Collection[bytes], encapsulation: int) -> None:
        self._table = np.zeros(1 << SIZE_BITS, np.bool_)
        for width in (8, 32):
            half = width // 2
            mine = _matrix([key for key in streams if len(key) == width + 5 and key[-1] == encapsulation], width + 5)
            keys = blank_keys(len(mine), width)
            keys[:, :width], keys[:, width + 4 : width + 9] = mine[:, :width], mine[:, width:]
            self._table[_places(keys, _SPI)] = True
            mine = _matrix([key for key in flows if len(key) == width + 4], width + 4)
            keys = blank_keys(len(mine), width)
            keys[:, width + 8] = encapsulation
            keys[:, : width + 4] = mine
            self._table[_places(keys, _PORTS)] = True
            backwards = mine[:, half:width], mine[:, :half], mine[:, width + 2 :], mine[:, width : width + 2]
            keys[:, : width + 4] = np.hstack(backwards)
            self._table[_places(keys, _PORTS)] = True

    def may_have(self, keys: Octets) -> Mask:
        """Which of these packets of the encapsulation may be of a listed stream or flow: the others are of none."""
        may: Mask = self._table[_places(keys, _SPI)] | self._table[_places(keys, _PORTS)]
        return may


def _matrix(keys: list[bytes], size: int) -> Octets:
    return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, size)


def _places(keys: Octets, part: np.uint64) -> Hashes:
    """Places in the table of keys of which only the SPI or only the ports count, beside addresses and encapsulation."""
    *pair, middle, encapsulation = columns_of(keys)
    return hashed((*pair, middle & part, encapsulation), len(keys)) >> np.uint64(64 - SIZE_BITS)
