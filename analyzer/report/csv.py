"""The CSV files: three that answer the usual questions (proposals, failures, weak algorithms), and the tables."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TextIO

from analyzer.report.bulk import GZIP, Kept
from analyzer.report.csv_rows import FAILURES, PROPOSALS, WEAK, headline_lines
from analyzer.report.files import Opener, files_below, writing
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.write import Encoder, csv_encoder, write_csv

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

_AT_ONCE: Final = 1024  # rows that are text at one time
_PIECE: Final = 1 << 20  # characters that are copied at a time

HEADLINES: Final = {"proposals.csv": PROPOSALS, "failures.csv": FAILURES, "weak_algorithms.csv": WEAK}
CSV_FILES: Final = (*HEADLINES, *(f"tables/{name}.csv" for name in SCHEMA))

Mark = tuple[tuple[int, int], ...]
_ALL: Final = Kept(tuple(SCHEMA))


def write_csv_folder(analysis: "Analysis", folder: Path, *, raw: bool = False) -> None:
    """Write proposals.csv, failures.csv, weak_algorithms.csv and every table as tables/NAME.csv below `folder`."""
    write_csv_files(analysis.tables, files_below(folder, private=analysis.decrypts), raw=raw)


def write_csv_files(tables: Tables, opened: Opener, *, raw: bool = False) -> None:
    """The three files and all tables. `raw`: text as captured, formulas and control characters too."""
    for write in csv_writers(tables, opened, raw=raw):
        write()


def csv_writers(
    tables: Tables, opened: Opener, *, raw: bool = False, kept: Kept = _ALL, most_plain: int | None = None
) -> list[Callable[[], None]]:
    """What writes them, in parts that may be called in any order: the three files, and each table as `kept` says.

    raw: as for `write_csv_files`; most_plain: as for `Headlines`.
    """
    encode = csv_encoder(raw=raw)

    def headlines() -> None:
        with Headlines(opened, most_plain) as files:
            files.add(tables, encode)

    def table(name: str) -> None:
        with opened(kept.file(name)) as file:
            write_csv(tables[name], file, encode=encode)

    return [headlines, *(partial(table, name) for name in kept.written)]


class Headlines:
    """The three headline files of one capture or of many, whose rows are added one capture after the other.

    most_plain: of more lines than that a file is written compressed in the end, with the suffix GZIP, and the one that
    was begun stays empty: `opened` is an `OutputFolder`'s or a `Part`'s then, which drop it.
    """

    def __init__(self, opened: Opener, most_plain: int | None = None) -> None:
        self._opened = opened
        self._most = most_plain
        self._files: list[TextIO] = []
        self._lines = [0] * len(HEADLINES)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            for name, header in HEADLINES.items():
                self._files.append(stack.enter_context(self._opened(name)))
                self._files[-1].write(",".join(header) + "\n")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> bool | None:
        with self._stack:
            if kind is None and self._most is not None:
                for name, file, lines in zip(HEADLINES, self._files, self._lines, strict=True):
                    if lines > self._most:
                        self._compress(name, file)
            self._stack = self._stack.pop_all()
        return self._stack.__exit__(kind, *raised)  # type: ignore[arg-type]

    def _compress(self, name: str, file: TextIO) -> None:
        file.seek(0)
        with self._opened(name + GZIP) as compressed:
            for piece in _pieces(file):
                compressed.write(piece)
        file.seek(0)
        file.truncate()

    def add(self, tables: Tables, encode: Encoder | None = None) -> None:
        """Add the rows of one more capture. encode: `csv_encoder`'s, if there is one already."""
        for place, rows in enumerate(headline_lines(tables, encode or csv_encoder())):
            while some := "".join(islice(rows, _AT_ONCE)):
                self._write(place, some)

    def _write(self, place: int, text: str) -> None:
        self._files[place].write(text)
        self._lines[place] += text.count("\n")

    def append(self, folder: Path) -> None:
        """Add the rows of one more capture from its own headline files, which stand in this folder."""
        for place, name in enumerate(HEADLINES):
            with writing(folder / name), _read(folder / name) as own:
                own.readline()
                for piece in _pieces(own):
                    self._write(place, piece)

    def mark(self) -> Mark:
        """How far the files are written, for `back_to`."""
        return tuple((file.tell(), lines) for file, lines in zip(self._files, self._lines, strict=True))

    def back_to(self, mark: Mark) -> None:
        """Take back the rows that were added after this mark."""
        for file, (end, _) in zip(self._files, mark, strict=True):
            file.seek(end)
            file.truncate()
        self._lines = [lines for _, lines in mark]


def _read(path: Path) -> TextIO:
    """A headline file that was written, whether compressed or not."""
    if path.exists():
        return path.open(encoding="utf-8", newline="")
    return gzip.open(f"{path}{GZIP}", "rt", encoding="utf-8", newline="")


def _pieces(file: TextIO) -> Iterator[str]:
    return iter(lambda: file.read(_PIECE), "")
