"""Captures in a folder, or where a pattern says."""

import glob
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from analyzer.errors import CaptureError

SUFFIXES: Final = tuple(
    f".{kind}{packed}" for kind in ("pcap", "pcapng", "cap", "dmp") for packed in ("", ".gz", ".zst", ".xz")
)
_WILD: Final = frozenset("*?[")
_MAGIC: Final = frozenset(
    bytes.fromhex(text) for text in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1", "0a0d0d0a")
)


def captures_at(path: str | os.PathLike[str], report: Callable[[CaptureError], None]) -> list[str] | None:
    """The captures in a folder or that a pattern names, sorted; None for anything else, such as a file.

    A folder that a pattern names is looked into, as where a shell had put its name there; of `**` its files match.

    CaptureError: there is none. report: takes those in it that cannot be looked into.
    """
    name = os.fspath(path)
    if os.path.isdir(name):  # noqa: PTH112  (never raises)
        found = captures_below(name, report)
        if not found:
            raise CaptureError(name, "no capture in this folder", "Captures are pcap or pcapng files")
        return found
    if _WILD.isdisjoint(name) or os.path.lexists(name):
        return None
    named = glob.glob(name, recursive=True)  # noqa: PTH207
    folders = [one for one in named if os.path.isdir(one)]  # noqa: PTH112
    below = () if "**" in name else (one for folder in folders for one in captures_below(folder, report))
    found = sorted({*named, *below} - {*folders})
    if not found:
        raise CaptureError(
            name, "no capture in the folders named like this" if folders else "no file is named like this"
        )
    return found


def captures_below(folder: str, report: Callable[[CaptureError], None]) -> list[str]:
    """The captures in a folder and the folders in it, sorted; what cannot be looked into is reported."""
    listed = []

    def unlisted(error: OSError) -> None:
        report(CaptureError(str(error.filename), f"this folder cannot be listed ({error.strerror})"))

    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders.sort()
        for path in (Path(parent, name) for name in folders):
            if path.is_symlink() and not path.resolve().is_relative_to(Path(folder).resolve()):
                reason = "is a link to another folder, and was not followed"
                report(CaptureError(str(path), reason, "Name it to have it read"))
        for name in sorted(names):
            path = Path(parent, name)
            try:
                if _is_capture(path):
                    listed.append(str(path))
            except CaptureError as error:
                report(error)
            except OSError as error:
                report(CaptureError(str(path), f"cannot be opened ({error.strerror})"))
    return sorted(listed)


def _is_capture(path: Path) -> bool:
    """Whether a file in a folder is a capture, by its name or its first bytes.

    OSError: that cannot be known. CaptureError: it is a FIFO or a device, and reading it might never end.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise CaptureError(str(path), "is neither a file nor a folder, and was not read", "Name it to have it read")
    if path.name.lower().endswith(SUFFIXES):
        return True
    with path.open("rb") as file:
        return file.read(4) in _MAGIC
