"""Captures in a folder, in an archive, or where a pattern says: known by their content, whatever they are called."""

import glob
import os
import stat
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Final

from analyzer.capture import compressions
from analyzer.capture.compressions import Bound, Head, head_of
from analyzer.capture.given import is_url
from analyzer.capture.kinds import WHAT_IS_READ, Kind, is_named_like_capture, kind_by
from analyzer.errors import CaptureError

Report = Callable[[CaptureError], None]

_WILD: Final = frozenset("*?[")
_ARCHIVES: Final = (Kind.ZIP, Kind.TAR)
_NAME_IT: Final = "Name it to have it read"


def captures_at(path: str | os.PathLike[str], report: Report, max_expansion: int | None = None) -> list[str] | None:
    """The captures in a folder, in an archive or that a pattern names; None for anything else, such as a file.

    They come in the order of their names, those of an archive in its own. A folder or archive that a pattern names is
    looked into, as where a shell had put its name there; of `**` its files match. A file that has several names in
    there comes once.

    CaptureError: there is none. report: takes those in it that cannot be looked into. max_expansion: as of an Analysis.
    """
    name, looker = os.fspath(path), Looker(report, max_expansion)
    if os.path.isdir(name) or _WILD.isdisjoint(name) or os.path.lexists(name) or is_url(name):  # noqa: PTH112  (never raises)
        found = looker.inside(name)
        if found is not None and not found:
            raise looker.first or _nothing_in(name)
        return found
    named = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
    folders = [one for one in named if os.path.isdir(one)]  # noqa: PTH112
    found = []
    for one in named:
        if "**" not in name or one not in folders:
            found += looker.of_word(one, strict=False)
    if not found:
        raise CaptureError(
            name, "no capture in the folders named like this" if folders else "no file is named like this"
        )
    return found


def _nothing_in(name: str) -> CaptureError:
    what = "folder" if os.path.isdir(name) else "archive"  # noqa: PTH112
    return CaptureError(name, f"no capture in this {what}", WHAT_IS_READ)


class Looker:
    """Looks into folders and archives, and gives no file twice, however it is reached.

    report: takes an error for what may be a capture and cannot be looked into. max_expansion: as of an Analysis.
    only: files in folders that are looked at, by the names that `paths_below` gives them; None: all.
    """

    def __init__(self, report: Report, max_expansion: int | None = None, only: Container[str] | None = None) -> None:
        self._give, self._only = report, only
        self.first: CaptureError | None = None  # that was reported
        self._again = False  # whether something came that was given before
        times = compressions.EXPANSION if max_expansion is None else max_expansion
        self._bound = Bound(compressions.FREE_EXPANSION, times)
        self._seen: set[tuple[int, int]] = set()

    def of_word(self, word: str, *, strict: bool = True) -> list[str]:
        """What a word stands for: the captures in a folder or an archive, or itself, unless it was given before.

        strict: a folder or archive in which there is none is reported.
        """
        before, self.first, self._again = self.first, None, False
        found = self.inside(word)
        if found is None:
            return [word] if self._is_new(word) else []
        if strict and not found and self.first is None and not self._again:
            self._report(_nothing_in(word))
        self.first = before or self.first
        return found

    def inside(self, path: str) -> list[str] | None:
        """The captures in a folder or an archive; None for anything else, of which its reader says what is wrong."""
        if os.path.isdir(path):  # noqa: PTH112
            return list(self._below(path))
        try:
            is_archive = stat.S_ISREG(os.stat(path).st_mode) and kind_of(path) in _ARCHIVES  # noqa: PTH116
        except (OSError, ValueError):
            return self._below_url(path) if is_url(path) else None
        return list(self._in_archive(path)) if is_archive else None

    def _below_url(self, url: str) -> list[str] | None:
        from analyzer.capture.remote import captures_below  # noqa: PLC0415  (most captures are files)

        try:
            found = captures_below(url)
        except CaptureError as error:
            self._report(error)
            return []
        return None if found == [url] else found

    def _below(self, folder: str) -> Iterator[str]:
        files: list[tuple[str, tuple[int, int], Kind]] = []
        for path in sorted(paths_below(folder, self._report)):
            if self._only is not None and path not in self._only:
                continue
            try:
                status = os.stat(path)  # noqa: PTH116
                if stat.S_ISREG(status.st_mode):
                    files.append((path, (status.st_dev, status.st_ino), kind_of(path)))
                else:
                    self._report(CaptureError(path, "is neither a file nor a folder, and was not read", _NAME_IT))
            except OSError as error:
                self._report(CaptureError(path, f"cannot be opened ({error.strerror})"))
        links = {path for path, _, _ in files if os.path.islink(path)}  # noqa: PTH114
        named = {known for path, known, _ in files if path not in links}
        for path, known, kind in files:
            if kind is Kind.OTHER or (path in links and known in named):  # the file comes by its own name
                continue
            if kind in _ARCHIVES:
                yield from self._in_archive(path)
            elif self._is_new(path):
                yield path

    def _in_archive(self, path: str) -> Iterator[str]:
        """The captures in an archive, unless it was given before; one named like a capture that holds none is named."""
        if not self._is_new(path):
            return
        from analyzer.capture.archives import opened  # noqa: PLC0415  (most captures are in none)

        try:
            archive = opened(path, self._bound)
        except OSError as error:
            self._report(CaptureError(path, f"cannot be opened ({error.strerror})"))
            return
        if archive is None:
            return
        for unread in archive.unread:
            self._report(unread)
        if not archive.captures and not archive.unread and is_named_like_capture(path):
            self._report(CaptureError(path, "no capture in this archive", WHAT_IS_READ))
        yield from (f"{path}/{name}" for name in archive.captures)

    def _is_new(self, path: str) -> bool:
        """Whether a file was not given before, by any name. What is no file is always new, and reported later."""
        try:
            status = os.stat(path)  # noqa: PTH116
        except (OSError, ValueError):
            return True
        known = status.st_dev, status.st_ino
        if not stat.S_ISREG(status.st_mode) or known not in self._seen:
            self._seen.add(known)
            return True
        self._again = True
        return False

    def _report(self, error: CaptureError) -> None:
        self.first = self.first or error
        self._give(error)


def paths_below(folder: str, report: Report) -> Iterator[str]:
    """All that is no folder in a folder and those below it, in any order. report: takes what cannot be looked into."""

    def unlisted(error: OSError) -> None:
        report(CaptureError(str(error.filename), f"this folder cannot be listed ({error.strerror})"))

    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders.sort()
        for path in (Path(parent, name) for name in folders):
            if path.is_symlink():
                _note_link(path, Path(folder).resolve(), report)
        yield from (str(Path(parent, name)) for name in names)


def _note_link(path: Path, top: Path, report: Report) -> None:
    """Report a link to a folder, unless that is looked into by its own name and is not around the link."""
    target = path.resolve()
    if path.parent.resolve().is_relative_to(target):
        report(CaptureError(str(path), "is a link to a folder that it is in, a loop, and was not followed"))
    elif not target.is_relative_to(top):
        report(CaptureError(str(path), "is a link to another folder, and was not followed", _NAME_IT))


def kind_of(path: str) -> Kind:
    """What a file is. OSError: that cannot be known."""
    with Path(path).open("rb", buffering=0) as file:

        def head(most: int) -> Head:
            file.seek(0)
            return head_of(file, most)

        return kind_by(head, path)
