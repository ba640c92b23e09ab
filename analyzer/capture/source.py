"""The input's bytes: file or standard input, hashed while they are read, decompressed where they are compressed."""

import hashlib
import io
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol, cast

from analyzer.capture.given import Given
from analyzer.errors import CaptureError

_CHUNK = 1 << 16
_STEP = 1 << 20
_MEMORY_LIMIT = 256 << 20  # of the decompressors: a hostile header may ask for gigabytes
FREE_EXPANSION = 32 << 20  # bytes that any input may become, however small it is
EXPANSION = 500
"""How many times its size an input may become. Captures of real traffic become up to 60 times, one packet over and over
300 times their size; zeros 1,000 times with gzip and 30,000 times with zstd."""

_DAMAGED = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)

# Compressions by their first bytes.
COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ\0": "xz"}


class _Readable(Protocol):
    def readinto(self, view: memoryview, /) -> int | None: ...


class _HashedFile(io.RawIOBase):
    """An open file that counts, and hashes if asked to, what is read from it. owned: whether to close it."""

    def __init__(self, file: IO[bytes], *, hashed: bool = True, owned: bool = True) -> None:
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


class _Members:
    """Decompressed bytes of gzip or xz data, one member or stream behind the other."""

    def __init__(self, file: IO[bytes], make: Callable[[], "_Decompressor"]) -> None:
        self._file = file
        self._make = make
        self._member = make()
        self._begun = False

    def readinto(self, view: memoryview) -> int:
        filled = 0
        while filled < len(view):
            try:
                piece = self._next(len(view) - filled)
            except _DAMAGED:
                if filled:
                    return filled  # what came before the damage counts; the next call will fail again
                raise
            if not piece:
                break
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
        return filled

    def _next(self, limit: int) -> bytes:
        while True:
            if self._member.eof:
                rest = self._member.unused_data.lstrip(b"\0") or self._file.read(_CHUNK).lstrip(b"\0")
                if not rest:
                    return b""
                self._member = self._make()
                piece = self._member.decompress(rest, limit)
            elif self._member.hungry:
                rest = self._file.read(_CHUNK)
                if not rest:
                    raise EOFError("the compressed data end early")
                piece = self._member.decompress(rest, limit)
            else:
                piece = self._member.decompress(b"", limit)
            if piece:
                return piece


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def hungry(self) -> bool: ...
    def decompress(self, data: bytes, limit: int) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, limit: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, limit)


class _Xz:
    def __init__(self) -> None:
        self._inner = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY_LIMIT)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        return self._inner.needs_input

    def decompress(self, data: bytes, limit: int) -> bytes:
        return self._inner.decompress(data, limit)


def _zstd(file: IO[bytes]) -> _Readable:
    import zstandard  # noqa: PLC0415 (only for such files)

    decompressor = zstandard.ZstdDecompressor(max_window_size=_MEMORY_LIMIT)
    return cast("_Readable", decompressor.stream_reader(file, read_size=_CHUNK, read_across_frames=True))


class Source:
    """What `path` holds, decompressed; "-" is standard input, and a Given has its bytes with it.

    compression: gzip, zstd, xz or "". size_bytes: of the input as it is stored, as far as it was read; total_bytes:
    all of it, None for a pipe. trouble: why the bytes ended early, if they did. hashed: whether `finish` shall give a
    SHA-256. expansion: how many times its size compressed input may become beyond FREE_EXPANSION; `stopped` says that
    there would have been more.
    """

    def __init__(self, path: str, *, hashed: bool = True, expansion: int | None = None) -> None:
        self.path = path
        self.trouble = ""
        self.stopped = False
        self.expansion = EXPANSION if expansion is None else expansion
        self.expanded_bytes = 0
        self._raw = _HashedFile(_open(path), hashed=hashed, owned=path != "-" and not isinstance(path, Given))
        self._file: io.BufferedReader = io.BufferedReader(self._raw, _CHUNK)
        self.total_bytes = _size(path)
        try:
            head = self._file.peek(8)[:8]
        except OSError as error:
            raise CaptureError(path, f"cannot be read ({error.strerror or error})") from error
        self.compression = next((name for magic, name in COMPRESSIONS.items() if head.startswith(magic)), "")
        readers: dict[str, Callable[[], _Readable]] = {
            "gzip": lambda: _Members(self._file, _Gzip),
            "xz": lambda: _Members(self._file, _Xz),
            "zstd": lambda: _zstd(self._file),
        }
        self._reader: _Readable = readers[self.compression]() if self.compression else self._file

    @property
    def size_bytes(self) -> int:
        """Bytes of the input read so far, as they are stored."""
        return self._raw.count

    @property
    def most_bytes(self) -> int:
        """How many bytes there are at most, as far as the input says: a small file needs no large buffer."""
        return sys.maxsize if self.compression or self.total_bytes is None else self.total_bytes

    def readinto(self, view: memoryview) -> int:
        """Fill the view; fewer bytes only at the end, or where compressed input has become as large as it may."""
        if not self.compression:
            return self._fill(view, len(view))
        filled = 0
        while filled < len(view) and not self.stopped:
            room = max(FREE_EXPANSION, self.expansion * self.size_bytes) - self.expanded_bytes
            if room <= 0:
                self.stopped = bool(self._fill(memoryview(bytearray(1)), 1))
                break
            # A decompressor may lose what it had when it fails: small steps lose little.
            wanted = view[filled : filled + min(room, _STEP)]
            count = self._fill(wanted, _STEP)
            filled += count
            self.expanded_bytes += count
            if count < len(wanted):
                break
        return filled

    def _fill(self, view: memoryview, step: int) -> int:
        filled = 0
        while filled < len(view) and not self.trouble:
            try:
                count = self._reader.readinto(view[filled : filled + step]) or 0
            except _DAMAGED as error:
                self.trouble = str(error)
                break
            except Exception as error:
                if type(error).__name__ != "ZstdError":
                    raise
                self.trouble = str(error)
                break
            if not count:
                break
            filled += count
        return filled

    def finish(self) -> str:
        """Read the input to its end and close it; its SHA-256 in hexadecimal digits, or "" if it was not hashed."""
        view = memoryview(bytearray(_CHUNK))
        try:
            while self._raw.readinto(view):
                pass
        except OSError as error:
            self.trouble = self.trouble or str(error)
        self.close()
        return self._raw.sha256.hexdigest() if self._raw.sha256 is not None else ""

    def close(self) -> None:
        """Close the file; standard input stays open."""
        self._file.close()


def _open(path: str) -> IO[bytes]:
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
    except FileNotFoundError:
        raise CaptureError(path, "there is no such file") from None
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
