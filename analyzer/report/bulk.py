"""Which tables of a report become files: those with rows; of those that grow with the messages, only as many as last.

Half a million messages have two million transforms: hundreds of megabytes that hardly anybody opens, written before
the first page can be read. They are named where they are left out, and one option writes them.
"""

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
    "exchanges",
)
MOST_ROWS: Final = 100_000
"""Rows of a bulk table that a report writes unasked."""


class Kept(NamedTuple):
    """Names of the tables that are written, and of those without rows; rows of those that are left out, by name."""

    written: tuple[str, ...]
    empty: tuple[str, ...]
    left_out: dict[str, int]


def kept(tables: Tables, *, everything: bool = False) -> Kept:
    """What becomes of each table. everything: no table is too long."""
    rows = {name: len(table) for name, table in tables.items()}
    long = {name: rows[name] for name in BULK if rows[name] > MOST_ROWS and not everything}
    return Kept(
        tuple(name for name, count in rows.items() if count and name not in long),
        tuple(name for name, count in rows.items() if not count),
        long,
    )


def left_out_text(left_out: dict[str, int]) -> str:
    """The tables that are left out, with their rows."""
    return ", ".join(f"{name} ({count:,} rows)" for name, count in left_out.items())
