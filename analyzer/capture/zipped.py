"""What a zip archive holds (APPNOTE.TXT of PKWARE): its directory, read by the standard library, and one file of it."""

import io
import lzma
import posixpath
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from struct import Struct
from struct import error as StructError  # noqa: N812
from typing import IO, Final, NamedTuple

from analyzer.capture.compressions import (
    MEMORY_LIMIT,
    Deflate,
    Members,
    Readable,
    Stream,
    bzip2,
    decompressed,
    is_damage,
)
from analyzer.capture.kinds import ZIP_MAGICS
from analyzer.capture.part import Part

MOST_DIRECTORY: Final = 8 << 20
"""Bytes of a directory: some 100,000 files."""
_LOCAL: Final = Struct("<4s22xHH")  # of the header before a file: magic, and bytes of name and extra field
_STORED, _DEFLATE, _BZIP2, _LZMA, _ZSTD = 0, 8, 12, 14, 93
_METHODS: Final = frozenset((_STORED, _DEFLATE, _BZIP2, _LZMA, _ZSTD))
_ENCRYPTED: Final = 1
_LZMA_HEADER: Final = Struct("<2xHBI")  # bytes of the properties, which are the rest
_LONGEST_PATH: Final = 4096
_LIES: Final = (NotImplementedError, LookupError, OverflowError, StructError)  # what lengths and versions lead to


class Zipped(NamedTuple):
    """A file by the archive's directory. refused: why it cannot be read, or "".

    is_link: its bytes are the path of another file.
    """

    name: str
    start: int
    packed: int
    size: int
    method: int
    crc: int
    refused: str
    is_link: bool


class DirectoryError(Exception):
    """The directory of an archive cannot be read; says why."""


class _Bounded(io.BufferedReader):
    """A file of which no huge piece is read at once, whatever the archive says of itself."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_DIRECTORY:
            raise DirectoryError(f"its directory has {size:,} bytes, more than the {MOST_DIRECTORY:,} that are read")
        return super().read(size)


def directory(file: io.FileIO) -> Iterator[Zipped]:
    """The files of an archive in the order in which they stand there. DirectoryError: it has no readable directory."""
    import zipfile  # noqa: PLC0415  (only for such files)

    bounded = _Bounded(file)
    try:
        infos = zipfile.ZipFile(bounded).infolist()
    except DirectoryError:
        raise
    except (zipfile.BadZipFile, *_LIES) as error:
        raise DirectoryError(f"its directory cannot be read ({error})") from error
    except Exception as error:
        if not is_damage(error):
            raise
        raise DirectoryError(f"its directory cannot be read ({error})") from error
    finally:
        bounded.detach()  # which would close the file with itself
    infos.sort(key=lambda info: info.header_offset)
    end = 0
    for info in infos:
        mode = info.external_attr >> 16  # a pipe's, where zip read standard input: it is a file all the same
        if not info.file_size and (info.filename.endswith("/") or stat.S_ISDIR(mode)):
            continue
        refused = ""
        if info.flag_bits & _ENCRYPTED:
            refused = "is encrypted"
        elif info.compress_type not in _METHODS:
            refused = f"is compressed by method {info.compress_type}, which is not read"
        elif info.header_offset < end:
            refused = "shares its bytes with another file of the archive"
        end = max(end, info.header_offset + info.compress_size)
        name = info.filename.replace("\\", "/")
        sizes = info.compress_size, info.file_size
        yield Zipped(
            name, info.header_offset, *sizes, info.compress_type, info.CRC, refused, is_link=stat.S_ISLNK(mode)
        )


class _Stretch(io.RawIOBase):
    """The stored bytes of a file, from where the archive's stands on."""

    def __init__(self, file: IO[bytes] | io.FileIO, size: int) -> None:
        self._file, self.left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        piece = self._file.read(min(len(view), self.left))
        self.left -= len(piece)
        view[: len(piece)] = piece
        return len(piece)


class ZipPart(Part):
    """A file of a zip archive. owned: whether to close the archive's file with it."""

    inside = "zip"

    def __init__(self, file: io.FileIO, entry: Zipped, *, owned: bool) -> None:
        self._file, self._owned, self._entry = file, owned, entry
        self.size_bytes = self._left = entry.size
        self.is_packed = entry.method != _STORED
        self._crc = 0
        header = b""
        with suppress(OSError, ValueError, OverflowError):
            file.seek(entry.start)
            header = file.read(_LOCAL.size)
        self._stretch = _Stretch(file, entry.packed)
        self._reader: Readable = self._stretch
        if len(header) < _LOCAL.size or header[:4] != ZIP_MAGICS[0]:
            self._end("there is no file where the archive's directory says")
            return
        _, *sizes = _LOCAL.unpack(header)
        file.seek(sum(sizes), io.SEEK_CUR)
        try:
            self._reader = _reader(entry.method, self._stretch)
        except (ValueError, lzma.LZMAError, EOFError) as error:
            self._end(str(error))

    @property
    def stored_bytes(self) -> int:
        """How many bytes of the archive were read for it."""
        return self._entry.packed - self._stretch.left

    def readinto(self, view: memoryview) -> int:  # type: ignore[override]
        """Fill the view as far as it goes; 0 at the end, and where the data are damaged."""
        if not self._left:
            return 0
        count = 0
        try:
            count = self._reader.readinto(memoryview(view)[: self._left]) or 0
        except Exception as error:
            if not is_damage(error):
                raise
            self._end(str(error))
            return 0
        if not count:
            self._end("its data end early")
            return 0
        self._crc = zlib.crc32(view[:count], self._crc)
        self._left -= count
        if not self._left and self._crc != self._entry.crc:
            self.trouble = "its checksum in the archive is another one"
        return count

    def _end(self, trouble: str) -> None:
        self._left, self.trouble = 0, trouble

    def close(self) -> None:
        """Close the archive's file with it, if that is its own."""
        if not self.closed and self._owned:
            self._file.close()
        super().close()


def target_of(file: io.FileIO, entry: Zipped) -> str:
    """What a link leads to, by its name in the archive."""
    path = ZipPart(file, entry, owned=False).read(_LONGEST_PATH)
    return posixpath.normpath(posixpath.join(posixpath.dirname(entry.name), path.decode("utf-8", "replace")))


def _reader(method: int, stretch: _Stretch) -> Readable:
    """ValueError, LZMAError, EOFError: the data do not begin as they should."""
    if method == _DEFLATE:
        return Members(stretch, lambda: Deflate(-15))
    if method == _BZIP2:
        return Members(stretch, bzip2)
    if method == _ZSTD:
        return decompressed("zstd", stretch)
    if method == _LZMA:
        inner = _lzma(stretch)
        return Members(stretch, lambda: inner)
    return stretch


def _lzma(stretch: _Stretch) -> Stream:
    """LZMA as zip has it: version, properties, and data without a header of their own."""
    header = stretch.read(_LZMA_HEADER.size) or b""
    if len(header) < _LZMA_HEADER.size:
        raise EOFError("its data end early")
    _, packed, dictionary = _LZMA_HEADER.unpack(header)
    if dictionary > MEMORY_LIMIT:
        raise ValueError(f"it needs {dictionary:,} bytes of memory")
    lc, rest = packed % 9, packed // 9
    filters = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": rest % 5, "pb": rest // 5}
    return Stream(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters]))
