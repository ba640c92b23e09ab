"""Names of the folders in which the reports of several captures stand."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from analyzer.capture.sets import CaptureSet

_SUFFIXES: Final = re.compile(r"(\.(pcap|pcapng|cap|snoop|gz|zst|xz|bz2))+$", re.IGNORECASE)
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file names on Windows
_LONGEST: Final = 80


def folder_names(captures: list[str], taken: Iterable[str]) -> Iterator[str]:
    """A folder name for each capture: its file name without suffix, in letters that any system takes; no two alike.

    A set of captures is called as the first of them, and how many more there are.

    Of captures with the same file name in several folders the folder's name stands for the file's; before it, where
    the folder has other captures too. No name is one of `taken`, begins like an option, or is a device somewhere.
    """
    used = {name.lower() for name in taken}
    paths = [Path(capture.members[0] if isinstance(capture, CaptureSet) else capture) for capture in captures]
    stems = [_SUFFIXES.sub("", path.name) if path.name != "-" else "stdin" for path in paths]
    shared = Counter(stems)
    inside = Counter(path.parent for path in paths)
    next_number: dict[str, int] = {}
    for capture, path, stem in zip(captures, paths, stems, strict=True):
        parent = path.parent
        base = _safe(_beside(parent, stem, inside[parent]) if shared[stem] > 1 and parent.name else stem)
        if isinstance(capture, CaptureSet):
            base = f"{base}-and-{len(capture.members) - 1}-more"
        name, number = base, next_number.get(base.lower(), 2)
        while name.lower() in used:
            name, number = f"{base}-{number}", number + 1
        next_number[base.lower()] = number
        used.add(name.lower())
        yield name


def _beside(parent: Path, stem: str, captures: int) -> str:
    return parent.name if captures == 1 else f"{parent.name}-{stem}"


def _safe(text: str) -> str:
    base = re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")[:_LONGEST].rstrip("._-") or "capture"
    return f"capture-{base}" if _DEVICE.fullmatch(base) else base
