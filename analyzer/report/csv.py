"""The CSV files: three that answer the usual questions (proposals, failures, weak algorithms), and the tables."""

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Final, Self, TextIO

from analyzer.report.csv_rows import FAILURES, PROPOSALS, WEAK, headline_lines
from analyzer.report.files import Opener, files_below, writing
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.write import Encoder, csv_encoder, write_csv

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

_AT_ONCE: Final = 1024  # rows that are text at one time

HEADLINES: Final = {"proposals.csv": PROPOSALS, "failures.csv": FAILURES, "weak_algorithms.csv": WEAK}
CSV_FILES: Final = (*HEADLINES, *(f"tables/{name}.csv" for name in SCHEMA))


def write_csv_folder(analysis: "Analysis", folder: Path, *, raw: bool = False) -> None:
    """Write proposals.csv, failures.csv, weak_algorithms.csv and every table as tables/NAME.csv below `folder`."""
    write_csv_files(analysis.tables, files_below(folder, private=analysis.decrypts), raw=raw)


def write_csv_files(
    tables: Tables,
    opened: Opener,
    *,
    raw: bool = False,
    names: Iterable[str] = SCHEMA,
) -> None:
    """The three files, and the tables of these names. `raw`: text as captured, formulas and control characters too."""
    encode = csv_encoder(raw=raw)
    with Headlines(opened) as headlines:
        headlines.add(tables, encode)
    for name in names:
        with opened(f"tables/{name}.csv") as file:
            write_csv(tables[name], file, encode=encode)


class Headlines:
    """The three headline files of one capture or of many, whose rows are added one capture after the other."""

    def __init__(self, opened: Opener) -> None:
        self._opened = opened
        self._files: list[TextIO] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            for name, header in HEADLINES.items():
                self._files.append(stack.enter_context(self._opened(name)))
                self._files[-1].write(",".join(header) + "\n")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> bool | None:
        return self._stack.__exit__(*raised)  # type: ignore[arg-type]

    def add(self, tables: Tables, encode: Encoder | None = None) -> None:
        """Add the rows of one more capture. encode: `csv_encoder`'s, if there is one already."""
        for file, rows in zip(self._files, headline_lines(tables, encode or csv_encoder()), strict=True):
            while some := "".join(islice(rows, _AT_ONCE)):
                file.write(some)

    def append(self, folder: Path) -> None:
        """Add the rows of one more capture from its own headline files, which stand in this folder."""
        for file, (name, header) in zip(self._files, HEADLINES.items(), strict=True):
            with writing(folder / name), (folder / name).open(encoding="utf-8", newline="") as own:
                own.seek(len(",".join(header)) + 1)
                copyfileobj(own, file)

    def mark(self) -> tuple[int, ...]:
        """How far the files are written, for `back_to`."""
        return tuple(file.tell() for file in self._files)

    def back_to(self, mark: tuple[int, ...]) -> None:
        """Take back the rows that were added after this mark."""
        for file, place in zip(self._files, mark, strict=True):
            file.seek(place)
            file.truncate()
