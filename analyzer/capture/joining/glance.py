"""A quick look at a capture: when it ran, and which IKE SAs have messages in it. Enough to say what it belongs to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import NO_TIME, Datagram
from analyzer.capture.natt import HEADER_LENGTH
from analyzer.capture.open import open_capture
from analyzer.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Collection

    from analyzer.capture.lanes import Numbers

MOST_SAS: Final = 1 << 14
"""SAs of one capture that are kept: what has more is a flood or a scan, or shares some of the first of them too."""
MOST_OF_SPI: Final = 16
"""Responder SPIs, or hosts, under one initiator SPI: with more it is of a scan or a reflection, and joins nothing."""
MESSAGES: Final = 8
"""Of each SA that are kept to compare: its first ones."""
MOST_MORE: Final = 1 << 12
"""Messages of a capture that are looked at beyond those: a tap that begins late has none of an SA's first ones."""
_COMPARED: Final = 64  # bytes of a message, past its header: captures may cut them at different lengths
_SPI, _SPIS = 8, 16
_EXCHANGE, _MESSAGE_ID, _STEP = 18, slice(20, 24), slice(16, 24)
_BEGINNINGS: Final = frozenset((1, 2, 4, 34))  # BASE, IDENTITY_PROTECTION, AGGRESSIVE, IKE_SA_INIT
_NONE: Final = bytes(_SPI)
_V4: Final = 8  # bytes of `hop` of IPv4, the identification first
_GZIP_END: Final = " ("  # behind the format of a compressed capture

Hosts = tuple[str, str]


class Sent(NamedTuple):
    """What a packet with a message is known by: a checksum of the message, and the packet's number (0: it has none)."""

    digest: int
    packet: int


class Known(NamedTuple):
    """The time of a message, and what its fragments share.

    That is what its header says from the next payload to the message ID, and which of the hosts sent it.
    """

    time: int
    step: bytes


@dataclass(slots=True)
class Sa:
    """An IKE SA in one capture. first, last: times of its messages. begins: whether one of them sets it up.

    messages: as far as they are kept, each as it came first, in their order. left: there are more.
    """

    hosts: Hosts
    first: int
    last: int
    begins: bool = False
    messages: dict[Sent, Known] = field(default_factory=dict)
    left: bool = False

    def see(self, first: int, last: int) -> None:
        """Messages between these times."""
        self.first, self.last = min(self.first, first), max(self.last, last)

    def keep(self, datagram: Datagram, time: int) -> None:
        """One of its messages, to compare."""
        payload, hop = datagram.payload, datagram.hop
        self.begins |= payload[_EXCHANGE] in _BEGINNINGS and not any(payload[_MESSAGE_ID])
        packet = int.from_bytes(hop[:2], "big") if len(hop) == _V4 else 0
        step = payload[_STEP] + bytes((datagram.src_ip == self.hosts[0],))
        self.messages.setdefault(Sent(crc32(payload[:_COMPARED]), packet), Known(time, step))


@dataclass(slots=True)
class Glance:
    """What a look at a capture shows.

    first, last: times of its packets in nanoseconds, None without any. pairs: SAs by both their SPIs. halves: by the
    initiator's SPI and the two hosts, as far as no responder's SPI is in their messages. full: there were more SAs
    than are kept. more: messages that were looked at beyond the first ones of each. error: why it cannot be read at
    all. rotation: the number of the rotation that its name and time say it is surely of; None: of none that another
    capture is of.
    """

    capture: str
    first: int | None = None
    last: int | None = None
    packets: int = 0
    form: tuple[str, ...] = ()
    pairs: dict[bytes, Sa] = field(default_factory=dict)
    halves: dict[tuple[bytes, Hosts], Sa] = field(default_factory=dict)
    full: bool = False
    more: int = 0
    error: CaptureError | None = None
    rotation: int | None = None

    @property
    def span(self) -> int:
        """How long it ran, in nanoseconds."""
        return (self.last or 0) - (self.first or 0)

    @property
    def sas(self) -> int:
        """How many are kept."""
        return len(self.pairs) + len(self.halves)

    def forget(self) -> None:
        """Keep none of them: there are too many in all captures."""
        self.full |= bool(self.sas)
        self.pairs, self.halves = {}, {}

    def _one(self, datagram: Datagram) -> None:
        payload, time = datagram.payload, datagram.time_ns
        if len(payload) < HEADER_LENGTH or time is None or payload.startswith(_NONE):
            return
        hosts = min(datagram.src_ip, datagram.dst_ip), max(datagram.src_ip, datagram.dst_ip)
        if payload[_SPI:_SPIS] == _NONE:
            half = payload[:_SPI], hosts
            sa = self.halves.get(half)
            if sa is None and self._has_room():
                sa = self.halves[half] = Sa(hosts, time, time)
        else:
            pair = payload[:_SPIS]
            sa = self.pairs.get(pair)
            if sa is None and self._has_room():
                sa = self.pairs[pair] = Sa(hosts, time, time)
        if sa is None:
            return
        sa.see(time, time)
        if self._looks_at(sa):
            self.more += len(sa.messages) >= MESSAGES
            sa.keep(datagram, time)
        else:
            sa.left = True

    def _looks_at(self, sa: Sa) -> bool:
        """Whether more of its messages are kept."""
        return len(sa.messages) < MESSAGES or self.more < MOST_MORE

    def _has_room(self) -> bool:
        self.full |= self.sas >= MOST_SAS
        return not self.full

    def _many(self, datagrams: Datagrams) -> None:
        """Those of a block: of each SA the first ones are read, of the others only the times count."""
        import numpy as np  # noqa: PLC0415  (it is there: these are columns)

        for _, one in datagrams.between:
            if isinstance(one, Datagram):
                self._one(one)
        long = datagrams.rows.end - datagrams.start >= HEADER_LENGTH
        plain = datagrams.whole & long & (datagrams.time != NO_TIME)
        again = self._known(datagrams, np.flatnonzero(plain))
        for datagram in datagrams.read(np.flatnonzero(~plain | ~np.isin(np.arange(len(plain)), again))):
            if datagram is not None:
                self._one(datagram)

    def _known(self, datagrams: Datagrams, places: Numbers) -> Numbers:
        """Of these messages, which need not be read: those of SAs whose times are taken in here, and none at zero."""
        import numpy as np  # noqa: PLC0415  (the same)

        from analyzer.capture.batch import gather  # noqa: PLC0415  (numpy)
        from analyzer.capture.distinct import distinct  # noqa: PLC0415

        if not len(places):
            return places
        spis = gather(datagrams.data, datagrams.start[places], _SPIS)
        numbers = spis.view("<u8").astype(np.uint64)
        first, which = distinct([numbers[:, 0], numbers[:, 1]])
        times = datagrams.time[places]
        low, high = np.full(len(first), np.iinfo(np.int64).max), np.full(len(first), NO_TIME)
        np.minimum.at(low, which, times)
        np.maximum.at(high, which, times)
        done = np.zeros(len(first), np.bool_)
        keys = np.ascontiguousarray(spis[first]).view(f"V{_SPIS}").ravel().tolist()
        for at, (key, begun, ended) in enumerate(zip(keys, low.tolist(), high.tolist(), strict=True)):
            sa = self.pairs.get(key)
            if sa is not None and not self._looks_at(sa):
                sa.see(begun, ended)
                done[at] = sa.left = True
            elif sa is None and self.full:
                done[at] = True
        passed: Numbers = places[done[which]]
        return passed

    def _drop_floods(self) -> None:
        """What an initiator SPI says that has very many responder SPIs or hosts: nothing."""
        responders = Counter(pair[:_SPI] for pair in self.pairs)
        hosts = Counter(spi for spi, _ in self.halves)
        many = {spi for counts in (responders, hosts) for spi, count in counts.items() if count > MOST_OF_SPI}
        if many:
            self.pairs = {pair: sa for pair, sa in self.pairs.items() if pair[:_SPI] not in many}
            self.halves = {half: sa for half, sa in self.halves.items() if half[0] not in many}


def glance(capture: str, ports: Collection[int], max_expansion: int | None = None) -> Glance:
    """Look at one, in one pass that reads no message. It never raises: `error` says why it cannot be read."""
    seen = Glance(capture)
    try:
        reader = open_capture(capture, ports, counts=False, max_expansion=max_expansion)
        for item in reader.in_columns():
            if isinstance(item, Datagrams):
                seen._many(item)
            elif isinstance(item, Datagram):
                seen._one(item)
    except CaptureError as error:
        seen.error = error
    except OSError as error:
        seen.error = CaptureError(capture, f"cannot be read ({error.strerror or error})")
    else:
        info = reader.info
        seen.first, seen.last, seen.packets = info.first_time, info.last_time, info.packets
        seen.form = (info.format.split(_GZIP_END)[0], *sorted(set(info.link_types)))
        seen._drop_floods()
    return seen
