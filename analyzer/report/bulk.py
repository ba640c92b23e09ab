"""Which tables of a report become files, and how.

Those with rows; of those that grow with the messages, only as many as last: half a million messages have two million
transforms, hundreds of megabytes that hardly anybody opens, written before the first page can be read. They are named
where they are left out, and one option writes them. All that is said of negotiations is written however long it is:
a long file compressed, as pandas, DuckDB and zcat read it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from analyzer.tables.store import Tables

BULK: Final = (
    "messages",
    "payloads",
    "proposals",
    "transforms",
    "notifications",
    "vendor_ids",
    "ke_values",
    "nonces",
    "exchanges",
)
MOST_ROWS: Final = 100_000
"""Rows of a bulk table that a report writes unasked."""

MOST_PLAIN: Final = 10_000
"""Rows of a file that is written as it is. One with more has the suffix GZIP."""

GZIP: Final = ".gz"
_SHARED: Final = 20_000
"""Rows of a capture whose report takes half a second: less than that is not worth a process more."""


class Kept(NamedTuple):
    """Names of the tables that are written, and of those without rows; rows of others, by name.

    left_out: without a file. compressed: written, in a file that is compressed.
    """

    written: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    left_out: Mapping[str, int] = MappingProxyType({})
    compressed: Mapping[str, int] = MappingProxyType({})

    def file(self, name: str) -> str:
        """Where all rows of a table are, below the folder of the report."""
        return f"tables/{name}.csv{GZIP if name in self.compressed else ''}"


def kept(tables: Tables, *, everything: bool = False) -> Kept:
    """What becomes of each table. everything: no table is too long, and none is compressed."""
    rows = {name: len(table) for name, table in tables.items()}
    long = {name: rows[name] for name in BULK if rows[name] > MOST_ROWS and not everything}
    written = tuple(name for name, count in rows.items() if count and name not in long)
    return Kept(
        written,
        tuple(name for name, count in rows.items() if not count),
        long,
        {name: rows[name] for name in written if rows[name] > MOST_PLAIN and not everything},
    )


def processes(tables: Tables, jobs: int) -> int:
    """How many processes, up to so many, are worth it to write of these tables."""
    return jobs if sum(map(len, tables.values())) >= _SHARED else 1


def rows_text(rows: Mapping[str, int]) -> str:
    """Tables with their rows."""
    return ", ".join(f"{name} ({count:,} rows)" for name, count in rows.items())
