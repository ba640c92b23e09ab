import pandas as pd
import pytest

from analyzer.tables.frames import text_type, to_pandas
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table, Tables
from tests.tables.test_store import SMALL

TEXT = str(text_type())  # "str", and "string" in pandas 2.2
DTYPES = {"str": TEXT, "Int64": "Int64", "boolean": "boolean", "Float64": "Float64", "list": "object"}


@pytest.mark.parametrize("name", SCHEMA)
def test_an_empty_table_has_the_schema_s_dtypes(name: str) -> None:
    frame = to_pandas(Tables()[name])
    kept = SCHEMA[name].usual or SCHEMA[name].names
    assert list(frame.columns) == list(kept)
    for column in SCHEMA[name].select(kept).columns:
        assert str(frame[column.name].dtype) == DTYPES.get(column.dtype, column.dtype), column.name


def test_values_and_missing_values() -> None:
    table = Table(SMALL)
    table.append(("a", 2**60 + 1, True, 0.5, 1_700_000_000_123_456_789, ("x", "y"), (1, 2)))
    table.append((None, None, None, None, None, None, None))
    table.append(("", 0, False, 0.0, 0, (), ()))
    frame = to_pandas(table)
    assert [str(t) for t in frame.dtypes] == [
        TEXT,
        "Int64",
        "boolean",
        "Float64",
        "datetime64[ns, UTC]",
        "object",
        "object",
    ]
    assert frame.number[0] == 2**60 + 1
    assert frame.when[0] == pd.Timestamp("2023-11-14T22:13:20.123456789Z")
    assert frame.names[0] == ["x", "y"]
    assert frame.names[1] is None
    assert frame.numbers[2] == []
    assert frame.iloc[1, :5].isna().all()
    assert not frame.iloc[2].isna().any()
    assert frame.text[2] == ""
    assert frame.attrs["schema_version"] == 1


def test_list_cells_are_not_shared() -> None:
    table = Table(SMALL)
    table.extend([(None, None, None, None, None, ("x",), None)] * 2)
    frame = to_pandas(table)
    frame.names[0].append("y")
    assert frame.names[1] == ["x"]
    assert table.column("names") == [("x",), ("x",)]
