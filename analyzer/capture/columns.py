"""UDP payloads of a batch as columns: for who reads many messages at once. Which bytes they are, not yet objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from analyzer.capture import natt
from analyzer.capture.datagram import NO_TIME

if TYPE_CHECKING:  # small captures are read without numpy
    import numpy as np
    import numpy.typing as npt

    from analyzer.capture.addresses import Addresses
    from analyzer.capture.batch import Batch
    from analyzer.capture.datagram import Datagram
    from analyzer.capture.decoder import Item
    from analyzer.capture.lanes import Numbers
    from analyzer.capture.rows import UdpRows
    from analyzer.capture.transport import Transport

TOGETHER = 128
"""Payloads of a batch that are worth a bulk pass; it has at most `AT_ONCE`."""
_AS_LISTS = 4096  # rows that are Python numbers at a time
KEY_V4 = 12  # bytes of an IPv4 address pair with its ports
HOP_V4, HOP_V6 = 8, 1  # bytes of a datagram's `hop` before its address pair


@dataclass(slots=True, eq=False, repr=False)
class Datagrams:
    """UDP payloads in order, `rows` of a batch; they lie in the reader's window until it is asked for more.

    transport: makes a datagram of one, or finds that it is none: a keepalive, ESP. between: what else there is in the
    batch, each with the number of payloads in front of it. booked: all are whole, and are in their flows (booking.py).
    """

    batch: Batch
    rows: UdpRows
    transport: Transport
    between: tuple[tuple[int, Item], ...] = ()
    booked: bool = False

    def __len__(self) -> int:
        return len(self.rows.row)

    @property
    def data(self) -> bytearray:
        """The window."""
        return self.batch.data

    @property
    def frame(self) -> Numbers:
        """Frame numbers."""
        return self.batch.frame[self.rows.row]

    @property
    def time(self) -> Numbers:
        """Nanoseconds since 1970, or NO_TIME."""
        return self.batch.time[self.rows.row]

    @property
    def marked(self) -> npt.NDArray[np.bool_]:
        """Whether a non-ESP marker stands before the message."""
        marked: npt.NDArray[np.bool_] = self.rows.kind == natt.MARKED_IKE
        return marked

    @property
    def start(self) -> Numbers:
        """Where the messages begin, behind the marker."""
        return self.rows.payload + len(natt.NON_ESP_MARKER) * self.marked

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which are IKE, by port and marker alone, and captured to their end. The others are read one by one."""
        whole: npt.NDArray[np.bool_] = (self.rows.kind != natt.NOTHING) & (self.rows.missing == 0)
        return whole

    @property
    def addresses(self) -> Addresses:
        """The texts of this capture's addresses."""
        return self.transport.ledger.addresses

    def part(self, begin: int, end: int) -> Datagrams:
        """Some that follow each other."""
        return Datagrams(self.batch, self.rows.at(slice(begin, end)), self.transport)

    def each(self) -> Iterator[Item]:
        """All of them and what is between them one by one; what is no message is left out."""
        one_by_one, done = self.read(slice(None)), 0
        for count, item in (*self.between, (len(self), None)):
            yield from (datagram for datagram in islice(one_by_one, count - done) if datagram is not None)
            done = count
            if item is not None:
                yield item

    def of(self, frames: frozenset[int]) -> Iterator[Item]:
        """Those of some frames, and what is between them of these frames; each frame's in their order."""
        places = self._places(frames)
        yield from (datagram for datagram in self.read(places) if datagram is not None)
        yield from (item for _, item in self.between if item.frame_number in frames)

    def _places(self, frames: frozenset[int]) -> Numbers:
        import numpy as np  # noqa: PLC0415  (it is there: these are columns)

        places: Numbers = np.flatnonzero(np.isin(self.frame, [*frames]))
        return places

    def read(self, places: Numbers | slice, *, whole: bool = False) -> Iterator[Datagram | None]:
        """Those at some places one by one; None where it is no message. whole: all are `whole`, which none is then."""
        batch, rows, data = self.batch, self.rows.at(places), memoryview(self.batch.data)
        read = self.transport.message if self.booked or whole else self.transport.udp
        columns = [batch.frame[rows.row], batch.time[rows.row], rows.key, rows.width, rows.payload, rows.end]
        columns += [rows.missing, rows.payload - batch.begin[rows.row]]
        for left in range(0, len(columns[0]), _AS_LISTS):
            lists = [column[left : left + _AS_LISTS].tolist() for column in columns]
            for frame, time, key, width, payload, end, missing, offset in zip(*lists, strict=True):
                time_ns = None if time == NO_TIME else time
                ends = bytes(data[key : key + width])
                hop = bytes(data[key - (HOP_V4 if width == KEY_V4 else HOP_V6) : key])
                yield read(frame, time_ns, ends, bytes(data[payload:end]), missing, offset, hop)
