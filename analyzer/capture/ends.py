"""Between which addresses and ports the UDP payloads of a block went: distinct ones, each looked at once."""

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


def directions(datagrams: Datagrams, places: Numbers) -> tuple[list[bytes], Numbers, Numbers]:
    """Of payloads at some places the distinct packed address pairs and ports; the first of each; which each has."""
    key, width = datagrams.rows.key[places], datagrams.rows.width[places]
    keys: list[bytes] = []
    firsts = [np.empty(0, np.int64)]
    which = np.empty(len(places), np.int64)
    for size in np.unique(width).tolist():
        mine = np.flatnonzero(width == size)
        rows = np.zeros((len(mine), -(-size // 8) * 8), np.uint8)
        rows[:, :size] = gather(datagrams.data, key[mine], size)
        first, groups = distinct(list(np.ascontiguousarray(rows.view(np.uint64).T)))
        which[mine] = groups + len(keys)
        firsts.append(mine[first])
        keys += np.ascontiguousarray(rows[first, :size]).view(f"V{size}").ravel().tolist()
    return keys, np.concatenate(firsts), which


def ends_of(datagrams: Datagrams, places: Numbers) -> Ends:
    """The ends of payloads at some places."""
    keys, _, which = directions(datagrams, places)
    pair = datagrams.addresses.pair
    ends = []
    for key in keys:
        source, destination = pair(key[:-_PORTS])
        ends.append((source, int.from_bytes(key[-4:-2], "big"), destination, int.from_bytes(key[-2:], "big")))
    return Ends(ends, which)
