"""A capture that is no file by its name: bytes, a file that the caller has opened, or a URL."""

import io
import os
import re
from contextlib import suppress
from typing import IO, Any, Final, Self

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,19}://")


def is_url(path: str) -> bool:
    """Whether this is the text of a URL, which `remote.py` reads. A file may be called so all the same."""
    return _URL.match(path) is not None


class Given(str):
    """A capture's name, with what it is read from, as often as it is read.

    The name says what it is, in angle brackets: a path that is added later will be another one. file: the path of what
    is read, where it is a file that stands there.
    """

    __slots__ = ("_file", "_start", "file")
    file: str | None
    _file: IO[bytes]
    _start: int

    def __new__(cls, capture: bytes | bytearray | memoryview | IO[bytes], taken: tuple[str, ...] = ()) -> Self:
        """capture: bytes, or an object that reads them, from where it stands on; what cannot seek is read at once.

        taken: names that others have. TypeError: it reads text.
        """
        if isinstance(capture, bytes | bytearray | memoryview):
            file: Any = io.BytesIO(capture)
            name = "bytes"
        else:
            file, named = _seekable(capture), getattr(capture, "name", None)
            name = os.path.basename(named).strip("<>") if isinstance(named, str) else "file object"  # noqa: PTH119
        names = (f"<{name}>", *(f"<{name} {count}>" for count in range(2, len(taken) + 3)))
        made = super().__new__(cls, next(one for one in names if one not in taken))
        made._file, made._start, made.file = file, file.tell(), _path(capture)
        return made

    def open(self) -> IO[bytes]:
        """The bytes, from their beginning on; whoever reads them must not close what this gives."""
        self._file.seek(self._start)
        return self._file

    @property
    def size_bytes(self) -> int:
        """How many bytes there are, from the beginning on; where the file stands is not changed."""
        place = self._file.tell()
        size = self._file.seek(0, io.SEEK_END) - self._start
        self._file.seek(place)
        return size


def _path(capture: Any) -> str | None:
    """The path of an open file. What is in an archive has a name as well, and is none."""
    name = getattr(capture, "name", None)
    with suppress(OSError, ValueError, AttributeError):
        if isinstance(name, str) and os.path.samestat(os.fstat(capture.fileno()), os.stat(name)):  # noqa: PTH116
            return name
    return None


def _seekable(file: Any) -> Any:
    if isinstance(file, io.TextIOBase):
        raise TypeError(f"{file!r} reads text: open the capture in binary mode, open(path, 'rb')")
    if hasattr(file, "readinto") and getattr(file, "seekable", bool)():
        return file
    return io.BytesIO(file.read())
