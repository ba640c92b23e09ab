"""What a tar archive holds (POSIX.1 ustar and pax, GNU): its headers, read one by one, and where files stand in it."""

import posixpath
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

BLOCK: Final = 512
_MOST_EXTRA: Final = 1 << 18  # bytes of a long name or of pax records; of more nothing is read
_MOST_ZEROS: Final = 2048  # blocks: archives end with some, and others may follow that were put behind
_REGULAR: Final = frozenset((b"0", b"\0", b"7"))
_LONG_NAME, _LONG_LINK, _GLOBAL, _SPARSE, _FOLDER = b"L", b"K", b"g", b"S", b"5"
_SPARSE_GOES_ON, _SPARSE_GOES_ON_AGAIN = 482, 504  # places in a header
_EXTENDED: Final = frozenset((b"x", b"X"))
_SYMBOLIC: Final = b"2"
_LINKS: Final = frozenset((b"1", _SYMBOLIC))
_DEVICES: Final = frozenset((b"3", b"4", b"6"))


class Bytes(Protocol):
    """What an archive is read from, forwards only."""

    def read(self, size: int) -> bytes:
        """Fewer than asked for only at the end."""

    def skip(self, size: int) -> None:
        """Pass over these; behind the end that is where the end is."""


class Header(NamedTuple):
    """A file, or what stands for one. size: bytes behind the header. holds: whether it is a file with content.

    refused: why it cannot be read, or "". link: what it is a link to, by its name in the archive, or "".
    """

    name: str
    size: int
    refused: str
    link: str
    holds: bool


class CutError(Exception):
    """The archive ends early or is damaged; says where."""


def headers(archive: Bytes) -> Iterator[Header]:
    """All headers; the archive stands behind one when it is given, and whoever has it skips what it describes.

    CutError: what follows cannot be read.
    """
    import tarfile  # noqa: PLC0415  (only for such files)

    extra: dict[str, str] = {}
    zeros = count = 0
    while zeros < _MOST_ZEROS:
        block = archive.read(BLOCK)
        if not block:
            if not zeros:
                raise CutError("it has no end, so that it may be cut short")
            return
        if block.count(0) == len(block):
            zeros += 1
            continue
        zeros, count = 0, count + 1
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
        except tarfile.HeaderError as error:
            raise CutError(f"it is damaged or cut short at header {count:,}") from error
        if info.size < 0:
            raise CutError(f"header {count:,} has a size below 0")
        if info.type in _EXTENDED or info.type in (_LONG_NAME, _LONG_LINK, _GLOBAL):
            content = _content(archive, info.size, count)
            if info.type in _EXTENDED:
                extra |= _records(content)
            elif info.type != _GLOBAL:
                text = content.partition(b"\0")[0].decode("utf-8", "replace")
                if text:
                    extra["path" if info.type == _LONG_NAME else "linkpath"] = text
            continue
        goes_on = info.type == _SPARSE and block[_SPARSE_GOES_ON]
        while goes_on:  # headers that say where more holes are
            block = archive.read(BLOCK)
            goes_on = len(block) == BLOCK and block[_SPARSE_GOES_ON_AGAIN]
        yield _header(info.type, info.name, info.size, info.linkname, extra)
        extra = {}


def padded(size: int) -> int:
    """Bytes that so many take in an archive."""
    return -(-size // BLOCK) * BLOCK


def _header(kind: bytes, name: str, size: int, link: str, extra: dict[str, str]) -> Header:
    stated = extra.get("size", "")
    if stated.isascii() and stated.isdecimal() and len(stated) < 19:
        size = int(stated)
    name, link = extra.get("path", name), extra.get("linkpath", link)
    if kind in _LINKS:  # a hard link's size, where it has one, is that of what it is a link to
        folder = posixpath.dirname(name) if kind == _SYMBOLIC else ""
        return Header(name, 0, "", posixpath.normpath(posixpath.join(folder, link)), holds=False)
    if kind in _DEVICES:
        return Header(name, 0, "is a device or a FIFO", "", holds=False)
    if kind == _SPARSE or any(key.startswith("GNU.sparse.") for key in extra):
        name = extra.get("GNU.sparse.name", name)
        return Header(name, size, "is stored with holes (sparse), which is not read", "", holds=True)
    return Header(name, 0 if kind == _FOLDER else size, "", "", holds=kind in _REGULAR and not name.endswith("/"))


def _content(archive: Bytes, size: int, count: int) -> bytes:
    """What belongs to the next header: of too much, nothing."""
    if size > _MOST_EXTRA:
        archive.skip(padded(size))
        return b""
    content = archive.read(padded(size))
    if len(content) < size:
        raise CutError(f"it ends inside header {count:,}")
    return content[:size]


def _records(content: bytes) -> dict[str, str]:
    """Pax records: length, key, value; those in front of a damaged one."""
    found: dict[str, str] = {}
    at = 0
    while at < len(content):
        length, blank, _ = content[at : at + 20].partition(b" ")
        if not blank or not length.isdigit() or not len(length) + 3 <= int(length) <= len(content) - at:
            break
        key, equals, value = content[at + len(length) + 1 : at + int(length) - 1].partition(b"=")
        if equals:
            found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        at += int(length)
    return found
