"""What is made of buffers is what pyarrow makes of the values; and pandas is not loaded for it."""

import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.tables.arrow_arrays import arrow_array
from analyzer.tables.storage import AnyColumn, Coded, Floats, Numbers

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
NUMBER = st.integers(-(2**63) + 1, 2**63 - 1)
KINDS: tuple[tuple[type[AnyColumn], pa.DataType, st.SearchStrategy[Any]], ...] = (
    (Numbers, pa.int64(), NUMBER),
    (Numbers, pa.timestamp("ns", tz="UTC"), NUMBER),
    (Floats, pa.float64(), st.floats(allow_nan=False)),
    (Coded, pa.string(), TEXT),
    (Coded, pa.bool_(), st.booleans()),
    (Coded, pa.list_(pa.string()), st.lists(TEXT | st.none(), max_size=3).map(tuple)),
    (Coded, pa.list_(pa.int64()), st.lists(NUMBER, max_size=3).map(tuple)),
)


@pytest.mark.parametrize(("column", "kind", "values"), KINDS, ids=str)
@given(data=st.data())
def test_an_array_has_the_cells_of_the_rows(
    column: type[AnyColumn], kind: pa.DataType, values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    stored, cells = column(), data.draw(st.lists(values | st.none(), max_size=20))
    if cells:
        stored.extend(cells)
    rows = data.draw(st.slices(len(cells)).filter(lambda rows: rows.step in (1, None)))
    made = arrow_array(stored, kind, rows)
    made.validate(full=True)
    assert made.equals(pa.array(cells[rows], type=kind))
    assert made.null_count == cells[rows].count(None)


def test_a_value_that_is_missing_twice_and_a_lone_surrogate() -> None:
    column = Coded()
    column.distinct += ["\udc00", None]
    column.cells.extend([2, 1, 0, 2])
    assert arrow_array(column, pa.string()).to_pylist() == [None, "\\udc00", None, None]


def test_what_is_too_much_for_one_array_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Long(str):
        __slots__ = ()

        def encode(self, *_: Any, **__: Any) -> Any:
            return Bytes()

    class Bytes(bytes):
        __slots__ = ()

        def __len__(self) -> int:
            return 2**30

    column = Coded()
    column.extend([Long("x")] * 2)
    with pytest.raises(OverflowError):
        arrow_array(column, pa.string())
    column = Coded()
    column.extend([(2**64,)])
    with pytest.raises(OverflowError):
        arrow_array(column, pa.list_(pa.int64()))


def test_pandas_is_not_loaded() -> None:
    code = """
import io, sys
import analyzer
from analyzer.tables.arrow import write_parquet
for table in analyzer.read_pcap("fixtures/pcaps/ikev2-psk-gcm").tables.values():
    write_parquet(table, io.BytesIO())
print("pyarrow" in sys.modules, "pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"
