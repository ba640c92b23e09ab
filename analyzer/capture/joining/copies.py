"""Copies: captures that have the same bytes, or are one file under several names. Only one of them is read."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import IO, Final, NamedTuple

from analyzer.capture.given import Given
from analyzer.capture.joining.names import series_of
from analyzer.capture.part import Part
from analyzer.capture.unchanged import Unchanged, statuses
from analyzer.errors import CaptureError

_PIECE: Final = 1 << 20


class Copy(NamedTuple):
    """A capture that is not read, and the one that is read in its place. same_file: it is that file by another name."""

    capture: str
    of: str
    same_file: bool


def is_file(capture: str) -> bool:
    """Whether it is a file that can be read more than once, maybe in an archive: no standard input, FIFO or device."""
    if isinstance(capture, Given):
        return True
    try:
        return capture != "-" and stat.S_ISREG(os.stat(capture).st_mode)  # noqa: PTH116  (no Path takes any name)
    except (OSError, ValueError):
        from analyzer.capture.archives import archive_file  # noqa: PLC0415  (most captures are files)

        return capture != "-" and archive_file(capture) is not None


def copies(captures: Sequence[str], digests: Unchanged[bytes] | None = None) -> list[Copy]:
    """Which of these files are copies of others, in their order. What cannot be read is nobody's copy.

    Which one is read does not depend on the order: no link where there is a file, then one with the most companions of
    its rotation, then the first by its name. digests: those that are known already, to which others are added.
    """
    groups: dict[tuple[int, int] | str, list[str]] = {}
    for capture in captures:
        groups.setdefault(_identity(capture), []).append(capture)
    equal = _equal([names[0] for names in groups.values()], digests or Unchanged())
    if not equal and len(groups) == len(captures):
        return []
    series = Counter(one for capture in captures for one, _ in series_of(capture))

    def rank(capture: str) -> tuple[bool, int, str]:
        companions = max((series[one] for one, _ in series_of(capture)), default=0)
        return os.path.islink(capture), -companions, capture  # noqa: PTH114

    files = {names[0]: sorted(names, key=rank) for names in groups.values()}
    found = {name: Copy(name, names[0], same_file=True) for names in files.values() for name in names[1:]}
    for same in equal:
        read, *others = sorted((files[name][0] for name in same), key=rank)
        found.update({name: Copy(name, read, same_file=False) for name in others})
    # A link to a copy is one of what is read
    last = {name: found[copy.of].of if copy.of in found else copy.of for name, copy in found.items()}
    return [found[name]._replace(of=last[name]) for name in captures if name in found]


def _identity(capture: str) -> tuple[int, int] | str:
    """Device and inode: hard and symbolic links have those of their file."""
    if isinstance(capture, Given):
        return str(capture)
    try:
        status = os.stat(capture)  # noqa: PTH116
    except (OSError, ValueError):
        return capture
    return status.st_dev, status.st_ino


def _equal(captures: Iterable[str], digests: Unchanged[bytes]) -> list[list[str]]:
    """Groups of files with the same bytes: those of one size are hashed."""
    sizes: dict[int, list[str]] = {}
    for capture in captures:
        size = size_of(capture)
        if size:
            sizes.setdefault(size, []).append(capture)
    groups: dict[tuple[int, bytes], list[str]] = {}
    for size, names in sizes.items():
        for name in names if len(names) > 1 else ():
            digest = _known_digest(name, digests)
            if digest is not None:
                groups.setdefault((size, digest), []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def size_of(capture: str) -> int:
    """Bytes of a capture as it is stored; 0 where that cannot be known: whoever reads it says why."""
    if isinstance(capture, Given):
        return capture.size_bytes
    try:
        return os.stat(capture).st_size  # noqa: PTH116
    except (OSError, ValueError):
        from analyzer.capture.archives import size_of as size_in_archive  # noqa: PLC0415  (most captures are files)

        return size_in_archive(capture) or 0


def _known_digest(capture: str, digests: Unchanged[bytes]) -> bytes | None:
    digest, before = digests.get(capture), statuses(capture)
    if digest is None:
        digest = _digest(capture)
        if digest is not None:
            digests.put(capture, before, digest)
    return digest


def _digest(capture: str) -> bytes | None:
    digest = hashlib.sha256()
    try:
        file = _opened(capture)
        try:
            while piece := file.read(_PIECE):
                digest.update(piece)
        finally:
            if not isinstance(capture, Given):
                file.close()
    except (OSError, CaptureError):
        return None
    return None if isinstance(file, Part) and file.trouble else digest.digest()


def _opened(capture: str) -> IO[bytes] | Part:
    if isinstance(capture, Given):
        return capture.open()
    try:
        return open(capture, "rb", buffering=0)  # noqa: PTH123
    except (FileNotFoundError, NotADirectoryError):
        from analyzer.capture.archives import part_of  # noqa: PLC0415  (most captures are files)

        part = part_of(capture)
        if part is None:
            raise
        return part
