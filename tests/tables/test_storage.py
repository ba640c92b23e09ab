import pandas as pd
import pytest

from analyzer.tables import storage
from analyzer.tables.frames import to_pandas
from analyzer.tables.storage import Coded, Floats, Numbers, column_for
from analyzer.tables.store import Table
from tests.tables.test_store import SMALL


def test_each_type_has_the_storage_that_suits_it() -> None:
    kinds = {column.name: type(column_for(column.dtype)) for column in SMALL.columns}
    assert [kinds[name] for name in ("number", "when")] == [Numbers, Numbers]
    assert kinds["seconds"] is Floats
    assert [kinds[name] for name in ("text", "flag", "names", "numbers")] == [Coded] * 4


def test_packed_values_are_cells_that_were_not_appended_yet() -> None:
    table, other = Table(SMALL), Table(SMALL)
    rows = [
        ("a", 1, True, 0.5, None, ("x",), (1,)),
        (None, None, False, None, 7, None, ()),
        ("a", 2**70, None, 1.0, 8, (), None),
    ]
    table.extend(rows)
    for (_, column), values in zip(other.columns(), zip(*rows, strict=True), strict=True):
        cells = column.packed(values)
        assert not len(column.cells)
        column.cells.frombytes(cells.tobytes())
    assert list(other.rows()) == list(table.rows())
    other.append(rows[0])
    assert list(other.rows())[3] == rows[0]


def test_lists_may_be_lists() -> None:
    table = Table(SMALL)
    table.append((None, None, None, None, None, ["a", "b"], [1]))
    table.append((None, None, None, None, None, ["a", "b"], None))
    assert table.column("names") == [("a", "b"), ("a", "b")]


def test_numbers_that_lie_are_kept_as_the_largest() -> None:
    table = Table(SMALL)
    for value in (2**64 - 1, 5, None, -(2**70)):
        table.append((None, value, None, None, None, None, None))
    assert table.column("number") == [2**63 - 1, 5, None, -(2**63) + 1]


def test_very_many_distinct_values_are_kept_and_only_the_last_ones_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_REMEMBERED", 8)
    rows = [(f"value {i % 50}" if i % 7 else None, i, None, None, None, (str(i % 11),), None) for i in range(300)]
    table = Table(SMALL)
    table.extend(rows)
    assert list(table.rows()) == rows
    (text, *_, names, _) = (column for _, column in table.columns())
    assert isinstance(text, Coded)
    assert isinstance(names, Coded)
    assert 50 < len(text.distinct) < len(rows)  # some stand there twice, which costs less than to remember all
    for column in (text, names):
        assert len(column._code.__self__) <= 8  # type: ignore[attr-defined]
    frame = to_pandas(table)
    assert [None if pd.isna(text) else text for text in frame["text"]] == [row[0] for row in rows]
