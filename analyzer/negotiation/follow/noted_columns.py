"""Which messages of a block can be placed from columns (noted.py), and what that takes, as lists."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.capture.batch import gather
from analyzer.capture.columns import HOP_V4, HOP_V6, KEY_V4, Datagrams
from analyzer.capture.datagram import NO_TIME
from analyzer.capture.distinct import distinct
from analyzer.capture.ends import Ends
from analyzer.capture.lanes import Numbers
from analyzer.isakmp import batch
from analyzer.isakmp.batch import Heads
from analyzer.isakmp.header import FLAG_INITIATOR, FLAG_RESPONSE
from analyzer.isakmp.numbers import ExchangeV2
from analyzer.negotiation.follow.log import key_of
from analyzer.negotiation.follow.noted import Sealed, form_of
from analyzer.negotiation.follow.plausible import PLAUSIBLE

_PLACED_HERE = batch.table_of(kind for kind in PLAUSIBLE if kind[:2] != (2, ExchangeV2.IKE_SA_INIT))  # that begins anew
_FLAGGED = [None, False, True]


def sealed_of(datagrams: Datagrams, heads: Heads, ends: Ends) -> Sealed:
    """The regular messages of a block as a noter reads them. ends: theirs."""
    fields, places = heads.fields, heads.places
    may = batch.sealed(datagrams, heads) & _PLACED_HERE[batch.kinds(heads)]
    version2, flags, marked = fields["version"] == 0x20, fields["flags"], datagrams.marked[places]
    initiator, response = version2 & (flags & FLAG_INITIATOR != 0), version2 & (flags & FLAG_RESPONSE != 0)
    begun = version2 & (initiator != response)
    key = key_of(fields["message_id"].astype(np.int64), fields["exchange_type"].astype(np.int64), begun)
    form = form_of(fields["length"].astype(np.int64), version2, marked, response)
    there, back = _turned(ends, marked)
    return Sealed(
        _pairs(heads, may),
        key.tolist(),
        _chosen(_FLAGGED, version2 * (1 + initiator)),
        there,
        back,
        form.tolist(),
        _digests(datagrams, places, may),
        datagrams.frame[places].tolist(),
        _times(datagrams.time[places]),
        _hops(datagrams, places),
    )


def _chosen(values: list[Any], which: Numbers) -> list[Any]:
    """Values by number."""
    return list(map(values.__getitem__, which.tolist()))


def _pairs(heads: Heads, may: npt.NDArray[np.bool_]) -> list[tuple[int, str, str] | None]:
    """Version and SPIs of those that may be noted, None of the others."""
    places = np.flatnonzero(may)
    spis = [heads.fields[name][places].astype(np.uint64) for name in ("initiator_spi", "responder_spi")]
    version = (heads.fields["version"][places] >> 4).astype(np.uint64)
    first, which = distinct([*spis, version])
    digits = [spi[first].astype(">u8").tobytes().hex() for spi in spis]
    cuts = [[text[at : at + 16] for at in range(0, len(text), 16)] for text in digits]
    found: list[Any] = [*zip(version[first].tolist(), *cuts, strict=True), None]
    numbers = np.full(len(may), len(first))
    numbers[places] = which
    return _chosen(found, numbers)


def _turned(ends: Ends, marked: npt.NDArray[np.bool_]) -> tuple[list[Any], list[Any]]:
    """Of each message where it went with its transport, and the same turned around."""
    number = ends.which << 1 | marked
    there = [(*end, transport) for end in ends.ends for transport in ("udp", "udp-4500")]
    back = [(dst, dst_port, src, src_port, transport) for src, src_port, dst, dst_port, transport in there]
    return _chosen(there, number), _chosen(back, number)


def _digests(datagrams: Datagrams, places: Numbers, may: npt.NDArray[np.bool_]) -> list[int]:
    """Hashes of the bytes of those that may be noted."""
    start, end = datagrams.start[places], datagrams.rows.end[places]
    first = int(start.min(initial=len(datagrams.data)))
    data = bytes(memoryview(datagrams.data)[first : int(end.max(initial=0))])
    ends = np.where(may, end, start) - first
    return [hash(data[begin:stop]) for begin, stop in zip((start - first).tolist(), ends.tolist(), strict=True)]


def _hops(datagrams: Datagrams, places: Numbers) -> list[bytes]:
    """What no two packets of a host share of their IP headers, as of a Datagram."""
    key, width = datagrams.rows.key[places], datagrams.rows.width[places]
    hops = np.empty(len(places), object)
    for size in np.unique(width).tolist():
        before = HOP_V4 if size == KEY_V4 else HOP_V6
        mine = np.flatnonzero(width == size)
        hops[mine] = gather(datagrams.data, key[mine] - before, before).view(f"V{before}").ravel().tolist()
    found: list[bytes] = hops.tolist()
    return found


def _times(time: Numbers) -> list[int | None]:
    """Times, None for those missing."""
    found = time.tolist()
    return [None if at == NO_TIME else at for at in found] if (time == NO_TIME).any() else found
