"""Bytes kept for reading again: few in memory, many in a temporary file that has no name."""

import os
import tempfile
from threading import Lock
from typing import IO, Final
from weakref import finalize

IN_MEMORY: Final = 16 << 20
"""Bytes that are kept in memory; more are on disk, where TMPDIR says."""


class Spool:
    """Bytes that are written once, one behind the other, and read anywhere, also by processes forked from this one.

    name: what they were unpacked from. share: how many bytes were stored there for each of them.
    """

    name = ""
    share = 1.0

    def __init__(self) -> None:
        self.size = 0
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._lock = Lock()

    def write(self, data: bytes) -> None:
        """Put more behind. OSError: there is no room."""
        if self._file is None and self.size + len(data) > IN_MEMORY:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed when nobody reads it any more)
            finalize(self, self._file.close)
            _write_all(self._file, self._memory)
            self._memory = bytearray()
        if self._file is None:
            self._memory += data
        else:
            _write_all(self._file, data)
        self.size += len(data)

    def read(self, start: int, size: int) -> bytes:
        """Up to so many bytes from there on."""
        size = min(size, self.size - start)
        if self._file is None:
            return bytes(self._memory[start : start + size])
        if hasattr(os, "pread"):  # a forked process has the file's position in common with this one
            return os.pread(self._file.fileno(), size, start)
        with self._lock:  # Windows forks nothing
            self._file.seek(start)
            return self._file.read(size)


def _write_all(file: IO[bytes], data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
