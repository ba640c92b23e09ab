"""Files and streams that are written: what fails says which one it was, and no half file stands under its name.

A file is written beside its place, under the name that `beside` gives, and takes its own name when it is whole. So what
stood there before stays until then, a link there is replaced and not followed, and of a run that fails or is
interrupted nothing remains.
"""

import errno
import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from analyzer.errors import OutputError

Opener = Callable[[str], AbstractContextManager[TextIO]]

_PIECE: Final = 1 << 17  # bytes that are compressed at a time
_BUFFER: Final = 1 << 16  # bytes that are written at a time: most files are smaller
_DESCRIPTOR: Final = re.compile(r"/dev/(stdin|stdout|stderr|fd/\d+)|/proc/[^/]+/fd/\d+")


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[None]:
    """Write to `path` in here ("-": standard output). OutputError: it cannot be written.

    A closed pipe stays what it is: its reader has seen enough.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(os.fspath(error.filename or path), error.strerror or str(error)) from error


@contextmanager
def new_file(path: str | Path, *, private: bool = False, alone: bool = False) -> Iterator[BinaryIO]:
    """A file that takes its place at `path` when this ends without an exception. OutputError: it cannot be written.

    private: only its owner may read it. A file that was there is replaced if it may be written, and hands on its mode.
    alone: nobody else writes it, so what was begun of it is of a process that was ended, and goes.
    """
    name = os.fspath(path)  # a report has twenty files: text is quicker to take apart than a Path
    try:
        begun, file = _open_beside(name, _mode(name) & (0o600 if private else 0o666), alone=alone)
        try:
            with file:
                yield file
            os.replace(begun, name)  # noqa: PTH105
        except BaseException:
            with suppress(OSError):
                os.unlink(begun)  # noqa: PTH108
            raise
    except OSError as error:  # what fails is always `path`: nobody knows the name beside it
        raise OutputError(name, error.strerror or str(error)) from error


@contextmanager
def new_text(path: Path, *, private: bool = False) -> Iterator[TextIO]:
    """The same for UTF-8 text, lines ending as they are written."""
    with new_file(path, private=private) as file, as_text(file) as text:
        yield text


def files_below(folder: Path, *, private: bool = False) -> Opener:
    """A function that opens a new text file by its path below `folder`, and makes the folders it stands in."""

    def opened(name: str) -> AbstractContextManager[TextIO]:
        path = folder / name
        make_folder(path.parent, private=private)
        return new_text(path, private=private)

    return opened


def make_folder(path: Path, *, private: bool = False) -> None:
    """Make a folder and those above it, if they are not there. OutputError: it cannot be made.

    private: nobody but its owner may look into those that are new.
    """
    with writing(path):
        try:
            path.mkdir(0o700 if private else 0o777, exist_ok=True)
        except FileNotFoundError:
            if path.parent == path:
                raise
            make_folder(path.parent, private=private)
            path.mkdir(0o700 if private else 0o777, exist_ok=True)


def own_folder(path: str, *, private: bool = False) -> None:
    """Make a folder, if it is not there, in one that is. OutputError: it cannot be made, or a link stands there."""
    with writing(path):
        try:
            os.mkdir(path, 0o700 if private else 0o777)  # noqa: PTH102
        except FileExistsError:
            there = os.lstat(path).st_mode
            if stat.S_ISLNK(there):
                raise OutputError(path, "it is a link to another place") from None
            if not stat.S_ISDIR(there):
                raise


def as_text(file: BinaryIO) -> io.TextIOWrapper:
    """An open file, or bytes of a stream, as UTF-8 text without translation of line ends."""
    return io.TextIOWrapper(file, encoding="utf-8", newline="")


@contextmanager
def as_gzip(file: BinaryIO) -> Iterator[TextIO]:
    """The same, compressed: equal text gives equal bytes, with no name or time in them. The file stays open."""
    import gzip  # noqa: PLC0415  (for tables of very many rows)

    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        io.TextIOWrapper(io.BufferedWriter(packed, _PIECE), "utf-8", newline="") as text,
    ):
        yield text


@contextmanager
def named_output(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """What a user named: a file as by `new_file`; a device, a FIFO or `/dev/stdout` takes the bytes as they come."""
    if not _DESCRIPTOR.fullmatch(str(path)) and not _is_stream(path):
        with new_file(path, private=private) as file:
            yield file
        return
    with writing(path), path.open("wb") as file:
        yield file


def beside(path: str, number: int = 0) -> str:
    """Where a file is written until it is whole; `number` counts on while such files are there."""
    folder, last = os.path.split(path)
    return os.path.join(folder, f".{last[:40]}{number or ''}.part")  # noqa: PTH118


def clash(outputs: Iterable[str | Path], inputs: Iterable[str]) -> tuple[str, str] | None:
    """The first output that is one of the inputs, and that input: the same file by whatever name or link.

    An input "-" is the file that standard input is read from, if it is one.
    """
    taken = {identity(name): name for name in inputs}
    taken.pop(None, None)
    absent = any(isinstance(known, str) for known in taken)
    for path in outputs:
        if absent or os.path.exists(path):  # noqa: PTH110  (there may be hundreds of thousands, most of them new)
            known = identity(path)
            if known in taken:
                return str(path), taken[known]
    return None


def identity(path: str | Path) -> tuple[int, int] | str | None:
    """What identifies a file: device and inode; where no file is, the path without links. None for a device.

    Of a capture in an archive, what identifies the archive.
    """
    try:
        status = os.fstat(0) if path == "-" else os.stat(path)  # noqa: PTH116  (no file is a path too)
    except OSError:
        from analyzer.capture.archives import archive_file  # noqa: PLC0415  (most captures are files)

        archive = archive_file(os.fspath(path))
        if archive is not None:
            return identity(archive)
        return os.path.realpath(path)
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def _mode(path: str) -> int:
    """The permissions of a new file at `path`: those of the file it replaces, else what the umask leaves of all.

    OSError: what is there is not to be replaced. A rename would not care.
    """
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return 0o666
    if stat.S_ISLNK(mode):
        return 0o666
    reason = errno.EISDIR if stat.S_ISDIR(mode) else 0 if stat.S_ISREG(mode) else errno.EEXIST
    if not reason and not os.access(path, os.W_OK):
        reason = errno.EACCES
    if reason:
        raise OSError(reason, os.strerror(reason))
    return stat.S_IMODE(mode)


def _open_beside(path: str, mode: int, *, alone: bool) -> tuple[str, BinaryIO]:
    """A new file beside this one, and its name. alone: as for `new_file`."""
    for number in count():
        name = beside(path, number)
        try:
            return name, _new(name, mode)
        except FileExistsError:
            if alone and not number:
                with suppress(OSError):
                    os.unlink(name)  # noqa: PTH108
                    return name, _new(name, mode)
    raise AssertionError("count ends")  # pragma: no cover


def _new(name: str, mode: int) -> BinaryIO:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(name, flags, mode), "w+b", _BUFFER)
