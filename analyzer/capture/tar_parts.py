"""The bytes of tar archives: as they are stored, or unpacked while they are read; and one file of them."""

import io
from typing import Final

from analyzer.capture.compressions import Bound, Readable, decompressed, is_damage
from analyzer.capture.part import Part
from analyzer.capture.spool import Spool

_CHUNK: Final = 1 << 16


class Stored:
    """A tar archive that is not compressed."""

    share = 1.0

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.position = 0
        self.trouble = ""

    def read(self, size: int) -> bytes:
        """Fewer than asked for only at the end."""
        data = self._file.read(size)
        self.position += len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over these."""
        self.position = self._file.seek(self.position + size)


class Unpacked:
    """A compressed tar archive, unpacked once and as far as the bound allows. trouble: why no further, or ""."""

    def __init__(self, file: io.FileIO, compression: str, bound: Bound) -> None:
        self._file, self._bound = file, bound
        self._reader: Readable = file
        for name in reversed(compression.split(" in ")):
            self._reader = decompressed(name, io.BufferedReader(_File(self._reader), _CHUNK))
        self.position = self._stored = 0
        self.trouble = ""

    @property
    def share(self) -> float:
        """Stored bytes for each unpacked one."""
        return self._stored / max(self.position, 1)

    def read(self, size: int) -> bytes:
        """Fewer than asked for only at the end."""
        view = memoryview(bytearray(size))
        filled = 0
        while filled < size and not self.trouble:
            most = self._bound.of(self._file.tell())
            if self.position + filled > most:
                self.trouble = f"it became larger than {most:,} bytes, out of {self._file.tell():,}. "
                self.trouble += "--max-expansion N reads on"
                break
            try:
                count = self._reader.readinto(view[filled : filled + _CHUNK]) or 0
            except Exception as error:
                if not is_damage(error):
                    raise
                self.trouble = str(error)
                break
            if not count:
                break
            filled += count
        self.position += filled
        self._stored = self._file.tell()
        return bytes(view[:filled])

    def skip(self, size: int) -> None:
        """Pass over these."""
        while size > 0 and (data := self.read(min(size, _CHUNK))):
            size -= len(data)


class _File(io.RawIOBase):
    """What fills views, as a file."""

    def __init__(self, reader: Readable) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        return self._reader.readinto(memoryview(view)) or 0


class StoredPart(Part):
    """A file of an archive that is not compressed; closes the archive's file with itself."""

    inside = "tar"

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        file.seek(start)
        self._file = file
        self.size_bytes = self._left = size

    @property
    def stored_bytes(self) -> int:
        """How many bytes of the archive were read for it."""
        return self.size_bytes - self._left

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        """Fill the view as far as it goes; 0 at the end."""
        count = self._file.readinto(memoryview(view)[: self._left]) or 0
        if not count and self._left and len(view):
            self.trouble, self._left = "the archive ends early", 0
        self._left -= count
        return count

    def close(self) -> None:
        """Close the archive's file with it."""
        if not self.closed:
            self._file.close()
        super().close()


class SpooledPart(Part):
    """A file of a compressed archive, from where it was unpacked to."""

    def __init__(self, spool: Spool, start: int, size: int, trouble: str) -> None:
        self._spool, self._at, self._end = spool, start, start + size
        self.size_bytes, self.inside = size, spool.name
        self._trouble = trouble

    @property
    def stored_bytes(self) -> int:
        """How many bytes of the archive were used for it, if all of it is packed alike."""
        return int((self.size_bytes - (self._end - self._at)) * self._spool.share)

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        """Fill the view as far as it goes; 0 at the end."""
        data = self._spool.read(self._at, min(len(view), self._end - self._at))
        view[: len(data)] = data
        self._at += len(data)
        if not data:
            self.trouble = self._trouble
        return len(data)
