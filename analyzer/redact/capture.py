"""A whole capture under other names, written as pcapng.

It is read three times: for the addresses that its messages came from and went to, for what several frames carry
together, and to write frame by frame. So memory stays flat, however long the capture is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from analyzer.capture import open_capture
from analyzer.capture.addresses import packed_address
from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram
from analyzer.capture.dates import stand_ins
from analyzer.capture.decoder import Item, Packet, PacketDecoder
from analyzer.capture.files import Files, Progress
from analyzer.capture.fragments import Partial
from analyzer.capture.ledger import Ledger
from analyzer.capture.open import DEFAULT_PORTS, CaptureReader, open_files
from analyzer.capture.pcapng import OURS, REDACTED
from analyzer.capture.pcapng_writer import PcapNgWriter
from analyzer.capture.picking import UNDESCRIBED, CopiedInterfaces, Origin, Tap, with_origin
from analyzer.capture.text_notes import OF_LOGS
from analyzer.redact.decoder import Redactor
from analyzer.redact.draft import Patches
from analyzer.redact.message import MessageRedactor
from analyzer.redact.nat import MAX_ENDS, End, NatHashes
from analyzer.redact.values import Values

NOT_DECODED: Final = "without IKE, ESP or AH"

Take = Callable[[Packet, Origin], None]


@dataclass(slots=True)
class Redaction:
    """What was written. left_out: packets by what they are; others: those among the written that are not decoded here.

    not_decoded: what was left out and the others, by what they are. unread: messages of which bytes became zeros that
    nobody understands; sealed: of which a body stays encrypted. lost: bytes and pieces of messages that came in several
    frames and could not be put back. stand_ins: years that stand where times of a log have none, and what these lack.
    stopped: compressed input became too large, and its rest was not read. broken: as
    of a CaptureInfo.
    """

    packets: int = 0
    of_packets: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    others: int = 0
    not_decoded: Counter[str] = field(default_factory=Counter)
    esp: int = 0
    ah: int = 0
    messages: int = 0
    sealed: int = 0
    unread: int = 0
    hashes: int = 0
    unequal_hashes: int = 0
    lost: int = 0
    without_time: int = 0
    stand_ins: tuple[tuple[int, str], ...] = ()
    stopped: bool = False
    broken: str = ""

    @property
    def unopened(self) -> str:
        """What the packets are, if there are any and nothing of them could be read."""
        if self.packets > self.others or not self.of_packets or NOT_DECODED in self.not_decoded:
            return ""
        return ", ".join(self.not_decoded)


def redact_capture(
    path: str | Path,
    file: BinaryIO,
    values: Values,
    *,
    ports: Collection[int] = DEFAULT_PORTS,
    keep_other: bool = False,
    progress: Progress | None = None,
    max_expansion: int | None = None,
) -> Redaction:
    """Write a capture under other names. CaptureError: it cannot be read.

    keep_other: packets that are not decoded here are written too, with zeros behind the headers that are known.
    """
    how = _How(str(path), ports, progress, max_expansion)
    messages = MessageRedactor(values, NatHashes(values, _ends(how)))
    patches = Patches()
    first = Redactor(ports, messages, patches)
    reader = how.walk(lambda packet, _origin: _drop(first.redact(packet)))
    info = reader.info
    first.end()
    second = Redactor(ports, messages, patches, streams=first.noting.noted.keys)
    copier = _Copier(file, second, info.first_time, keep_other=keep_other)
    reader = how.walk(copier.take)
    second.end()
    copier.close(reader)
    done, counts = copier.done, first.counts + second.counts
    done.stand_ins = tuple(stand_ins(one.first_time for one in reader.infos))
    done.of_packets, done.stopped, done.broken = info.packets, reader.stopped, info.broken
    of_logs = {name: count for name, count in info.unopened.items() if name.startswith(OF_LOGS)}
    done.left_out.update(of_logs)
    done.not_decoded.update(of_logs)
    done.esp, done.ah = counts["esp"], counts["ah"]
    done.messages, done.sealed, done.unread = counts["messages"], counts["sealed"], counts["unread"]
    done.hashes, done.unequal_hashes = messages.hashes.recomputed, messages.hashes.unequal
    done.lost = patches.left_out + counts["vendor-fragments"]
    return done


def _drop(_data: bytes) -> None:
    """The first pass writes nothing."""


@dataclass(frozen=True, slots=True)
class _How:
    """How the capture is read, each time."""

    path: str
    ports: Collection[int]
    progress: Progress | None
    max_expansion: int | None

    def walk(self, take: Take) -> CaptureReader:
        """Hand on each packet, in the order of the file; the reader, of which all is read."""
        files = open_files(self.path, self.progress, max_expansion=self.max_expansion)
        try:
            reader = _Walk(files, self.ports, take)
            for _ in reader:
                pass
        finally:
            files.close()
        return reader


class _Walk(CaptureReader):
    """Reads packet by packet and decodes none."""

    def __init__(self, files: Files, ports: Collection[int], take: Take) -> None:
        super().__init__(files, ports, careful=True, counts=False)
        self._take = take

    def _decoded(self, ledger: Ledger, decoder: PacketDecoder) -> Iterator[Item | Partial]:
        self._fragments = decoder.fragments
        for file, packets in self._files.runs():
            self._turn_to(file, ledger, decoder)
            for packet in packets:
                self._see(packet)
                self._take(*with_origin(file.container, packet))
        yield from ()


def _ends(how: _How) -> list[End]:
    """The first addresses and ports of IKE messages."""
    found: dict[End, None] = {}
    reader = open_capture(how.path, how.ports, counts=False, max_expansion=how.max_expansion)
    for some in reader.in_columns():
        for item in some.each() if isinstance(some, Datagrams) else (some,):
            if isinstance(item, Datagram):
                found[packed_address(item.src_ip), item.src_port] = None
                found[packed_address(item.dst_ip), item.dst_port] = None
            if len(found) >= MAX_ENDS:
                return list(found)
    return list(found)


class _Copier:
    """Writes frames, and counts those that it leaves out."""

    def __init__(self, file: BinaryIO, redactor: Redactor, first_time: int | None, *, keep_other: bool) -> None:
        from analyzer import __version__  # noqa: PLC0415  (the package is not loaded while its parts are)

        base_s = min(0, (first_time or 0) // 10**9)
        self._writer = PcapNgWriter(file, f"{OURS.decode('ascii', 'replace')}{__version__}", REDACTED, base_s)
        self._redactor = redactor
        self._keep_other = keep_other
        self._interfaces = CopiedInterfaces(self._writer)
        self._unopened: Counter[str] = Counter()
        self.done = Redaction()

    def take(self, packet: Packet, origin: Origin) -> None:
        """Write one packet, or leave it out."""
        data = self._redactor.redact(packet)
        opened = Counter(self._redactor.unopened.counts())
        name = next(iter(opened - self._unopened), NOT_DECODED)
        self._unopened = opened
        number = UNDESCRIBED
        if origin.number != UNDESCRIBED:  # also of what is left out: it captured then
            number = self._interfaces.number(Tap("", 0, origin.section, origin.number), origin.interface)
        if number < 0 or not self._redactor.is_ours:
            self.done.not_decoded[name] += 1
        if number < 0 or not (self._redactor.is_ours or self._keep_other):
            self.done.left_out[name] += 1
            return
        self.done.others += not self._redactor.is_ours
        self.done.packets += 1
        moved = packet.frame_number != self.done.packets
        self._writer.packet(packet._replace(data=data), number, f"Frame {packet.frame_number}" if moved else "")

    def close(self, reader: CaptureReader) -> None:
        """Hand on what is known of each interface."""
        self._interfaces.close(reader)
        self.done.without_time = self._writer.without_time
