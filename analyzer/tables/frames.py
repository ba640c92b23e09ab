"""A table as a pandas.DataFrame with the schema's dtypes. pandas is imported when the first frame is asked for."""

from typing import TYPE_CHECKING, Any

from analyzer.tables.in_files import in_files
from analyzer.tables.kinds import BOOL, FLOAT, INT, STR, TIME
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.storage import MISSING, AnyColumn, Coded, Numbers
from analyzer.tables.store import Table

if TYPE_CHECKING:
    import pandas as pd


def to_pandas(table: Table) -> "pd.DataFrame":
    """All rows. Times are `datetime64[ns, UTC]`, numbers nullable, list cells fresh Python lists (missing: None)."""
    import pandas as pd  # noqa: PLC0415  (0.6 s and 100 MB that only frames need)

    table = in_files(table)
    dtypes = [column.dtype for column in table.schema.columns]
    columns = {name: _series(column, dtype) for (name, column), dtype in zip(table.columns(), dtypes, strict=True)}
    frame = pd.DataFrame(columns, columns=list(table.schema.names))
    frame.attrs = {"table": table.schema.name, "schema_version": SCHEMA_VERSION}
    return frame


def _series(column: AnyColumn, dtype: str) -> Any:
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if isinstance(column, Numbers):
        cells = np.array(column.cells, dtype="int64")
        if dtype == TIME:  # the marker for missing is NaT's own bit pattern
            return pd.Series(cells.view("datetime64[ns]")).dt.tz_localize("UTC")
        return pd.Series(pd.arrays.IntegerArray(cells, cells == MISSING), dtype=INT)
    if not isinstance(column, Coded):
        cells = np.array(column.cells, dtype="float64")
        return pd.Series(pd.arrays.FloatingArray(cells, np.isnan(cells)), dtype=FLOAT)
    codes = np.array(column.cells, dtype="int64")
    if dtype == STR:
        return pd.Series(pd.array(column.distinct, dtype=text_type()).take(codes))
    if dtype == BOOL:
        return pd.Series(pd.array(column.distinct, dtype=BOOL).take(codes))
    lists = np.empty(len(codes), dtype=object)
    for row, code in enumerate(codes):
        value = column.distinct[code]
        lists[row] = None if value is None else list(value)
    return pd.Series(lists)


def text_type() -> Any:
    """The dtype of text.

    It is what pandas 3 calls "str"; 2.3 has it, but not under that name, and in 2.2 what is missing is <NA>, not NaN.
    """
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.StringDtype(na_value=np.nan)
    except TypeError:
        return pd.StringDtype()
