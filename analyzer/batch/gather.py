"""Captures that several processes read, gathered in one Analysis: the tables that one process would have filled."""

from typing import Final

from analyzer.analysis import Analysis
from analyzer.tables.store import Packed

Parts = dict[str, list[Packed]]

_OWN_NUMBERS: Final = {"flows": "flow", "floods": "flood"}  # columns that number a table's own rows, over all captures


def parts_of(_capture: str, analysis: Analysis) -> Parts:
    """The tables of one capture, as what can be sent; for `take`."""
    return {name: table.packed() for name, table in analysis.tables.items() if len(table)}


def take(analysis: Analysis, capture: str, parts: Parts) -> None:
    """Add the tables of one more capture, as `Analysis.add` would; its negotiations are numbered already."""
    for name, columns in parts.items():
        table = analysis.tables[name]
        before = len(table)
        table.take(columns)
        if name in _OWN_NUMBERS:
            table.shift(_OWN_NUMBERS[name], before, before)
    analysis.paths.append(capture)
