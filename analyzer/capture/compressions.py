"""Compressed bytes become bytes: gzip, zstd, xz and bzip2, known by how they begin."""

import io
import zlib
from collections.abc import Callable
from typing import IO, Any, Final, NamedTuple, Protocol, cast

from analyzer.capture.zstd import MAGIC, Zstd

MEMORY_LIMIT: Final = 256 << 20  # of the decompressors: a hostile header may ask for gigabytes
FREE_EXPANSION: Final = 32 << 20
"""Bytes that any input may become, however small it is."""
EXPANSION: Final = 500
"""How many times its size an input may become. Captures of real traffic become up to 60 times, one packet over and over
300 times their size; zeros 1,000 times with gzip and 30,000 times with zstd."""
DAMAGED: Final = (EOFError, OSError, ValueError, zlib.error)
_DAMAGED_TOO: Final = ("LZMAError", "ZstdError")
"""What damaged data raise; of modules that are not loaded for it, by name."""
MOST_LEVELS: Final = 2
"""Compressions one in the other that are undone: somebody's script compresses what was compressed."""
_MOST_SEARCHED: Final = 8 << 20  # bytes of a file, for the first ones of its content
_CHUNK: Final = 1 << 16

# By their first bytes.
COMPRESSIONS: Final = {b"\x1f\x8b": "gzip", MAGIC: "zstd", b"\xfd7zXZ\0": "xz", b"BZh": "bzip2"}


class Bound(NamedTuple):
    """How much compressed bytes may become: `free` in any case, or `times` as many as are stored."""

    free: int
    times: int

    def of(self, stored: int) -> int:
        """Bytes that so many stored ones may become."""
        return max(self.free, self.times * stored)


class Readable(Protocol):
    """What fills a view, and gives how many bytes of it."""

    def readinto(self, view: memoryview, /) -> int | None:
        """Fewer than there is room for need not be the last."""


class Decompressor(Protocol):
    """What takes compressed bytes and gives others, as many as are wanted."""

    @property
    def eof(self) -> bool:
        """Whether the compressed data are complete."""

    @property
    def unused_data(self) -> bytes:
        """What was behind them."""

    @property
    def hungry(self) -> bool:
        """Whether there is nothing to give without more of them."""

    def decompress(self, data: bytes, limit: int) -> bytes:
        """At most `limit` bytes."""


def compression_of(head: bytes) -> str:
    """The name of the compression whose data begin like this, or ""."""
    return next((name for magic, name in COMPRESSIONS.items() if head.startswith(magic)), "")


def decompressed(compression: str, file: IO[bytes] | io.RawIOBase) -> Readable:
    """What reads the content of a compressed file."""
    make: dict[str, Callable[[], Decompressor]] = {
        "gzip": lambda: Deflate(31),
        "zstd": lambda: Zstd(MEMORY_LIMIT),
        "xz": _xz,
        "bzip2": bzip2,
    }
    return Members(file, make[compression])


class Members:
    """Decompressed bytes of members or streams, one behind the other."""

    def __init__(self, file: IO[bytes] | io.RawIOBase, make: Callable[[], Decompressor]) -> None:
        self._file = cast("IO[bytes]", file)
        self._make = make
        self._member = make()

    def readinto(self, view: memoryview, /) -> int:
        """Fill the view; fewer bytes only at the end. DAMAGED: the data are."""
        filled = 0
        while filled < len(view):
            try:
                piece = self._next(len(view) - filled)
            except Exception as error:
                if filled and is_damage(error):
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


class Deflate:
    """Deflate (RFC 1951): as zlib numbers it, 31 in gzip, -15 alone."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits=wbits)

    @property
    def eof(self) -> bool:
        """Whether the data are complete."""
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        """What was behind them."""
        return self._inner.unused_data

    @property
    def hungry(self) -> bool:
        """Whether there is nothing to give without more of them."""
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, limit: int) -> bytes:
        """At most `limit` bytes."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, limit)


class Stream:
    """A stream of one of the two modules that work alike, lzma and bz2."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        """Whether the data are complete."""
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        """What was behind them."""
        return bytes(self._inner.unused_data)

    @property
    def hungry(self) -> bool:
        """Whether there is nothing to give without more of them."""
        return bool(self._inner.needs_input)

    def decompress(self, data: bytes, limit: int) -> bytes:
        """At most `limit` bytes."""
        return cast("bytes", self._inner.decompress(data, limit))


class Head(NamedTuple):
    """The first bytes of a file's content, and how it is compressed. is_lost: damage comes before the first of them."""

    data: bytes
    compression: str
    is_lost: bool


def head_of(file: Readable, most: int) -> Head:
    """Up to `most` bytes with which the content of a file begins; of damaged data those before the damage."""
    names: list[str] = []
    while True:
        head, is_damaged = _first(file, most)
        name = compression_of(head)
        if not name or len(names) == MOST_LEVELS:
            return Head(head, " in ".join(names), is_damaged and not head)
        names.insert(0, name)
        file = decompressed(name, io.BufferedReader(_Begun(head, file), _CHUNK))


def is_damage(error: Exception) -> bool:
    """Whether an exception says that data are damaged, and not that the program is."""
    return isinstance(error, DAMAGED) or type(error).__name__ in _DAMAGED_TOO


def _first(file: Readable, most: int) -> tuple[bytes, bool]:
    """The first bytes, and whether they end with damage."""
    view = memoryview(bytearray(most))
    filled, is_damaged = 0, False
    try:
        while filled < most and (count := file.readinto(view[filled:])):
            filled += count
    except Exception as error:
        if not is_damage(error):
            raise
        is_damaged = True
    return bytes(view[:filled]), is_damaged


class _Begun(io.RawIOBase):
    """A file of which the first bytes were read, up to a bound: what never begins ends there."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head, self._rest, self._left = head, rest, _MOST_SEARCHED

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        if self._head:
            count = min(len(view), len(self._head))
            view[:count], self._head = self._head[:count], self._head[count:]
            return count
        if not self._left:
            raise EOFError("they become nothing for too long")
        count = self._rest.readinto(memoryview(view)[: self._left]) or 0
        self._left -= count
        return count


def _xz() -> Stream:
    import lzma  # noqa: PLC0415  (only for such files)

    return Stream(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_LIMIT))


def bzip2() -> Stream:
    """One stream of bzip2."""
    import bz2  # noqa: PLC0415  (only for such files)

    return Stream(bz2.BZ2Decompressor())
