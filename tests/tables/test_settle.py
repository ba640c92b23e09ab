"""Rows that messages brought before floods were apart from negotiations."""

import numpy as np

from analyzer.tables.settle import settle
from analyzer.tables.storage import MISSING
from analyzer.tables.store import Tables

KEEP = {"messages": ["capture", "frame_number", "negotiation"], "payloads": ["frame_number", "position", "payload"]}


def filled(*rows: tuple[int, int | None]) -> Tables:
    tables = Tables(KEEP)
    names = Tables()["messages"].schema.names
    for frame, number in rows:
        cells = dict.fromkeys(names) | {"capture": "a", "frame_number": frame, "negotiation": number}
        tables["messages"].append(tuple(cells.values()))
    return tables


def read(tables: Tables) -> list[tuple[int, int | None]]:
    return list(tables["messages"].cells("frame_number", "negotiation"))


def test_numbers_are_the_last_ones() -> None:
    tables = filled((1, 1), (2, 5), (3, 6), (4, None), (5, 7))
    settle(tables, {"messages": 1}, np.array([5, MISSING, 6]), 5, late=False)
    assert read(tables) == [(1, 1), (2, 5), (3, None), (4, None), (5, 6)]


def test_late_rows_go_to_their_places() -> None:
    tables = filled((9, 1), (5, 2), (7, 3), (6, 4), (5, 5))
    settle(tables, {"messages": 1}, np.array([1, 2, 3, 4, 5]), 1, late=True)
    assert read(tables) == [(9, 1), (5, 2), (5, 5), (6, 4), (7, 3)]


def test_an_empty_table_stays_so() -> None:
    tables = filled()
    settle(tables, {}, np.array([], np.int64), 1, late=True)
    assert read(tables) == []
