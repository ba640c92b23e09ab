"""The container of a capture, by its first bytes; or why there is none."""

from typing import TYPE_CHECKING, TypeAlias

from analyzer.capture.damage import Damage
from analyzer.capture.pcap import FILE_HEADER, MAGICS, Pcap
from analyzer.capture.pcapng import MAGIC, PcapNg
from analyzer.capture.snoop import FILE_HEADER as SNOOP_HEADER
from analyzer.capture.snoop import MAGIC as SNOOP
from analyzer.capture.snoop import Snoop
from analyzer.capture.source import Source
from analyzer.capture.window import Window
from analyzer.errors import CaptureError

if TYPE_CHECKING:
    from analyzer.capture.logs.log import Log

_HEAD = 512  # bytes at which something is looked for
_BYTE_ORDERS = (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d")  # of pcapng, as its magic says them


Records: TypeAlias = Pcap | PcapNg | Snoop
"""Reads packet records; what is left of containers is a text."""

Container: TypeAlias = "Records | Log"


def container_of(source: Source, window: Window, damage: Damage) -> Container:
    """What reads the capture; the window stands behind the file header then. CaptureError: it is none."""
    size = window.limit - window.position
    head = bytes(window.data[: min(size, _HEAD)])
    if not size:
        reason = (
            f"holds no {source.compression} data that can be read ({source.trouble})"
            if source.trouble and source.compression
            else f"cannot be read ({source.trouble})"
            if source.trouble
            else "is empty"
        )
        raise CaptureError(source.path, reason)
    if head[:4] in MAGICS:
        _need(source, size, FILE_HEADER)
        window.position = FILE_HEADER
        return Pcap(head, damage)
    if head[:4] == MAGIC and (size < 12 or head[8:12] in _BYTE_ORDERS):
        _need(source, size, 12)
        return PcapNg(damage)
    if head.startswith(SNOOP):
        _need(source, size, SNOOP_HEADER)
        window.position = SNOOP_HEADER
        return Snoop(head, damage)
    from analyzer.capture.kinds import TEXT, UNKNOWN, Kind, guess, kind_of  # noqa: PLC0415  (captures need it not)

    kind = kind_of(head, source.path)
    if kind in (Kind.ZIP, Kind.TAR):
        raise CaptureError(source.path, f"is a {kind.name.lower()} archive, not a capture", _how(source))
    other = guess(head, source.path)
    if other in (TEXT, UNKNOWN):
        from analyzer.capture.logs.log import opened  # noqa: PLC0415  (only of texts)

        log = opened(window, damage)
        if log is not None:
            return log
    raise CaptureError(source.path, f"is {other.name}, not a capture that can be read", other.advice)


def _need(source: Source, size: int, needed: int) -> None:
    if size < needed:
        raise CaptureError(source.path, "is cut short inside the file header")


def _how(source: Source) -> str:
    """How to have the captures of an archive read."""
    if source.inside:
        return "Unpack it, and name the folder"
    if source.path == "-" or source.path.startswith("<"):
        return "Save it to a file: captures in it are read from there"
    from analyzer.capture.archives import opened  # noqa: PLC0415  (most captures are files)

    archive = opened(source.path)
    first = next(iter(archive.captures), None) if archive else None
    return f"Name a capture in it, as in {source.path}/{first}" if first else "No capture was found in it"
