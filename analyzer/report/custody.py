"""Whether the files of a report are as the run wrote them, and its captures as it read them: by their SHA-256.

`manifest.json` lists both. It stands in the same folder and vouches for nothing but the others: whoever changes a file
can change it too. So its own SHA-256 is given, to be compared with one that was noted elsewhere.
"""

import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.capture.status import status_of
from analyzer.report.manifest import no_manifest, read_manifest
from analyzer.report.outputs import JOURNAL, MANIFEST, is_as_written
from analyzer.report.seen import digest_of


class Role(StrEnum):
    """What a file was to the run."""

    INPUT = "input"
    OUTPUT = "output"
    OTHER = "other"


class State(StrEnum):
    """What a file is now."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "unknown"  # the run has no SHA-256 of it: it did not read it whole
    UNLISTED = "unlisted"


class Kept(NamedTuple):
    """A file, and what became of it."""

    role: Role
    path: str
    state: State

    @property
    def differs(self) -> bool:
        """Whether it is not what the manifest says. A capture may have been moved: one that is not there may be."""
        return self.state is State.CHANGED or (self.role is Role.OUTPUT and self.state is State.MISSING)


class Custody(NamedTuple):
    """What a manifest says. finished: whether its run came to its end. begun: whether another one has begun since."""

    folder: Path
    sha256: str
    version: str
    finished: bool
    begun: bool
    inputs: dict[str, str | None]
    outputs: dict[str, str]

    def files(self) -> Iterator[Kept]:
        """All files that it lists, and those in the folder that it does not."""
        for path, digest in self.inputs.items():
            yield Kept(Role.INPUT, path, _state_of_input(path, digest))
        for name, digest in self.outputs.items():
            yield Kept(Role.OUTPUT, name, _state_of_output(self.folder, name, digest))
        for name in _names_in(self.folder):
            if name not in self.outputs and name not in (MANIFEST, JOURNAL):
                yield Kept(Role.OTHER, name, State.UNLISTED)


def custody_of(folder: Path) -> Custody:
    """What the manifest in a folder says. CaptureError: there is none, or it is none of ours."""
    saved, digest = read_manifest(folder)
    try:
        outputs = {str(name): str(digest) for name, digest in saved["outputs"].items()}
        inputs = dict(_inputs(saved.get("inputs", ())))
        version, finished = str(saved["version"]), saved["finished"] is True
    except (ValueError, TypeError, KeyError, AttributeError):
        raise no_manifest(folder) from None
    return Custody(folder, digest, version, finished, os.path.lexists(folder / JOURNAL), inputs, outputs)


def _inputs(saved: list[Mapping[str, Any]]) -> Iterator[tuple[str, str | None]]:
    """The captures that were read, those of a set one by one; None: without SHA-256."""
    for entry in saved:
        for one in entry.get("members") or (entry,):
            yield str(one["path"]), one["sha256"] and str(one["sha256"])


def _state_of_input(path: str, digest: str | None) -> State:
    if digest is None:
        return State.UNKNOWN
    found = digest_of(path) if status_of(path) is not None else ""  # no pipe, no device: the manifest may be anybody's
    return State.MISSING if not found else State.SAME if found == digest else State.CHANGED


def _state_of_output(folder: Path, name: str, digest: str) -> State:
    """Of a name that leads out of the folder nothing is read."""
    inside = not Path(name).is_absolute() and ".." not in Path(name).parts and "\0" not in name
    if inside and is_as_written(folder, name, digest):
        return State.SAME
    return State.CHANGED if inside and os.path.lexists(folder / name) else State.MISSING


def _names_in(folder: Path) -> Iterator[str]:
    """All files below a folder, by their paths below it. Links are followed nowhere."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*names, *(one for one in folders if os.path.islink(os.path.join(place, one)))]):  # noqa: PTH114, PTH118
            yield os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")  # noqa: PTH118
