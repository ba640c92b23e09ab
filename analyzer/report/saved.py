"""What was saved of captures in a folder, as its manifest says: reports, dataset, and what could not be read."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from analyzer.errors import CaptureError
from analyzer.report.dataset import BELOW
from analyzer.report.json import read_json, saved_report
from analyzer.report.manifest import no_manifest, read_manifest
from analyzer.report.outputs import JOURNAL, MANIFEST
from analyzer.tables.store import Tables
from analyzer.tables.united import United

_REPORT: Final = re.compile(r"(?:([A-Za-z0-9_][A-Za-z0-9._-]*)/)?report\.html")
_PART: Final = re.compile(rf"({BELOW}/)?([a-z][a-z0-9_]*/capture=[^/\0]+/part-[^/\0]+\.parquet)")


class Saved(NamedTuple):
    """What a run has saved.

    reports: the folders of its reports, one for each capture or set; sources: of each report what it was made of, by
    name, with what says that it is the same: the SHA-256 of its files. dataset: where its dataset is, None without one;
    parts: the files of it, by their paths below. unread: sentences about captures of which it has nothing. members: the
    files of sets, of which some may not have been read. csv: it is an export of tables as CSV.
    """

    reports: tuple[Path, ...]
    sources: tuple[tuple[str, str], ...]
    dataset: Path | None
    parts: frozenset[str]
    unread: tuple[str, ...]
    members: tuple[str, ...]
    csv: bool

    def parts_of(self, tables: Iterable[str]) -> set[str]:
        """The files of some tables in the dataset."""
        known = set(tables)
        return {part for part in self.parts if part.partition("/")[0] in known}


def saved_in(folder: Path) -> Saved | None:
    """What the run saved that wrote into this folder, or whose dataset it is; None: no run of ours did.

    CaptureError: it has not ended, or its manifest says what ours never say.
    """
    place = folder.absolute()
    found = _manifest(folder)
    if found is None and place.name == BELOW:
        found = _manifest(folder.parent if folder.name == BELOW else place.parent)
        return None if found is None or not found.parts else found._replace(reports=(), sources=())
    return found


def _manifest(folder: Path) -> Saved | None:
    if os.path.lexists(folder / JOURNAL):
        reason = "a run is writing into it, or was ended before it was done"
        raise CaptureError(str(folder), reason, "Let it end, or give the same command again")
    if not os.path.lexists(folder / MANIFEST):
        return None
    try:
        says, _ = read_manifest(folder)
    except CaptureError:  # there are other things of that name
        return None
    try:
        return _saved(folder, says)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise no_manifest(folder) from None


def _saved(folder: Path, says: Mapping[str, Any]) -> Saved:
    """ValueError, TypeError, KeyError, AttributeError: it is none of ours."""
    inputs, outputs = says.get("inputs", []), list(says["outputs"])
    reports, unread, members = list[Path](), list[str](), list[str]()
    sources = list[tuple[str, str]]()
    for entry in inputs:
        members += [str(member["path"]) for member in entry.get("members", ())]
        if "error" in entry:
            unread.append(str(entry["error"] or entry["path"]))
        elif "report" in entry:
            name = _REPORT.fullmatch(entry["report"])
            if name is None:
                raise ValueError
            reports.append(folder / (name[1] or ""))
            files = entry.get("members", (entry,))
            sources.append((str(entry["path"]), " ".join(str(file.get("sha256") or "") for file in files)))
    if says["finished"] is not True and not unread:
        unread.append(f"{folder}: the run that wrote into it ended early")
    parts = [part for part in map(_PART.fullmatch, outputs) if part]
    at = folder / BELOW if any(part[1] for part in parts) else folder
    return Saved(
        tuple(reports),
        tuple(sources),
        at if parts else None,
        frozenset(part[2] for part in parts),
        tuple(unread),
        tuple(members),
        any(name.endswith(".csv") for name in outputs) and not any("report" in entry for entry in inputs),
    )


def read_reports(folders: Iterable[Path], wanted: Mapping[str, Sequence[str]]) -> Tables:
    """Some columns of some tables of saved reports, as one run over their captures has them.

    CaptureError: one is not there any more, cannot be read, or is of another schema.
    """
    found = United(wanted)
    for path in _files(folders):
        found.take(read_json(path, wanted), str(path))
    return found.tables


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        path = saved_report(folder)
        if path is None:
            raise CaptureError(str(folder), f"the report in it that {MANIFEST} lists is gone")
        yield path
