"""IPv4 fragments of a batch: most are of datagrams that are not ours, and need no packet to be told apart."""

import numpy as np

from analyzer.capture.batch import Batch, gather
from analyzer.capture.datagram import NO_TIME
from analyzer.capture.fragments import Reassembler
from analyzer.capture.network import Fragment, IpPacket
from analyzer.capture.rows import FragmentRows
from analyzer.capture.span import Span

_PAIR = 8  # bytes of two addresses


class Fragments:
    """Takes those of a batch that the reassembler needs no packet for, one by one, as the careful reader would."""

    def __init__(self, batch: Batch, rows: FragmentRows, reassembler: Reassembler) -> None:
        self._reassembler = reassembler
        self._data = memoryview(batch.data)
        header = gather(batch.data, rows.header, 20)
        keys = np.hstack((header[:, 12:], header[:, 9:10], header[:, 4:6]))  # as datagram_key has them
        flags = header.view(">u2")[:, 3].astype(np.int64)
        self._first = list(zip(keys.view(f"V{keys.shape[1]}").ravel().tolist(), rows.apart.tolist(), strict=True))
        begin = batch.begin[rows.row]
        columns = (batch.frame[rows.row], batch.time[rows.row], flags, begin, rows.start, rows.wire_end, rows.end)
        self._rest = list(zip(*(column.tolist() for column in columns), strict=True))

    def take(self, place: int) -> bool:
        """Take one, unless it is the first of a datagram that may concern us.

        None either while a datagram `is_begun`: it may be read by now, and then what stands in front of this fragment
        comes before it. Otherwise nothing is handed on, whatever this fragment makes the reassembler give up.
        """
        if self._reassembler.is_begun:
            return False
        key, is_apart = self._first[place]
        frame, time, flags, begin, start, wire_end, end = self._rest[place]
        time_ns = None if time == NO_TIME else time
        if is_apart:
            self._reassembler.set_aside(key, frame, time_ns)
            return True
        fragment = Fragment(int.from_bytes(key[-2:], "big"), (flags & 0x1FFF) * 8, bool(flags & 0x2000))
        if not fragment.offset:
            return False
        span = Span(bytes(self._data[begin:end]), start - begin, end - begin, wire_end - end, in_frame=True)
        self._reassembler.add_later(key, IpPacket(key[:_PAIR], key[_PAIR], span, fragment), fragment, frame, time_ns)
        return True
