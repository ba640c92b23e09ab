"""Captures that several processes read, gathered in one Analysis: the tables that one process would have filled."""

from typing import Final, NamedTuple

from analyzer.analysis import Analysis
from analyzer.capture.places import Places
from analyzer.tables.in_files import place
from analyzer.tables.storage import Packed

_OWN_NUMBERS: Final = {"flows": "flow", "floods": "flood"}  # columns that number a table's own rows, over all captures


class Parts(NamedTuple):
    """What is sent of one capture: its tables but those without rows, and where the frames of a set stand."""

    tables: dict[str, list[Packed]]
    places: Places | None


def parts_of(capture: str, analysis: Analysis) -> Parts:
    """The tables of one capture, as what can be sent; for `take`."""
    packed = {name: table.packed() for name, table in analysis.tables.made() if len(table)}
    return Parts(packed, analysis.places.get(capture))


def take(analysis: Analysis, capture: str, parts: Parts) -> None:
    """Add the tables of one more capture, as `Analysis.add` would; its negotiations are numbered already."""
    starts = analysis.tables.lengths()
    for name, columns in parts.tables.items():
        table = analysis.tables[name]
        before = len(table)
        table.take(columns)
        if name in _OWN_NUMBERS:
            table.shift(_OWN_NUMBERS[name], before, before)
    analysis.paths.append(capture)
    if parts.places is not None:
        analysis.places[capture] = parts.places
        place(analysis.tables, starts, parts.places)
