"""The folder a run writes into: one run at a time, and what an earlier one wrote there never stands beside it.

`manifest.json` says what a run read and wrote. While a run is at work, and after one that was killed, a journal stands
in its place: the names of all that was or will be written, each noted before its file is begun. Only files that one of
the two lists are ever removed, and those of a manifest only while they hold what was written. The journal is locked
too, where the system and the file system have `flock`: a second run into the folder is refused. Elsewhere nothing keeps
two runs apart.
"""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final, Self, TextIO

from analyzer import __version__
from analyzer.errors import OutputError
from analyzer.processes import undisturbed
from analyzer.report.bulk import GZIP
from analyzer.report.files import (
    as_gzip,
    as_text,
    beside,
    identity,
    make_folder,
    new_file,
    new_text,
    own_folder,
    writing,
)
from analyzer.report.words import plural
from analyzer.vocabulary import few

try:
    import fcntl
except ImportError:  # not POSIX
    fcntl = None  # type: ignore[assignment]

MANIFEST: Final = "manifest.json"
JOURNAL: Final = "unfinished-run.txt"

_MOST_NAMED: Final = 5
_PIECE: Final = 1 << 16  # bytes hashed at a time: most files are smaller
_HEAD: Final = "A run of isakmp-analyzer writes here, or was ended before it was done. What it has written or begun:"
# What a run can have written. A manifest may come from anywhere: it makes us remove no capture and nothing elsewhere.
_OWN: Final = re.compile(
    r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/){0,2}[A-Za-z0-9_][A-Za-z0-9._-]*\.(?:html|json|csv)(?:\.gz)?"
    r"|(?:dataset/)?[a-z][a-z0-9_]*/capture=[A-Za-z0-9._~%-]+/part-[0-9]+(?:-of-(?P<report>[A-Za-z0-9_][A-Za-z0-9._-]*))?"
    r"\.parquet"
)

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class _NothingError(Exception):
    """A file is empty."""


class _Files:
    """Files below a folder, each noted in the folder's journal before it is begun."""

    def __init__(self, path: Path, *, private: bool) -> None:
        self.path = path
        self._root = os.fspath(path)
        self.written: dict[str, str] = {}  # with their SHA-256, "" until they are whole
        self.private = private
        self._journal = -1
        self._noted: set[str] = set()  # before they were asked for
        self._made: set[str] = set()  # folders, or found to lead nowhere else

    @contextmanager
    def _text(self, name: str) -> Iterator[TextIO]:
        """A file that is begun. With the suffix GZIP it is compressed; one that stays empty is dropped."""
        try:
            with self._opened_file(name) as file:
                if name.endswith(GZIP):
                    with as_gzip(file) as text:
                        yield text
                    self.written[name] = _digest(file)
                else:
                    with as_text(file) as text:
                        yield text
                        text.flush()
                        if not text.tell():
                            raise _NothingError
                        self.written[name] = _digest(file)
        except _NothingError:
            del self.written[name]

    @contextmanager
    def _bytes(self, name: str) -> Iterator[BinaryIO]:
        """A file that is begun, whatever it holds."""
        with self._opened_file(name) as file:
            yield file
            self.written[name] = _digest(file)

    def _opened_file(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file, noted before."""
        if name not in self._noted:
            self._note([name])
        self.written[name] = ""
        self._make_way(name)
        return new_file(f"{self._root}/{name}", private=self.private, alone=True)

    def take(self, part: Mapping[str, str]) -> None:
        """Take over what another process has written, each file with its SHA-256."""
        for name, digest in part.items():  # which come last, in this order
            self.written.pop(name, None)
            self.written[name] = digest

    def _note(self, names: Iterable[str]) -> None:
        """Add names to the journal; each begins a line, so that one cut short by a crash spoils no other."""
        text = "".join(f"\n{name}" for name in names)
        with writing(f"{self._root}/{JOURNAL}"):
            if not os.fstat(self._journal).st_size:
                text = _HEAD + text
            if os.write(self._journal, text.encode()) < len(text):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _make_way(self, name: str) -> None:
        """Make the folders that a file stands in. OutputError: one of them leads elsewhere, or cannot be made."""
        for folder in _above(name):
            if folder not in self._made:
                own_folder(f"{self._root}/{folder}", private=self.private)
                self._made.add(folder)

    def _note_early(self, names: Iterable[str]) -> None:
        """Note files that are to be written, at once; some may never be."""
        names = [name for name in names if name not in self._noted]
        self._note(names)
        self._noted.update(names)


class Part(_Files):
    """What is written of one capture of a run, in a folder below the run's, by this process or another one.

    The run that holds the folder takes it over (`OutputFolder.take`), or removes what is there of it.
    """

    def __init__(self, path: Path, folder: str, *, private: bool = False) -> None:
        super().__init__(path, private=private)
        self._folder = folder

    def __enter__(self) -> Self:
        with writing(self.path / JOURNAL):
            self._journal = _opened(self.path / JOURNAL)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._journal)

    def note(self, texts: Iterable[str], binary: Iterable[str] = ()) -> None:
        """Note files that are to be written, all at once rather than each as it is begun."""
        self._note_early((*(f"{self._folder}/{name}" for name in texts), *binary))

    def text(self, name: str) -> AbstractContextManager[TextIO]:
        """A new text file by its path below the capture's folder."""
        return self._text(f"{self._folder}/{name}")

    def binary(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file of bytes by its path below the run's folder, of the capture by its name (`folder_of`)."""
        return self._bytes(name)


class OutputFolder(_Files):
    """Files of one run below one folder. OutputError: one cannot be written, or another run is at work in the folder.

    inputs: files that are never removed, whatever a manifest says. private: only the owner may read what is written.
    """

    def __init__(self, path: Path, inputs: Iterable[str] = (), *, private: bool = False) -> None:
        super().__init__(path, private=private)
        self._kept = frozenset(identity(name) for name in inputs) - {None}
        self._begun = False
        self._start = 0  # in the journal, of what this run notes of its own
        self.removed = 0  # files of an earlier run
        self.changed: list[str] = []  # files of an earlier run that are not any more what it wrote, and stay
        self._record: dict[str, Any] = {}

    def __enter__(self) -> Self:
        make_folder(self.path, private=self.private)
        with writing(self.path):
            self._journal = _locked(self.path / JOURNAL)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave a manifest of what was written; a run that wrote nothing leaves the folder as it found it."""
        with undisturbed():
            self._end(kind)

    def _end(self, kind: type[BaseException] | None) -> None:
        try:
            if self._begun:
                self._write_manifest(finished=kind is None)
            if self._begun or not os.fstat(self._journal).st_size:
                with writing(self.path / JOURNAL):
                    (self.path / JOURNAL).unlink()
        except OutputError:  # the journal stays
            if kind is None:
                raise
        finally:
            os.close(self._journal)

    def note(self, texts: Iterable[str]) -> None:
        """Note files that are to be written, all at once rather than each as it is begun."""
        self.begin()
        self._note_early(texts)

    def text(self, name: str) -> AbstractContextManager[TextIO]:
        """A new text file by its path below the folder. With the first one, what earlier runs left is removed."""
        self.begin()
        return self._text(name)

    def binary(self, name: str) -> AbstractContextManager[BinaryIO]:
        """The same for a file of bytes."""
        self.begin()
        return self._bytes(name)

    def discard(self) -> None:
        """Remove all that this run wrote, or another process of it, or began."""
        if self._begun:
            self._remove(_noted(self.path / JOURNAL, self._start))

    def keep_parts(self, folders: Container[str]) -> None:
        """Remove what the journal has of parts in other folders below than these: they were not taken over."""
        self._remove([name for name in _noted(self.path / JOURNAL) if "/" in name and folder_of(name) not in folders])

    def about_earlier(self) -> Iterator[str]:
        """What became of the files of an earlier run, in sentences without a full stop."""
        if self.removed:
            yield f"{plural(self.removed, 'file')} of an earlier run gave way to this one"
        stay, replaced = list[str](), list[str]()
        for name in self.changed:
            (replaced if name in self.written else stay).append(name)
        for names, fate in ((stay, "kept"), (replaced, "replaced")):
            if names:
                yield f"{fate}, though changed since an earlier run wrote it: {few(names, _MOST_NAMED)}"

    def record(self, **values: Any) -> None:
        """Have the manifest say this too."""
        self._record |= values

    def begin(self, kept: Mapping[str, str] = _NONE, known: Mapping[str, str] = _NONE) -> None:
        """Remove what earlier runs left, if that is not done yet.

        kept: files of theirs that are as they were written, and stay as this run's. known: files of a run that was
        ended, by what they held when they were whole. Both with their SHA-256.
        """
        if self._begun:
            return
        noted = _noted(self.path / JOURNAL)
        listed = {name: digest for name, digest in known.items() if name in noted} | _listed(self.path / MANIFEST)
        self.changed = [
            name
            for name, digest in listed.items()
            if not (name in kept or is_as_written(self.path, name, digest))
            and os.path.lexists(self.path / name)  # what cannot be read may be somebody's, what is gone is not
        ]
        for name in self.changed:
            del listed[name]
            noted.pop(name, None)
        self._note(name for name in dict.fromkeys((*listed, *kept)) if name not in noted)
        self._start = os.fstat(self._journal).st_size
        self._begun = True
        self.written |= kept
        with writing(self.path / MANIFEST):
            (self.path / MANIFEST).unlink(missing_ok=True)
        self.removed = self._remove(name for name in dict.fromkeys((*noted, *listed)) if name not in kept)

    def _remove(self, names: Iterable[str]) -> int:
        """How many files there were and are no more."""
        names, count = list(names), 0
        for name in names:
            path = self.path / name
            if _linked(self._root, name) or identity(path) in self._kept:
                continue
            count += os.path.lexists(path)
            for one in (path, Path(beside(os.fspath(path)))):
                with writing(one), suppress(NotADirectoryError):
                    one.unlink(missing_ok=True)
            self.written.pop(name, None)
        for folder in sorted({parent for name in names for parent in _above(name)}, reverse=True):
            with suppress(OSError):  # not empty, or gone
                (self.path / folder).rmdir()
                self._made.discard(folder)
        return count

    def _write_manifest(self, *, finished: bool) -> None:
        manifest = {
            "program": "isakmp-analyzer",
            "version": __version__,
            "finished": finished,
            **self._record,
            "outputs": {name: digest for name, digest in sorted(self.written.items()) if digest},
        }
        self._note([MANIFEST])  # so that what is begun of it is found if this is as far as the run comes
        with new_text(self.path / MANIFEST, private=self.private) as file:
            file.write(json.dumps(manifest, indent=1) + "\n")


def _digest(file: BinaryIO) -> str:
    """SHA-256 of all that is in an open file."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _opened(path: Path, more: int = 0) -> int:
    """A journal, to be appended to."""
    return os.open(path, os.O_RDWR | os.O_APPEND | more | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _locked(path: Path) -> int:
    """The journal, open and locked. OutputError: another run holds it."""
    while True:
        descriptor = _opened(path, os.O_CREAT)
        try:
            if fcntl is not None:
                _lock(descriptor, path)
            if os.path.samestat(os.fstat(descriptor), path.lstat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the run that held it has just ended, and taken the file with it


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            raise OutputError(str(path.parent), "another run is writing into this folder") from None
        if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
            raise


def _listed(manifest: Path) -> dict[str, object]:
    """The outputs that a manifest lists, in its order, with their SHA-256; none of what is not one."""
    try:
        saved = json.loads(manifest.read_text("utf-8"))
        outputs = dict(saved["outputs"]) if saved["program"] == "isakmp-analyzer" else {}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {name: digest for name, digest in outputs.items() if isinstance(name, str) and _OWN.fullmatch(name)}


def is_as_written(folder: Path, name: str, digest: object) -> bool:
    """Whether a file below a folder is there, reached by no link, and holds what a manifest says of it."""
    path = folder / name
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or _linked(os.fspath(folder), name):
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def folder_of(name: str) -> str | None:
    """The folder of the part that a file of a run belongs to: where it stands, or what its name in a dataset says.

    None: it is no file of a part.
    """
    found = _OWN.fullmatch(name)
    if found is None:
        return None
    folder, *below = name.split("/")
    return found["report"] or (folder if below else None)


def _noted(journal: Path, start: int = 0) -> dict[str, None]:
    """The names in the journal that an earlier run left, or in what was written there from a place on."""
    with writing(journal):
        lines = journal.read_bytes()[start:].decode("utf-8", "replace").splitlines()
    return dict.fromkeys(name for name in lines if _OWN.fullmatch(name))


def _above(name: str) -> list[str]:
    """The folders that a file stands in, the outermost first, by their paths below the output folder."""
    parts = name.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _linked(root: str, name: str) -> Path | None:
    """The first folder on the way to a file below `root` that is a link, if one is."""
    for folder in _above(name):
        if os.path.islink(f"{root}/{folder}"):  # noqa: PTH114  (asked for each file that is written)
            return Path(root, folder)
    return None
