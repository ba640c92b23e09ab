"""Captures in zip and tar archives: `evidence.zip/monday/gw.pcap` names one, and is read without unpacking the archive.

Of a compressed tar archive the captures are unpacked, once: into memory, or a temporary file if they are many.
"""

import io
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from analyzer.capture import tarball, zipped
from analyzer.capture.compressions import EXPANSION, FREE_EXPANSION, Bound, Readable, head_of
from analyzer.capture.kinds import HEAD, Kind, is_named_like_capture, kind_by, kind_of
from analyzer.capture.part import Part
from analyzer.capture.spool import Spool
from analyzer.capture.tar_parts import SpooledPart, Stored, StoredPart, Unpacked
from analyzer.errors import CaptureError
from analyzer.vocabulary import few

MOST_FILES: Final = 100_000
"""Files of an archive that are looked at."""
MOST_NAMED: Final = 100
"""Files of an archive that are named because they were not read; more are counted."""
_LONGEST_NAME: Final = 500
_CHUNK: Final = 1 << 16
_AHEAD: Final = 1 << 20  # bytes of a file in a tar archive, for the first ones of its content
_MOST_LINKS: Final = 40  # one behind the other, as Linux follows them
_REMEMBERED: Final = 2  # archives
_known: dict[str, tuple[tuple[int, int, int, int], Bound | None, "Archive"]] = {}
_UNPACK: Final = "Unpack it, and name the folder"
_SHORT: Final = {"": "tar", "gzip": "tar.gz", "zstd": "tar.zst", "xz": "tar.xz", "bzip2": "tar.bz2"}


class Archive:
    """The captures in an archive by their names, in its order, each with what opens it or why it cannot be read.

    unread: an error for what may be a capture and is none of them, and for what was not looked at.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.captures: dict[str, Callable[[], Part] | str] = {}
        self.unread: list[CaptureError] = []
        self._copies: dict[str, int] = {}
        self._files = self._more = 0
        self._closed: dict[str, int] = {}  # reasons why files were not looked into

    @property
    def is_full(self) -> bool:
        """Whether no more of its files is looked at. Asked once for each."""
        self._files += 1
        if self._files > MOST_FILES:
            self.refuse("", f"has more than {MOST_FILES:,} files: what follows was not looked at")
            return True
        return False

    def add(self, name: str, opened: Callable[[], Part] | str) -> None:
        """Take in a capture; of several with one name the second is called NAME~2."""
        name = unique = cleaned(name)
        copy = self._copies.get(name, 1)
        while unique in self.captures:
            copy += 1
            unique = f"{name}~{copy}"
        self._copies[name] = copy
        self.captures[unique] = opened

    def refuse(self, name: str, reason: str, advice: str = _UNPACK) -> None:
        """Take in a file that is not read, or "", for the archive."""
        if len(self.unread) < MOST_NAMED:
            self.unread.append(CaptureError(f"{self.path}/{cleaned(name)}" if name else self.path, reason, advice))
        else:
            self._more += 1

    def judge(self, name: str, opened: Callable[[], Readable]) -> bool:
        """Whether a file is read as a capture, by its first bytes. opened: opens it."""
        kind = kind_by(lambda most: head_of(opened(), most), name)
        if kind in (Kind.ZIP, Kind.TAR):
            self.refuse(name, "is an archive in an archive, and was not opened")
        return kind is Kind.CAPTURE

    def close(self, name: str, reason: str) -> None:
        """Take in a file that cannot be looked into: a capture that cannot be read, if its name says so."""
        if is_named_like_capture(name):
            self.add(name, reason)
        else:
            self._closed[reason] = self._closed.get(reason, 0) + 1

    def finish(self) -> None:
        """All of it was looked at."""
        for reason, count in self._closed.items():
            one = "1 file in it" if count == 1 else f"{count:,} files in it"
            self.refuse("", f"{one} could not be looked into: each {reason}")
        if self._more:
            self.unread.append(CaptureError(self.path, f"{self._more:,} more files in it were not read", _UNPACK))


def cleaned(name: str) -> str:
    """A file's name in an archive as it is used here: without what leads out of the archive, and of bounded length."""
    text = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    parts = [part for part in text.split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[-_LONGEST_NAME:].lstrip("/") or "unnamed"


def archive_file(path: str) -> str | None:
    """The file that would be the archive, if `path` named a capture in one: the nearest part of it that is a file."""
    parent = os.path.dirname(path)  # noqa: PTH120  (which keeps "..")
    while parent:
        try:
            mode = os.stat(parent).st_mode  # noqa: PTH116
        except (OSError, ValueError):
            parent, before = os.path.dirname(parent), parent  # noqa: PTH120
            if parent == before:
                return None
            continue
        return parent if stat.S_ISREG(mode) else None
    return None


def opened(path: str, bound: Bound | None = None) -> Archive | None:
    """What is in an archive; None for any other file. OSError: it cannot be opened.

    bound: how large it may become; None: as large as another caller said. The last archives are remembered as they
    were looked through, as long as their files do not change.
    """
    status = os.stat(path)  # noqa: PTH116
    stamp = status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    if path in _known:
        before, of, archive = _known[path]
        if before == stamp and bound in (None, of):
            return archive
    looked = _looked_into(path, bound or Bound(FREE_EXPANSION, EXPANSION))
    if looked is not None:
        _known.pop(path, None)
        while len(_known) >= _REMEMBERED:
            del _known[next(iter(_known))]
        _known[path] = stamp, bound, looked
    return looked


def part_of(path: str, bound: Bound | None = None) -> Part | None:
    """The capture in an archive that this path names, to be read; None: there is no archive of this name.

    CaptureError: it is not in there, or cannot be read.
    """
    file = archive_file(path)
    if file is None:
        return None
    try:
        archive = opened(file, bound)
    except OSError as error:
        raise CaptureError(path, f"cannot be opened ({error.strerror})") from error
    if archive is None:
        return None
    found = archive.captures.get(cleaned(path[len(file) + 1 :].replace(os.sep, "/")))
    if found is None:
        raise CaptureError(path, "there is no capture of this name in the archive", _list_of(archive))
    if isinstance(found, str):
        raise CaptureError(path, found, _UNPACK)
    return found()


def size_of(path: str) -> int | None:
    """Bytes of the capture in an archive that this path names, unpacked; None if there is none that can be read."""
    try:
        part = part_of(path)
    except CaptureError:
        return None
    if part is None:
        return None
    with part:
        return part.size_bytes


def _list_of(archive: Archive) -> str:
    names = list(archive.captures)
    return f"Captures in it: {few(names, 5)}" if names else "No capture was found in it"


def _looked_into(path: str, bound: Bound) -> Archive | None:
    with Path(path).open("rb", buffering=0) as file:
        head, compression, _ = head_of(file, HEAD)
        kind = kind_of(head, path)
        file.seek(0)
        archive = Archive(path)
        if kind is Kind.ZIP and not compression:
            _look_into_zip(archive, file, bound)
        elif kind is Kind.TAR:
            _look_into_tar(archive, file, compression, bound)
        else:
            return None
    archive.finish()
    return archive


def _look_into_zip(archive: Archive, file: io.FileIO, bound: Bound) -> None:
    size, total, links = os.fstat(file.fileno()).st_size, 0, {}
    try:
        for entry in zipped.directory(file):
            if archive.is_full:
                return
            if entry.refused:
                archive.close(entry.name, entry.refused)
                continue
            if entry.is_link:
                links[entry.name] = zipped.target_of(file, entry)
                continue
            if not archive.judge(entry.name, partial(zipped.ZipPart, file, entry, owned=False)):
                continue
            total += entry.size
            fits = total <= bound.of(size)
            archive.add(entry.name, partial(_zip_part, archive.path, entry) if fits else _TOO_LARGE)
    except zipped.DirectoryError as error:
        archive.refuse("", str(error))
    _name_links(archive, links)


_TOO_LARGE: Final = "is not read: with it the archive becomes too large for its size. --max-expansion N reads on"


def _zip_part(path: str, entry: zipped.Zipped) -> Part:
    return zipped.ZipPart(Path(path).open("rb", buffering=0), entry, owned=True)


def _look_into_tar(archive: Archive, file: io.FileIO, compression: str, bound: Bound) -> None:
    stream = Unpacked(file, compression, bound) if compression else Stored(file)
    spool, links = Spool(), {}
    try:
        for header in tarball.headers(stream):
            if archive.is_full:
                break
            behind = stream.position + tarball.padded(header.size)
            if header.link:
                links[header.name] = header.link
            else:
                _take(archive, header, stream, spool)
            stream.skip(behind - stream.position)
    except tarball.CutError as error:
        stream.trouble = stream.trouble or str(error)
    except OSError as error:
        archive.refuse("", f"cannot be unpacked ({error.strerror or error})", "TMPDIR says where to")
    spool.share = stream.share
    spool.name = " in ".join(_SHORT.get(name, name) for name in compression.split(" in "))
    if stream.trouble:
        archive.refuse("", f"is not looked through to its end: {stream.trouble}", "")
    _name_links(archive, links)


def _name_links(archive: Archive, links: dict[str, str]) -> None:
    """Name those links that are called like a capture and do not lead to one that is read under its own name."""
    following = {cleaned(name): cleaned(target) for name, target in links.items()}
    for name, target in links.items():
        end = cleaned(target)
        for _ in range(_MOST_LINKS):  # a link may lead to a link, or round in a circle
            if end in archive.captures or end not in following:
                break
            end = following[end]
        if is_named_like_capture(name) and end not in archive.captures:
            archive.refuse(name, f"is a link to {target}, which is no capture of the archive", "")


def _take(archive: Archive, header: tarball.Header, stream: Stored | Unpacked, spool: Spool) -> None:
    """Judge one file of a tar archive; of a compressed one its bytes are kept, if it is read."""
    if header.refused:
        if header.holds:
            archive.close(header.name, header.refused)
        elif is_named_like_capture(header.name):
            archive.refuse(header.name, header.refused, "")
    if header.refused or not header.holds:
        return
    begin, left = stream.position, header.size
    ahead = stream.read(min(left, _AHEAD))
    if not archive.judge(header.name, partial(io.BytesIO, ahead)):
        return
    if isinstance(stream, Stored):
        archive.add(header.name, partial(_stored_part, archive.path, begin, header.size))
        return
    start = spool.size
    while ahead:
        spool.write(ahead)
        left -= len(ahead)
        ahead = stream.read(min(left, _CHUNK))
    trouble = f"the archive ends early ({stream.trouble})" if left else ""
    archive.add(header.name, partial(SpooledPart, spool, start, header.size - left, trouble))


def _stored_part(path: str, start: int, size: int) -> Part:
    return StoredPart(Path(path).open("rb", buffering=0), start, size)
