"""Reports on disk: one folder for one capture; an index and a folder each for several."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from analyzer.report.csv import headline_files, write_csv_files
from analyzer.report.evidence import Dissect
from analyzer.report.files import writing
from analyzer.report.html import render, render_index, write_pieces
from analyzer.report.index import Entry, entry_of
from analyzer.report.json import MOST_ROWS, json_pieces
from analyzer.report.provenance import Provenance
from analyzer.report.verdict import Verdict, verdict_of
from analyzer.tables.store import Tables

_SUFFIXES: Final = re.compile(r"(\.(pcap|pcapng|cap|gz|zst|xz))+$", re.IGNORECASE)


def write_report(
    tables: Tables, provenance: Provenance, folder: Path, dissect: Dissect | None = None, *, csv_raw: bool = False
) -> Verdict:
    """Write report.html, report.json, the headline CSV files and tables/NAME.csv; return the verdict.

    dissect: reads frames of the evidence again for report.html.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    verdict = verdict_of(tables)
    write_pieces(render(tables, provenance, verdict, dissect), folder / "report.html")
    write_pieces(json_pieces(tables, provenance, MOST_ROWS), folder / "report.json")
    write_csv_files(tables, folder, raw=csv_raw)
    return verdict


def folder_names(captures: list[str]) -> Iterator[str]:
    """A folder name for each capture: its file name without suffix, in letters that any system takes; no two alike.

    Of captures with the same file name in several folders the folder's name tells which is which.
    """
    taken = {"tables", "index.html"}
    stems = [_SUFFIXES.sub("", Path(capture).name) if capture != "-" else "stdin" for capture in captures]
    shared = Counter(stems)
    for capture, stem in zip(captures, stems, strict=True):
        parent = Path(capture).parent.name
        told = parent if shared[stem] > 1 and parent else stem
        base = re.sub(r"[^A-Za-z0-9._-]+", "_", told).strip("._")[:80] or "capture"
        name, number = base, 2
        while name.lower() in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name.lower())
        yield name


class Batch:
    """Reports of several captures below one folder: a folder each, an index page, and headline CSV files over all."""

    def __init__(self, folder: Path, captures: list[str], *, csv_raw: bool = False) -> None:
        self._folder = folder
        self._names = dict(zip(captures, folder_names(captures), strict=True))
        self._raw = csv_raw
        self._entries: list[Entry] = []
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def add(self, capture: str, tables: Tables, provenance: Provenance, dissect: Dissect | None = None) -> Verdict:
        """Write one capture's report and its rows of the common files. dissect: as for `write_report`."""
        name = self._names[capture]
        verdict = write_report(tables, provenance, self._folder / name, dissect, csv_raw=self._raw)
        begun = any(entry.folder for entry in self._entries)
        headline_files(tables, self._folder, raw=self._raw, append=begun)
        self._entries.append(entry_of(capture, name, verdict))
        return verdict

    def fail(self, capture: str, error: str) -> None:
        """Note an input that could not be read."""
        self._entries.append(Entry(capture, None, error))

    def finish(self, provenance: Provenance) -> Path:
        """Write the index page and return its path."""
        path = self._folder / "index.html"
        write_pieces(render_index(self._entries, provenance), path)
        return path
