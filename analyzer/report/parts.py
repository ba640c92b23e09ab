"""The report of one capture among several, as another run can take it over: whole, and from the same.

`part.json` in the folder of a report is written last: a folder without it was begun and not finished. It says what the
report was made from, has the SHA-256 of each file of it, and what index, manifest and exit code need of it.
"""

import hashlib
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from time import time_ns
from typing import Any, Final, NamedTuple

from analyzer.capture.status import SETTLED, status_of
from analyzer.report.bulk import GZIP
from analyzer.report.csv import HEADLINES
from analyzer.report.filtered import Filtered
from analyzer.report.index import Entry
from analyzer.report.outputs import folder_of, is_as_written
from analyzer.report.pairs import Pair

RECORD: Final = "part.json"

_ALWAYS: Final = ("report.html", *HEADLINES)
_MOST: Final = 1 << 22  # bytes of a record: those of a capture of thousands of causes have fewer
_MAY_LACK: Final = ("first_time", "last_time")
_ROWS: Final = {
    "outcomes": (str, int),
    "severities": (str, int),
    "causes": (str, str, int),
    "verdicts": (str, str, int),
}


class Reported(NamedTuple):
    """A capture whose report is whole: its files with their SHA-256, its line of the index and of the manifest.

    stopped, unopened, broken: as of a `Result`.
    """

    written: dict[str, str]
    entry: Entry
    input: dict[str, Any]
    sentence: str
    stopped: tuple[str, ...] = ()
    unopened: tuple[tuple[str, str], ...] = ()
    broken: tuple[tuple[str, str], ...] = ()

    @property
    def digests(self) -> dict[str, str | None]:
        """The files that it was made from, with their SHA-256; None of one that could not be hashed or read."""
        members = self.input.get("members", [self.input])
        return {member["path"]: member["sha256"] for member in members}


def record(reported: Reported, made_from: Mapping[str, Any]) -> str:
    """The text of RECORD. made_from: all that the report depends on besides the bytes of the captures."""
    saved: dict[str, Any] = {
        "program": "isakmp-analyzer",
        "made_from": made_from,
        "input": reported.input,
        "outputs": reported.written,
        "entry": reported.entry._asdict() | {"filtered": reported.entry.filtered._asdict()},
        "sentence": reported.sentence,
        "stopped": reported.stopped,
        "unopened": reported.unopened,
        "broken": reported.broken,
    }
    return json.dumps(saved | {"sha256": _seal(saved)}, indent=1) + "\n"


def recorded(path: Path, folder: str) -> dict[str, Any]:
    """What the record in a folder below `path` says; empty if there is none that is whole."""
    file = path / folder / RECORD
    try:
        if (path / folder).is_symlink() or not stat.S_ISREG(file.lstat().st_mode) or file.stat().st_size > _MOST:
            return {}
        text = file.read_bytes()
        saved: dict[str, Any] = json.loads(text)
        outputs = dict(saved["outputs"]) | {f"{folder}/{RECORD}": hashlib.sha256(text).hexdigest()}
        if saved.pop("sha256") != _seal(saved) or not all(folder_of(name) == folder for name in outputs):
            return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return saved | {"outputs": outputs}


def whole(
    path: Path, folder: str, made_from: Mapping[str, Any], checked: dict[str, bytes] | None = None
) -> Reported | None:
    """The report in a folder below `path`, if it is whole and made from this, and its files are as they were written.

    Whether the captures still have these bytes is another question. checked: what folders were like whose files were
    read and found to be so; those that are like that still are not read again, and others are added.
    """
    reported = finished(path, folder, made_from)
    if reported is None:
        return None
    state = None if checked is None else _state(path, reported.written)
    if checked is not None and state is not None and checked.get(folder) == state:
        return reported
    if not all(is_as_written(path, name, sha) for name, sha in reported.written.items()):
        return None
    if checked is not None and state is not None:
        checked[folder] = state
    return reported


def _state(path: Path, files: Mapping[str, str]) -> bytes | None:
    """What names, digests, sizes, times and inodes of files come to; None if one may change without a sign of it."""
    digest, now = hashlib.sha256(), time_ns()
    for name, sha in files.items():
        status = status_of(f"{path}/{name}")
        if status is None or status.last + SETTLED >= now:
            return None
        digest.update(repr((name, sha, *status)).encode())
    return digest.digest()


def finished(path: Path, folder: str, made_from: Mapping[str, Any]) -> Reported | None:
    """The same without a look at the files: for a run that has written them itself."""
    saved = recorded(path, folder)
    if not saved or saved["made_from"] != json.loads(json.dumps(made_from)):
        return None
    try:
        if not all({f"{folder}/{name}", f"{folder}/{name}{GZIP}"} & saved["outputs"].keys() for name in _ALWAYS):
            return None
        if saved["input"]["report"] != f"{folder}/report.html" or not isinstance(saved["input"]["left_out"], dict):
            return None
        reported = Reported(
            saved["outputs"],
            _entry(saved["entry"]),
            saved["input"],
            _as(str, saved["sentence"]),
            tuple(_as(str, name) for name in saved["stopped"]),
            *(tuple((_as(str, name), _as(str, what)) for name, what in saved[of]) for of in ("unopened", "broken")),
        )
        return reported if reported.entry.folder == folder and all(reported.digests.values()) else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _seal(saved: Mapping[str, Any]) -> str:
    """SHA-256 of what a record says: one that a disk or an editor has changed is none."""
    return hashlib.sha256(json.dumps(saved, sort_keys=True).encode()).hexdigest()


def _entry(saved: Mapping[str, Any]) -> Entry:
    """A line of the index. ValueError, TypeError, KeyError: it is none."""
    values = dict(saved) | {"filtered": Filtered(**saved["filtered"])}
    for name, kinds in _ROWS.items():
        values[name] = tuple(
            tuple(_as(kind, value) for kind, value in zip(kinds, row, strict=True)) for row in saved[name]
        )
    values["pairs"] = tuple(_pair(row) for row in saved["pairs"])
    entry = Entry(**values)
    for value, usual in ((getattr(entry, name), usual) for name, usual in Entry._field_defaults.items()):
        if type(value) is not type(usual) and (usual is not None or type(value) is not int):
            raise ValueError
    _as(str, entry.capture)
    for value, usual in zip(entry.filtered, Filtered(), strict=True):
        _as(type(usual), value)
    return entry


def _pair(saved: list[Any]) -> Pair:
    """What a row of a line says of two hosts. ValueError, TypeError: it is none."""
    kinds = Pair("", "", "", 0, "", first_time=0, last_time=0)
    values = zip(Pair._fields, kinds, saved, strict=True)
    return Pair._make(v if v is None and name in _MAY_LACK else _as(type(kind), v) for name, kind, v in values)


def _as(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError
    return value
