"""Every table and column: name, type and meaning, as wire_columns.py and story_columns.py list them.

`isakmp-analyzer fields` prints what stands there.

Conventions. SPIs are 16 lower-case hexadecimal digits (ESP and AH SPIs 8), as text. Times are nanoseconds since
1970-01-01 UTC in storage and `datetime64[ns, UTC]` in frames. An id is the number on the wire, in the registry of that
IKE version; the column after it holds its name. A missing value is missing (None), never 0 or "": it was not seen, or
cannot be known from this capture. Frame numbers are Wireshark's: 1 for the first packet of the file. Columns are only
ever added behind the last one.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.tables.story_columns import STORY
from analyzer.tables.wire_columns import WIRE

SCHEMA_VERSION: Final = 1

STR: Final = "str"
INT: Final = "Int64"
BOOL: Final = "boolean"
FLOAT: Final = "Float64"
TIME: Final = "datetime64[ns, UTC]"
LIST: Final = "list"


class Column(NamedTuple):
    """One column. `dtype` is the pandas dtype, or "list" with the dtype of its items in `items`."""

    name: str
    dtype: str
    doc: str
    items: str | None = None


class TableSchema(NamedTuple):
    """One table: what a row is, and its columns in order."""

    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    def select(self, names: Iterable[str]) -> "TableSchema":
        """The same table with these columns only, in this order. KeyError: there is no such column."""
        columns = {column.name: column for column in self.columns}
        return self._replace(columns=tuple(columns[name] for name in names))


def _column(name: str, kind: str, doc: str) -> Column:
    items = kind[:-2] if kind.endswith("[]") else None
    return Column(name, LIST if items else TIME if kind == "time" else kind, doc, items)


def _table(lines: list[str]) -> TableSchema:
    name, _, doc = lines[0].partition(": ")
    columns = [line.split(maxsplit=2) for line in lines[1:]]
    return TableSchema(name, doc, tuple(_column(name, kind, doc) for name, kind, doc in columns))


def _read(definition: str) -> dict[str, TableSchema]:
    """A table stands at the margin; its columns below it with type and meaning; deeper lines continue the one before.

    Types: str, Int64, boolean, Float64, time; with [] a list of them.
    """
    joined = re.sub(r"\n {3,}", " ", definition.strip())
    return {table.name: table for table in (_table(block.splitlines()) for block in joined.split("\n\n"))}


SCHEMA: Final[dict[str, TableSchema]] = _read(WIRE + STORY)
