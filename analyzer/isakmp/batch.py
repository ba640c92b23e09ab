"""Headers and payload chains of many messages at once, as columns, without an object for each.

`message.py` reads one message, whatever it is, and is the oracle of this. Nothing of a body is read here, and no
message whose chain breaks.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analyzer.capture.batch import gather
from analyzer.capture.columns import Datagrams
from analyzer.capture.lanes import Numbers
from analyzer.isakmp import chain, header
from analyzer.isakmp.cursor import Layout

MOST_PAYLOADS = 32
"""Of a chain that is walked here: a multiple of 8, and more than all but odd messages have."""

_VERSION_1, _VERSION_2 = 0x10, 0x20
_LEAST_SEALED = header.SIZE + chain.GENERIC_HEADER[1].size  # with one payload, or as many bytes of ciphertext
Mask = npt.NDArray[np.bool_]


class Heads(NamedTuple):
    """What stands outside the bodies of regular messages.

    places: which of the datagrams they are, `others` those that are not; fields: of the header, by the names of
    header.HEADER; types: of the payloads in wire order, zeros behind the last; encrypted: as of a Message.
    """

    places: Numbers
    others: Numbers
    fields: npt.NDArray[np.void]
    types: npt.NDArray[np.uint8]
    encrypted: Mask

    def at(self, kept: Numbers) -> "Heads":
        """Those at some places among the regular ones, in order."""
        if len(kept) == len(self.places):
            return self
        return Heads(self.places[kept], self.others, self.fields[kept], self.types[kept], self.encrypted[kept])


def _record(layout: Layout) -> np.dtype[np.void]:
    """The layout's fields as numpy cuts them."""
    places, sizes = zip(*layout.spans(), strict=True)
    names = [name for name, _ in layout.fields]
    return np.dtype({"names": names, "formats": [f">u{size}" for size in sizes], "offsets": places})


_HEADER = _record(header.HEADER)
_GENERIC = _record(chain.GENERIC_HEADER[1])  # IKEv2's has other names for the same bytes


def heads(datagrams: Datagrams) -> Heads:
    """Read the regular ones of some datagrams.

    Regular is a whole message of version 1.0 or 2.0 that is as long as its header says, and whose payloads, no more
    than MOST_PAYLOADS, lie one behind the other inside it. What follows the last, reserved bits, flags and exchange
    types make no difference to what is read here.
    """
    data, whole = datagrams.data, np.flatnonzero(datagrams.whole)
    start, end = datagrams.start[whole], datagrams.rows.end[whole]
    fields = gather(data, start, _HEADER.itemsize).view(_HEADER).ravel()
    first, version2 = fields["next_payload"], fields["version"] == _VERSION_2
    regular = (version2 | (fields["version"] == _VERSION_1)) & (fields["length"] == end - start)
    encrypted = ~version2 & (fields["flags"] & header.FLAG_ENCRYPTION != 0)
    types = np.zeros((len(whole), MOST_PAYLOADS), np.uint8)
    clear = np.flatnonzero(regular & ~encrypted)
    chains = _Chains(clear, first[clear], start[clear] + header.SIZE, end[clear], version2[clear])
    encrypted[_walk(data, chains, types, regular)] = True
    others = np.ones(len(datagrams), np.bool_)
    others[whole[regular]] = False
    if not regular.all():
        found = np.flatnonzero(regular)
        whole, fields, types, encrypted = whole[found], fields[found], types[found], encrypted[found]
    return Heads(whole, np.flatnonzero(others), fields, types, encrypted)


def sealed(datagrams: Datagrams, heads: Heads) -> Mask:
    """Which regular messages are nothing but a header and what is encrypted, both without any fault.

    What `message.py` reads at once; the decoder finds no defect in them.
    """
    fields = heads.fields
    found: Mask = heads.encrypted & (fields["initiator_spi"] != 0) & (fields["responder_spi"] != 0)
    found &= fields["length"] >= _LEAST_SEALED
    found &= KEPT_RULES[kinds(heads)]
    version2 = np.flatnonzero(found & (fields["version"] == _VERSION_2))
    generic = gather(datagrams.data, datagrams.start[heads.places[version2]] + header.SIZE, _GENERIC.itemsize)
    envelope = generic.view(_GENERIC).ravel()
    alone = (fields["next_payload"][version2] == chain.SK) & (envelope["reserved"] == 0)
    found[version2] = alone & (envelope["payload_length"] == fields["length"][version2] - header.SIZE)
    return found


def envelopes(heads: Heads) -> list[int]:
    """Of each regular message the length of its SK payload if it is `sealed`; 0 of IKEv1's, which have none."""
    fields = heads.fields
    version2 = fields["version"] == _VERSION_2
    found: list[int] = np.where(version2, fields["length"].astype(np.int64) - header.SIZE, 0).tolist()
    return found


def kinds(heads: Heads) -> Numbers:
    """Version, exchange type and flags of messages as places in a table of all that there are (`table_of`)."""
    fields = heads.fields
    version2 = (fields["version"] == _VERSION_2).astype(np.int64)
    found: Numbers = version2 << 16 | fields["exchange_type"].astype(np.int64) << 8 | fields["flags"]
    return found


def table_of(some: Iterable[tuple[int, int, int]]) -> Mask:
    """The table in which these are true: major version, exchange type, flags."""
    table = np.zeros(1 << 17, np.bool_)
    table[[version - 1 << 16 | exchange_type << 8 | flags for version, exchange_type, flags in some]] = True
    return table


KEPT_RULES = table_of((version >> 4, exchange_type, flags) for version, exchange_type, flags in header.REGULAR)
"""Those that break no rule of the header."""


class _Chains(NamedTuple):
    """Payload chains on the way: row; number of the payload that is next, where it begins; end of all; IKEv2."""

    row: Numbers
    next: npt.NDArray[np.uint8]
    position: Numbers
    end: Numbers
    version2: Mask

    def of(self, mask: Mask) -> "_Chains":
        """Those in the mask."""
        if mask.all():
            return self
        places = np.flatnonzero(mask)
        row, following, position, end, version2 = self
        return _Chains(row[places], following[places], position[places], end[places], version2[places])


def _walk(data: bytearray, chains: _Chains, types: npt.NDArray[np.uint8], regular: Mask) -> Numbers:
    """Walk all chains in step; those that are not regular are taken out. The rows that ended with SK or SKF."""
    enveloped = [np.empty(0, np.int64)]
    for depth in range(MOST_PAYLOADS):
        chains = chains.of(chains.next != 0)
        if not len(chains.row):
            break
        types[chains.row, depth] = chains.next
        generic = gather(data, chains.position, _GENERIC.itemsize).view(_GENERIC).ravel()
        length = generic["payload_length"].astype(np.int64)
        position = chains.position + length
        inside = (length >= _GENERIC.itemsize) & (position <= chains.end)
        regular[chains.row[~inside]] = False
        last = chains.version2 & ((chains.next == chain.SK) | (chains.next == chain.SKF))
        enveloped.append(chains.row[last])
        chains = chains._replace(next=generic["next_payload"], position=position).of(inside & ~last)
    regular[chains.row[chains.next != 0]] = False
    return np.concatenate(enveloped)
