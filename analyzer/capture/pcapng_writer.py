"""Writes pcapng (draft-ietf-opsawg-pcapng): one section, little-endian, times in nanoseconds, comments.

dpkt's writer is none for this: it writes in the machine's byte order, wants all interfaces before the first packet,
and takes a time of zero for the time of day.
"""

from collections.abc import Iterable
from struct import Struct, pack
from typing import BinaryIO, Final

from analyzer.capture.decoder import Packet
from analyzer.capture.pcapng import ENHANCED_PACKET, INTERFACE, SECTION, SIMPLE_PACKET, STATISTICS
from analyzer.capture.pcapng_interface import BPF_TEXT, FILTER, TEXTS, Option

_COMMENT: Final = 1
_APPLICATION: Final = 4  # shb_userappl
_RESOLUTION, _OFFSET = 9, 14
_BEGAN, _ENDED, _DROPPED = 2, 3, 5  # isb_starttime, isb_endtime, isb_ifdrop
MAX_COMMENT: Final = 4096
"""Bytes of a comment: an option could take 65,535, but nobody reads that."""

_ENHANCED: Final = Struct("<IIIIIII")
_LENGTH: Final = Struct("<I")
_SECOND: Final = 10**9
_NANOSECONDS: Final = b"\x09"


class PcapNgWriter:
    """Blocks in the order of the calls.

    base_s: seconds since 1970 that times are counted from; below zero for a clock that was set before.
    """

    def __init__(self, file: BinaryIO, application: str, comment: str, base_s: int = 0) -> None:
        self._file = file
        self._base_s = base_s
        self._interfaces: list[tuple[int, int]] = []  # link type and snap length
        self.packets = 0
        self.without_time = 0  # of packets that had none, those that could not be written so
        options = [(_COMMENT, _text(comment)), (_APPLICATION, _text(application))]
        self._block(SECTION, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options(options))

    def interface(self, link_type: int, snaplen: int, said: Iterable[Option] = ()) -> int:
        """Describe one more interface; its number. said: what another file says of it, as `Interface.options`."""
        options = [(code, _plain(value) if code in TEXTS else value) for code, value in said if value]
        options = [(code, value) for code, value in options if code != FILTER or value[:1] == BPF_TEXT]
        options.append((_RESOLUTION, _NANOSECONDS))
        if self._base_s:
            options.append((_OFFSET, pack("<q", self._base_s)))
        self._block(INTERFACE, pack("<HHI", link_type, 0, snaplen) + _options(options))
        self._interfaces.append((link_type, snaplen))
        return len(self._interfaces) - 1

    def packet(self, packet: Packet, interface: int, comment: str = "") -> None:
        """Write one packet.

        One without a time is written without one where the format can, which has such packets of the first interface
        only and no comment with them; else its time is that of `base_s`.
        """
        self.packets += 1
        captured = len(packet.data)
        if packet.time_ns is None:
            snaplen = self._interfaces[0][1]
            if not interface and captured == min(packet.original_length, snaplen or packet.original_length):
                self._block(SIMPLE_PACKET, pack("<I", packet.original_length) + _padded(packet.data))
                return
            self.without_time += 1
        self._enhanced(packet, interface, _options([(_COMMENT, _text(comment))]) if comment else b"")

    def _enhanced(self, packet: Packet, interface: int, options: bytes) -> None:
        """In one piece: an extract may have millions."""
        captured, units = len(packet.data), self._units(packet.time_ns)
        fill = -captured % 4
        length = 32 + captured + fill + len(options)
        high, low = units >> 32, units & 0xFFFFFFFF
        head = _ENHANCED.pack(ENHANCED_PACKET, length, interface, high, low, captured, packet.original_length)
        self._file.write(b"".join((head, packet.data, bytes(fill), options, _LENGTH.pack(length))))

    def statistics(self, interface: int, began_ns: int | None, ended_ns: int | None, dropped: int | None) -> None:
        """Say when an interface began and ended to capture, and how many packets were lost there (None: not known)."""
        options = [] if dropped is None else [(_DROPPED, pack("<Q", dropped))]
        options += [(code, self._time(ns)) for code, ns in ((_BEGAN, began_ns), (_ENDED, ended_ns)) if ns is not None]
        if options:
            self._block(STATISTICS, pack("<I", interface) + self._time(ended_ns) + _options(options))

    def _time(self, time_ns: int | None) -> bytes:
        """In the interfaces' units, high half first; without a time that of `base_s`."""
        units = self._units(time_ns)
        return pack("<II", units >> 32, units & 0xFFFFFFFF)

    def _units(self, time_ns: int | None) -> int:
        return 0 if time_ns is None else max(0, time_ns - self._base_s * _SECOND)

    def _block(self, kind: int, body: bytes) -> None:
        length = len(body) + 12
        self._file.write(pack("<II", kind, length) + body + pack("<I", length))


def _options(options: Iterable[Option]) -> bytes:
    """Options with their end; nothing where there are none."""
    found = b"".join(pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    return found + bytes(4) if found else b""


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _text(text: str) -> bytes:
    """UTF-8, cut at a character where it is long."""
    data = text.encode("utf-8", "backslashreplace")
    return data if len(data) <= MAX_COMMENT else data[: MAX_COMMENT - 4].decode("utf-8", "ignore").encode() + b" ..."


def _plain(data: bytes) -> bytes:
    """UTF-8, as the format wants it, of bytes that should be."""
    return data.decode("utf-8", "replace").encode()
