"""Between which addresses and ports the UDP payloads of a block went: distinct ones, each made text once."""

from typing import NamedTuple

import numpy as np

from analyzer.capture.batch import gather
from analyzer.capture.columns import Datagrams
from analyzer.capture.distinct import distinct
from analyzer.capture.lanes import Numbers

_PORTS = 4  # bytes of the two, behind an address pair


class Ends(NamedTuple):
    """Distinct ends as sent: addresses and ports of source and destination; which: of each payload."""

    ends: list[tuple[str, int, str, int]]
    which: Numbers


def ends_of(datagrams: Datagrams, places: Numbers) -> Ends:
    """The ends of payloads at some places."""
    key, width = datagrams.rows.key[places], datagrams.rows.width[places]
    pair = datagrams.addresses.pair
    ends: list[tuple[str, int, str, int]] = []
    which = np.empty(len(places), np.int64)
    for size in np.unique(width).tolist():
        mine = np.flatnonzero(width == size)
        rows = np.zeros((len(mine), -(-size // 8) * 8), np.uint8)
        rows[:, :size] = gather(datagrams.data, key[mine], size)
        first, groups = distinct(list(np.ascontiguousarray(rows.view(np.uint64).T)))
        which[mine] = groups + len(ends)
        for found in rows[first, :size].view(f"V{size}").ravel().tolist():
            source, destination = pair(found[:-_PORTS])
            ports = int.from_bytes(found[-4:-2], "big"), int.from_bytes(found[-2:], "big")
            ends.append((source, ports[0], destination, ports[1]))
    return Ends(ends, which)
