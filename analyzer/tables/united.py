"""Tables that were written capture by capture, or report by report, as one run over all of them has them.

Negotiations of a report count from 1: here they count through all of them, in the order in which they come.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analyzer.errors import CaptureError
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.store import Tables

MOST_ROWS: Final = 10_000_000
"""Rows of all tables together that are read back."""

Columns = Mapping[str, Sequence[Any]]


class United:
    """Tables of some columns, to which rows are added. wanted: their names by those of tables."""

    def __init__(self, wanted: Mapping[str, Sequence[str]]) -> None:
        self.wanted = wanted
        self.tables = Tables(wanted)
        self._numbers: dict[tuple[str, int], int] = {}
        self._rows = 0

    def add(self, table: str, columns: Columns, source: str, reports: Iterable[str | None]) -> None:
        """Add rows, column by column; a column that is not among these is missing in them.

        reports: what each row's negotiation counts within. CaptureError: with them there are more than MOST_ROWS;
        source: of which path that is said.
        """
        size = max(map(len, columns.values()), default=0)
        self._rows += size
        if self._rows > MOST_ROWS:
            reason = f"more than {MOST_ROWS:,} rows to be compared are not read of what was saved"
            raise CaptureError(source, reason, "Compare fewer captures at a time")
        if not size:
            return
        for name, column in self.tables[table].columns():
            values = columns.get(name) or [None] * size
            if name == "negotiation":
                values = [self._number(report or "", one) for report, one in zip(reports, values, strict=True)]
            column.extend(values)

    def take(self, tables: Tables, report: str) -> None:
        """Add the tables of one report, of which it is the path."""
        for name, wanted in self.wanted.items():
            table = tables[name]
            columns = {column: table.column(column) for column in wanted}
            self.add(name, columns, report, [report] * len(table))

    def _number(self, report: str, number: int | None) -> int | None:
        return None if number is None else self._numbers.setdefault((report, number), len(self._numbers) + 1)


def other_schema(path: Path, version: Any) -> CaptureError:
    """Why what was saved by a program of another table schema is not compared: its columns may mean something else."""
    newer = isinstance(version, int) and version > SCHEMA_VERSION
    reason = f"written with table schema {str(version)[:20]}, and this program's is {SCHEMA_VERSION}"
    return CaptureError(str(path), reason, "Update this program" if newer else "Write it anew from its captures")
