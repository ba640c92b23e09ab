"""Some frames of a capture, read again in its order and handed on one by one, in flat memory however many."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.decoder import Packet
from analyzer.capture.files import Files, Progress
from analyzer.capture.formats import Container, Records
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.open import DEFAULT_PORTS, CaptureReader, open_files
from analyzer.capture.pcapng import Interface, PcapNg
from analyzer.capture.pcapng_interface import Option
from analyzer.capture.pcapng_writer import PcapNgWriter

if TYPE_CHECKING:
    from analyzer.capture.batch import Batch


class Origin(NamedTuple):
    """The interface that a packet came from. section: of a pcapng file, counted from 1; 0 in pcap.

    comments: the packet's own.
    """

    section: int
    number: int
    interface: Interface
    comments: Sequence[str] = ()


class Tap(NamedTuple):
    """An interface of one file, whose packets are copied. tap: which of the chains of a set the file is in."""

    capture: str
    tap: int
    section: int
    number: int


class Covered(NamedTuple):
    """What a copy is to say of an interface: verdicts about what did not come rest on it.

    began_ns, ended_ns: when it captured first and last. dropped: packets that it lost; None: nothing says.
    """

    began_ns: int | None
    ended_ns: int | None
    dropped: int | None


UNDESCRIBED: Final = -1
"""Number of an interface that the file does not describe."""


def with_origin(container: Container, packet: Packet) -> tuple[Packet, Origin]:
    """A packet that was just read, and where it came from. A message of a log gets headers around it."""
    if isinstance(container, PcapNg):
        known = packet.interface < len(container.interfaces)
        interface = container.interfaces[packet.interface] if known else Interface(0, 0, 9, 0)
        return packet, Origin(container.section, packet.interface if known else UNDESCRIBED, interface)
    if isinstance(container, Records):
        return packet, Origin(0, 0, Interface(container.link_type, container.snaplen, 9, 0))
    from analyzer.capture.logs.wrapped import wrapped  # noqa: PLC0415  (only of logs)

    packet = wrapped(packet)
    return packet, Origin(0, packet.link_type or 0, Interface(packet.link_type or 0, 0, 9, 0))


def covered(reader: CaptureReader, interface: Tap) -> Covered:
    """What is known of an interface by a reader that has read all; times are by the first clock of a set."""
    info = next((info for info in reader.infos if info.path == interface.capture), reader.info)
    known = info.statistics
    dropped = info.dropped or None if known is None else known.known_at((interface.section, interface.number))
    if reader.points is None:
        return Covered(info.first_time, info.last_time, dropped)
    ran, clock = reader.points.ran_at(interface.tap, interface.number), info.clock_ns or 0
    return Covered(None, None, dropped) if ran is None else Covered(ran[0] - clock, ran[1] - clock, dropped)


class CopiedInterfaces:
    """The interfaces of a copy, each described when its first packet comes.

    Sections may describe one interface each for itself: it is one where number and description agree, as for points.
    """

    def __init__(self, writer: PcapNgWriter) -> None:
        self._writer = writer
        self._numbers: dict[Tap, int] = {}
        self._alike: dict[tuple[int, int, Interface], int] = {}
        self._taps: list[list[Tap]] = []

    def number(self, tap: Tap, interface: Interface, said: Sequence[Option] = ()) -> int:
        """The number that an interface has in the copy. said: what the copy says of it."""
        number = self._numbers.get(tap)
        if number is not None:
            return number
        alike = tap.tap, tap.number, interface
        number = self._alike.get(alike)
        if number is None:
            number = self._alike[alike] = self._writer.interface(interface.link_type, interface.snaplen, said)
            self._taps.append([])
        self._numbers[tap] = number
        self._taps[number].append(tap)
        return number

    def close(self, reader: CaptureReader) -> None:
        """Write what is known of each by a reader that has read all."""
        for number, taps in enumerate(self._taps):
            self._writer.statistics(number, *_together([covered(reader, tap) for tap in taps]))


def _together(found: Sequence[Covered]) -> Covered:
    began = min((one.began_ns for one in found if one.began_ns is not None), default=None)
    ended = max((one.ended_ns for one in found if one.ended_ns is not None), default=None)
    lost = [one.dropped for one in found]
    known = [count for count in lost if count is not None]
    return Covered(began, ended, sum(known) if any(known) or None not in lost else None)


Take = Callable[[Packet, Origin], None]


def pick(
    path: str | Path,
    frames: FrameSet,
    take: Take,
    ports: Collection[int] = DEFAULT_PORTS,
    progress: Progress | None = None,
    max_expansion: int | None = None,
) -> None:
    """Hand these frames to `take`, in their order, and read no further than the last of them.

    Of several taps their times are by the clock of the first one, as in all tables.

    CaptureError: the capture cannot be read any more.
    """
    files = open_files(path, progress, max_expansion=max_expansion)
    try:
        for _ in _Picker(files, ports, frames, take).in_columns():
            pass
    finally:
        files.close()


class _Picker(CaptureReader):
    """Reads as always, and looks at each packet before it is read."""

    def __init__(self, files: Files, ports: Collection[int], frames: FrameSet, take: Take) -> None:
        super().__init__(files, ports, careful=False, counts=False)
        self._until = frames.last
        self._frames, self._take = frames, take
        self._comments: dict[int | None, list[str]] = {}  # of the packets that are looked at now

    def _see(self, packet: Packet) -> None:
        self._gather_comments()
        if packet.frame_number in self._frames:
            self._hand_on(packet)

    def _see_batch(self, batch: "Batch") -> bool:
        if int(batch.frame[0]) > self._until:
            return False
        self._gather_comments()
        for packet in batch.packets(self._frames.among(batch.frame)):
            self._hand_on(packet)
        return True

    def _gather_comments(self) -> None:
        """Those of packets read since the last time: however many there are, few are kept at a time."""
        self._comments.clear()
        container = self._file.container
        if isinstance(container, PcapNg):
            for note in container.notes.drain():
                if note.kind == "packet":
                    self._comments.setdefault(note.frame_number, []).append(note.text)

    def _hand_on(self, packet: Packet) -> None:
        packet = self._file.by_first_clock(packet) if self._file.clock_ns else packet
        packet, origin = with_origin(self._file.container, packet)
        if origin.number != UNDESCRIBED:
            self._take(packet, origin._replace(comments=self._comments.get(packet.frame_number, ())))
