"""Small files that a user gives along: keys, peers. Whatever the name leads to, reading takes no time and no memory."""

import os
import stat
from pathlib import Path

from analyzer.errors import AnalyzerError


def read_small(path: str | os.PathLike[str], most: int, what: str, error: type[AnalyzerError]) -> bytes:
    """The bytes of a regular file of at most `most` bytes; `what` it is, is said where it is none.

    error: what is raised where it cannot be read, is no regular file (a FIFO waits, /dev/zero never ends) or too large.
    """
    name = os.fspath(path) or "''"
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # a folder fails by itself, and says so
            raise error(f"{name}: not a regular file; {what} is one")
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as fault:
        raise error(f"{name}: {getattr(fault, 'strerror', None) or fault}; give the path of {what}") from fault
    if len(data) > most:
        raise error(f"{name}: larger than {most >> 20} MiB; {what} is not that large")
    return data
