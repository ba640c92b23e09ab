"""What a file is, by its first bytes: the container that reads it, or the name of what is not read."""

from analyzer.capture.damage import Damage
from analyzer.capture.pcap import FILE_HEADER, MAGICS, Pcap
from analyzer.capture.pcapng import MAGIC, PcapNg
from analyzer.capture.source import Source
from analyzer.capture.window import Window
from analyzer.errors import CaptureError

OTHER_FORMATS = {
    b"snoop\0\0\0": "a Solaris snoop capture",
    b"GMBU": "a Microsoft Network Monitor capture",
    b"RTSS": "a Microsoft Network Monitor capture",
    b"\x0a\x0d\x0d\x0a": "a damaged pcapng capture",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2 data",
    b"\x04\x22\x4d\x18": "lz4 data",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"%PDF": "a PDF document",
}
_ADVICE = (
    "pcap and pcapng are read, also compressed with gzip, zstd or xz; editcap of Wireshark converts other captures"
)


def container_of(source: Source, window: Window, damage: Damage) -> Pcap | PcapNg:
    """The format by the first bytes; the window stands behind the file header then."""
    size = window.limit - window.position
    head = bytes(window.data[: min(size, 512)])
    if not size:
        reason = (
            f"holds no {source.compression} data that can be read ({source.trouble})" if source.trouble else "is empty"
        )
        raise CaptureError(source.path, reason)
    if head[:4] in MAGICS:
        if size < FILE_HEADER:
            raise CaptureError(source.path, "is cut short inside the file header")
        window.position = FILE_HEADER
        return Pcap(head, damage)
    if head[:4] == MAGIC and (size < 12 or head[8:12] in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d")):
        if size < 12:
            raise CaptureError(source.path, "is cut short inside the file header")
        return PcapNg(damage)
    raise CaptureError(source.path, f"is {_guess(head)}, not a capture that can be read", _ADVICE)


def _guess(head: bytes) -> str:
    """What a file that is no capture seems to be."""
    for magic, name in OTHER_FORMATS.items():
        if head.startswith(magic):
            return name
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < 512 else "ignore")
    except UnicodeDecodeError:
        return "of no known format"
    return "a text file" if all(c.isprintable() or c in "\r\n\t\f" for c in text) else "of no known format"
