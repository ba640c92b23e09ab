"""What the system says of a file that is read: whether it may have changed since."""

import os
import stat
from typing import Final, NamedTuple

SETTLED: Final = 2_000_000_000
"""Nanoseconds: the longest tick of a file system in use, FAT's."""


class Status(NamedTuple):
    """Of a file, or of the archive that it is in. Size in bytes, times in nanoseconds since 1970."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def last(self) -> int:
        """When it changed last, as far as the file system says."""
        return max(self.mtime_ns, self.ctime_ns)


def status_of(path: str) -> Status | None:
    """The status of what is read for this path; None of a pipe, a device, or what is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116  (no Path takes any name)
    except (OSError, ValueError):
        from analyzer.capture.archives import archive_file  # noqa: PLC0415  (most captures are files)

        archive = archive_file(path)
        return None if archive is None else status_of(archive)
    if path == "-" or not stat.S_ISREG(found.st_mode):
        return None
    return Status(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
