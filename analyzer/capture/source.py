"""The input's bytes: file or standard input, hashed while they are read, decompressed where they are compressed."""

import hashlib
import io
import os
import stat
import sys
from pathlib import Path
from typing import IO, cast

from analyzer.capture.compressions import (
    EXPANSION,
    FREE_EXPANSION,
    MOST_LEVELS,
    Bound,
    Readable,
    compression_of,
    decompressed,
    is_damage,
)
from analyzer.capture.given import Given, is_url
from analyzer.capture.part import Part
from analyzer.errors import CaptureError

_CHUNK = 1 << 16
_STEP = 1 << 20
_HEAD = 8  # bytes by which compressions are known


class _HashedFile(io.RawIOBase):
    """An open file that counts, and hashes if asked to, what is read from it. owned: whether to close it."""

    def __init__(self, file: IO[bytes] | Part, *, hashed: bool = True, owned: bool = True) -> None:
        self._file = cast("io.RawIOBase", file)
        self._owned = owned
        self.sha256 = hashlib.sha256() if hashed else None
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(view) or 0
        if self.sha256 is not None:
            self.sha256.update(view[:count])
        self.count += count
        return count

    def close(self) -> None:
        if not self.closed and self._owned:
            self._file.close()
        super().close()


class _Level:
    """Bytes with one compression less than what they are read from; bounded where that may be much more.

    Trouble and reaching the bound are noted at the source.
    """

    def __init__(self, source: "Source", reader: Readable, *, bounded: bool) -> None:
        self._source = source
        self._reader = reader
        self._bounded = bounded
        self._ahead = b""
        self._ended = False
        self.given = 0

    def peek(self) -> bytes:
        """The first bytes, which are given again."""
        view = memoryview(bytearray(_HEAD))
        self._ahead = bytes(view[: self.readinto(view)])
        self.given -= len(self._ahead)
        return self._ahead

    def readinto(self, view: memoryview, /) -> int:
        """Fill the view; fewer bytes only at the end, or where the input has become as large as it may."""
        ahead = min(len(self._ahead), len(view))
        if ahead:
            view[:ahead], self._ahead = self._ahead[:ahead], self._ahead[ahead:]
        self.given += ahead
        filled = self._bounded_fill(view[ahead:]) if self._bounded else self._fill(view[ahead:], len(view))
        self.given += filled
        return ahead + filled

    def _bounded_fill(self, view: memoryview) -> int:
        filled, source = 0, self._source
        while filled < len(view) and not source.stopped:
            room = source.most_expanded - self.given - filled
            if room <= 0:
                source.stopped = bool(self._fill(memoryview(bytearray(1)), 1))
                break
            # A decompressor may lose what it had when it fails: small steps lose little.
            wanted = view[filled : filled + min(room, _STEP)]
            count = self._fill(wanted, _STEP)
            filled += count
            if count < len(wanted):
                break
        return filled

    def _fill(self, view: memoryview, step: int) -> int:
        filled = 0
        while filled < len(view) and not self._ended:
            try:
                count = self._reader.readinto(view[filled : filled + step]) or 0
            except Exception as error:
                if not is_damage(error):
                    raise
                self._end(error)
                break
            if not count:
                break
            filled += count
        return filled

    def _end(self, error: Exception) -> None:
        self._ended = True
        if not self._source.stopped:  # what is read from a source that has stopped ends early, too
            self._source.trouble = self._source.trouble or str(error)


class _LevelFile(io.RawIOBase):
    """A level as a file, for the decompressor of the next one."""

    def __init__(self, level: _Level) -> None:
        self._level = level

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        return self._level.readinto(memoryview(view))


class Source:
    """What `path` holds, decompressed; "-" is standard input, and a Given has its bytes with it.

    compression: gzip, zstd, xz, bzip2, "gzip in gzip" or "". inside: the kind of archive that it is in, or "".
    size_bytes: of the input as it is stored - of a file in an archive as it would be unpacked - as far as it was read;
    total_bytes: all of it, None for a pipe. trouble: why the bytes ended early, if they did. hashed: whether `finish`
    shall give a SHA-256. expansion: how many times its size compressed input may become beyond FREE_EXPANSION;
    `stopped` says that there would have been more.
    """

    def __init__(self, path: str, *, hashed: bool = True, expansion: int | None = None) -> None:
        self.path = path
        self.trouble = ""
        self.stopped = False
        self.expansion = EXPANSION if expansion is None else expansion
        opened = _open(path, Bound(FREE_EXPANSION, self.expansion))
        self._part = opened if isinstance(opened, Part) else None
        self._raw = _HashedFile(opened, hashed=hashed, owned=path != "-" and not isinstance(path, Given))
        self._file: io.BufferedReader = io.BufferedReader(self._raw, _CHUNK)
        self.total_bytes = _size(path) if self._part is None else self._part.size_bytes
        self.inside = "" if self._part is None else self._part.inside
        try:
            head = self._file.peek(_HEAD)[:_HEAD]
        except OSError as error:
            raise CaptureError(path, f"cannot be read ({error.strerror or error})") from error
        self._level = _Level(self, self._file, bounded=self._part is not None and self._part.is_packed)
        self.compression = self._decompress(head)

    def _decompress(self, head: bytes) -> str:
        """Put a level upon the others for each compression, and give their names, the outermost last."""
        names: list[str] = []
        file = self._file
        while (name := compression_of(head)) and len(names) < MOST_LEVELS:
            names.insert(0, name)
            self._level = _Level(self, decompressed(name, file), bounded=True)
            head = self._level.peek()
            file = io.BufferedReader(_LevelFile(self._level), _CHUNK)
        return " in ".join(names)

    @property
    def size_bytes(self) -> int:
        """Bytes of the input read so far, as they are stored."""
        return self._raw.count

    @property
    def expanded_bytes(self) -> int:
        """Bytes handed on so far."""
        return self._level.given

    @property
    def most_expanded(self) -> int:
        """How many bytes may be handed on of what was read so far."""
        stored = self._raw.count if self._part is None else self._part.stored_bytes
        return max(FREE_EXPANSION, self.expansion * stored)

    @property
    def most_bytes(self) -> int:
        """How many bytes there are at most, as far as the input says: a small file needs no large buffer."""
        return sys.maxsize if self.compression or self.total_bytes is None else self.total_bytes

    @property
    def packing(self) -> str:
        """How the capture is packed, for people: "gzip", "in zip", "gzip, in zip", or ""."""
        return ", ".join(filter(None, (self.compression, self.inside and f"in {self.inside}")))

    def readinto(self, view: memoryview) -> int:
        """Fill the view; fewer bytes only at the end, or where compressed input has become as large as it may."""
        return self._level.readinto(view)

    def finish(self) -> str:
        """Read the input to its end and close it; its SHA-256 in hexadecimal digits.

        "" if it was not hashed, or is a file in an archive of which not all could be read.
        """
        part, view = self._part, memoryview(bytearray(_CHUNK))
        packed = part is not None and part.is_packed
        try:
            while not (packed and self.stopped) and self._raw.readinto(view):
                if packed and self._raw.count > self.most_expanded:
                    self.stopped = True
        except OSError as error:
            self.trouble = self.trouble or str(error)
        self.close()
        if part is not None:
            self.trouble = self.trouble or part.trouble
            if part.trouble or self.stopped:
                return ""
        return self._raw.sha256.hexdigest() if self._raw.sha256 is not None else ""

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._file.close()


def _open(path: str, bound: Bound) -> IO[bytes] | Part:
    if isinstance(path, Given):
        return path.open()
    if path == "-":
        if sys.stdin is None:
            raise CaptureError(path, "is closed", "Pipe a capture into it")
        return cast("IO[bytes]", getattr(sys.stdin.buffer, "raw", sys.stdin.buffer))
    if not path:
        raise CaptureError("''", "an empty name is no capture", "Is a variable of the shell not set?")
    if os.path.isdir(path):  # noqa: PTH112  (never raises)
        raise CaptureError(path, "is a directory", "Name a capture file in it")
    try:
        return Path(path).open("rb", buffering=0)
    except (FileNotFoundError, NotADirectoryError) as error:
        from analyzer.capture.archives import part_of  # noqa: PLC0415  (most captures are files)

        part = part_of(path, bound)
        if part is not None:
            return part
        if is_url(path):
            from analyzer.capture.remote import fetched  # noqa: PLC0415

            return fetched(path)
        if os.path.islink(path):  # noqa: PTH114  (never raises)
            raise CaptureError(path, f"is a link to what does not exist, {os.readlink(path)}") from None  # noqa: PTH115
        raise CaptureError(path, "there is no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CaptureError(path, f"cannot be opened ({reason})") from error


def _size(path: str) -> int | None:
    if isinstance(path, Given):
        return path.size_bytes
    if path == "-":
        return None
    try:
        status = Path(path).stat()
    except OSError:  # gone since it was opened
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
