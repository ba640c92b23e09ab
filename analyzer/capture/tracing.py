"""Which frames belong to some IKE SAs: those that carry their messages, and what is known of by key only.

A message that IP or TCP carried in parts is known by the frame that completed it. Here the capture is read once more,
as it was read for the tables, and each part is noted with what it is a part of.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.capture.belonging import Belonging, NotingLedger
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram
from analyzer.capture.decoder import Item, PacketDecoder
from analyzer.capture.files import Files, Progress
from analyzer.capture.fragments import MAX_AGE_NS, Partial, Reassembler, datagram_key
from analyzer.capture.ledger import Ledger
from analyzer.capture.network import TCP, UDP, Fragment, IpPacket
from analyzer.capture.open import DEFAULT_PORTS, CaptureReader, open_files
from analyzer.capture.tcp import TcpStreams
from analyzer.capture.transport import Transport

if TYPE_CHECKING:
    from analyzer.capture.bulk import BulkLedger
    from analyzer.capture.sieve import Sieve

MAX_DATAGRAMS = 4096  # whose fragments are remembered at one time
MAX_PIECES = 1024  # fragments of one datagram, copies too
_KEEPALIVE = b"\xff"


def trace(
    path: str | Path,
    wanted: Belonging,
    ports: Collection[int] = DEFAULT_PORTS,
    progress: Progress | None = None,
    max_expansion: int | None = None,
) -> CaptureReader:
    """Read a capture and put into `wanted.frames` all that belongs; who has read it.

    CaptureError: it cannot be read any more.
    """
    files = open_files(path, progress, max_expansion=max_expansion)
    try:
        reader = _Reader(files, ports, wanted)
        for _ in reader:
            pass
    finally:
        files.close()
    wanted.finish()
    return reader


class _Reader(CaptureReader):
    """Reads as always, with parts that note what they see."""

    def __init__(self, files: Files, ports: Collection[int], wanted: Belonging) -> None:
        super().__init__(files, ports, careful=False)
        self._belonging = wanted

    def _ledger(self) -> Ledger:
        return NotingLedger(self._belonging)

    def _bulk_ledger(self) -> "BulkLedger":
        from analyzer.capture.tracing_bulk import NotingBulkLedger  # noqa: PLC0415  (numpy)

        return NotingBulkLedger(self._belonging)

    def _sieve(self) -> "Sieve":
        sieve = super()._sieve()
        sieve.tcp.watch({key[-4:] for key in self._belonging.tcp})
        return sieve

    def _decoder(self, ledger: Ledger) -> PacketDecoder:
        return _Decoder(self._ports, ledger, self._damage, self._belonging)


class _Decoder(PacketDecoder):
    """Notes TCP segments of wanted flows, and has parts that note what they see."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage, wanted: Belonging) -> None:
        super().__init__(ports, ledger, damage)
        self._wanted = wanted
        self.transport = _Transport(ports, ledger, damage, wanted)
        self.fragments = self._pieces = _Pieces(damage, self._concerns, self._begun, self._abandoned, wanted)
        self._streams = TcpStreams(self.transport)

    def finish(self) -> list[Item]:
        """End of the capture: which fragments belong is known."""
        found = super().finish()
        self._pieces.settle()
        return found

    def _protocol(self, packet: IpPacket, depth: int) -> None:
        span = packet.payload
        if packet.protocol == TCP and span.captured >= 4:
            key = packet.pair + bytes(span.data[span.start : span.start + 4])
            if key in self._wanted.tcp:
                self._wanted.frames.add(self._frame_number)
        super()._protocol(packet, depth)


class _Transport(Transport):
    """Notes NAT keepalives on wanted flows."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage, wanted: Belonging) -> None:
        super().__init__(ports, ledger, damage)
        self._wanted = wanted

    def udp(
        self,
        frame_number: int,
        time_ns: int | None,
        key: bytes,
        payload: bytes,
        missing: int,
        offset: int | None,
        hop: bytes = b"",
    ) -> Datagram | None:
        """Read one UDP payload."""
        if payload == _KEEPALIVE and key in self._wanted.udp:
            self._wanted.frames.add(frame_number)
        return super().udp(frame_number, time_ns, key, payload, missing, offset, hop)


@dataclass(slots=True)
class _Parts:
    """Frames with fragments of one datagram. is_begun: the first fragment is among them, or was no concern of ours."""

    pair: bytes
    is_udp: bool
    frames: list[int] = field(default_factory=list)
    last_time_ns: int | None = None
    is_begun: bool = False


class _Pieces(Reassembler):
    """Notes which frames hold fragments of one datagram: one of them belongs, and so do the others.

    Those of a UDP datagram without its first fragment may be of a message: between two hosts of the SAs they belong.
    """

    def __init__(
        self,
        damage: Damage,
        concerns: Callable[[IpPacket], bool],
        begun: Callable[[Partial], None],
        abandoned: Callable[[Partial], bool],
        wanted: Belonging,
    ) -> None:
        super().__init__(damage, concerns, begun, abandoned)
        self._wanted = wanted
        self._pairs = frozenset(key[:-4] for key in wanted.udp)
        self._parts: OrderedDict[bytes, _Parts] = OrderedDict()  # the oldest in front

    def add(self, packet: IpPacket, fragment: Fragment, frame_number: int, time_ns: int | None) -> IpPacket | None:
        """Take a fragment."""
        if not fragment.offset:
            key = datagram_key(packet.pair, packet.protocol, fragment.identification)
            self._note(key, packet, frame_number, time_ns).is_begun = True
        return super().add(packet, fragment, frame_number, time_ns)

    def add_later(
        self, key: bytes, packet: IpPacket, fragment: Fragment, frame_number: int, time_ns: int | None
    ) -> IpPacket | None:
        """Take one that is not the first."""
        self._note(key, packet, frame_number, time_ns)
        return super().add_later(key, packet, fragment, frame_number, time_ns)

    def set_aside(self, key: bytes, frame_number: int, time_ns: int | None) -> None:
        """Take the first fragment of a datagram that is not ours."""
        if key in self._parts:
            self._parts[key].is_begun = True
        super().set_aside(key, frame_number, time_ns)

    def settle(self, key: bytes | None = None) -> None:
        """Decide whether the frames of a datagram belong, or those of all: no more of it is expected."""
        for each in [*self._parts] if key is None else [key]:
            parts = self._parts.pop(each)
            stray = not parts.is_begun and parts.is_udp and parts.pair in self._pairs
            if stray or any(frame in self._wanted.frames for frame in parts.frames):
                for frame in parts.frames:
                    self._wanted.frames.add(frame)

    def _note(self, key: bytes, packet: IpPacket, frame_number: int, time_ns: int | None) -> _Parts:
        parts = self._parts.get(key)
        if parts is not None and _is_later(parts.last_time_ns, time_ns):
            self.settle(key)
            parts = None
        if parts is None:
            while len(self._parts) >= MAX_DATAGRAMS:
                self.settle(next(iter(self._parts)))
            parts = self._parts[key] = _Parts(packet.pair, packet.protocol == UDP)
        if len(parts.frames) < MAX_PIECES:
            parts.frames.append(frame_number)
        parts.last_time_ns = time_ns
        return parts


def _is_later(before: int | None, now: int | None) -> bool:
    """The identification is another datagram's by now."""
    return before is not None and now is not None and now - before > MAX_AGE_NS
