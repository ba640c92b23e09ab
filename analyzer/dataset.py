"""A dataset on disk as the tables of an Analysis: columns and rows are read when they are asked for, and only those.

A dataset is a folder with a folder for each table that has rows, and in it `capture=NAME/part-*.parquet` for each
capture, as Hive and pyarrow name partitions. Which capture a part is of stands in its metadata too: a long name is cut.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyzer.errors import AnalyzerError, CaptureError
from analyzer.report.dataset import BELOW, REPORT, of_report
from analyzer.tables.kinds import BOOL, FLOAT, INT
from analyzer.tables.parquet import HINT, add_parts, readable, said_of
from analyzer.tables.properties import TypedFrames
from analyzer.tables.schema import SCHEMA, SCHEMA_VERSION
from analyzer.tables.store import Tables
from analyzer.tables.united import United

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds

_PART: Final = re.compile(r"part-([0-9]{1,9})(?:-of-(.+))?")


def open_dataset(folder: "str | os.PathLike[str]") -> "Dataset":
    """Open the dataset in a folder, or in `dataset` below it; no row is read yet.

    Raises AnalyzerError: pyarrow is not installed. CaptureError: there is no dataset, a part of it cannot be read, or
    was written with a newer table schema.
    """
    return Dataset(Path(folder))


class Dataset(TypedFrames):
    """The tables of several captures, each a `pandas.DataFrame` as an Analysis has it.

    `negotiation` counts through all captures of an `export`, as in an Analysis of several. In a report of several
    captures it begins with 1 in each: all tables have the column `report` behind their last one, the folder of the
    capture's report, and what belongs to a negotiation has its `report` and its `negotiation`. An entry of `attrs`, and
    the metadata of each file, say which table schema it is.
    """

    def __init__(self, folder: Path) -> None:
        """Raises as `open_dataset`."""
        _needed()
        place = dataset_in(folder)
        if place is None:
            raise CaptureError(str(folder), "no dataset is there", HINT)
        self.path = place
        self._parts: dict[str, list[Path]] = {}
        self._schemas = dict(SCHEMA)
        for part in (next(_parts(place / name), None) for name in SCHEMA):
            if part is not None:
                found = self._read_schema(part)
                said_of(part, found.metadata)
                if REPORT.name in found.names:
                    self._schemas = {name: of_report(schema) for name, schema in SCHEMA.items()}
        self._sources: dict[str, ds.Dataset] = {}
        self._frames: dict[str, pd.DataFrame] = {}

    def read(self, table: str, columns: Sequence[str] | None = None, filter: Any = None) -> "pd.DataFrame":  # noqa: A002
        """Some columns of a table, and of its rows those that match; nothing else is read from disk.

        - `columns`: names in their order; all if not given
        - `filter`: an expression of `pyarrow.dataset`, such as `field("outcome") == "failed"`; one about `capture`
          leaves the files of other captures alone

        KeyError: there is no such table or column. CaptureError: a part cannot be read.
        """
        schema = self._schemas[table]
        names = list(columns) if columns is not None else list(schema.usual or schema.names)
        schema.select(names)
        with readable(self.path):
            return _frame(self._source(table).to_table(columns=names, filter=filter), table)

    def arrow(self, table: str) -> "pa.Table":
        """A whole table with the types of Arrow. KeyError: there is none of this name. CaptureError: as for `read`."""
        with readable(self.path):
            return self._source(table).to_table()

    def parts(self, table: str) -> list[Path]:
        """The files of a table, in the order of its rows. CaptureError: a folder cannot be looked into."""
        if table not in self._parts:
            self._parts[table] = sorted(_parts(self.path / table), key=_order)
        return self._parts[table]

    def tables(self, wanted: Mapping[str, Sequence[str]]) -> Tables:
        """Some columns of some tables as an Analysis keeps them; a report's negotiations count through all captures.

        KeyError: there is no such table or column. CaptureError: as for `read`; or a part is of another table schema,
        or there are more rows than are read at once.
        """
        from analyzer.tables.arrow import arrow_schema  # noqa: PLC0415

        found = United(wanted)
        for name, columns in wanted.items():
            schema = self._schemas[name]
            names = [column for column in columns if column != "capture"]
            types = arrow_schema(schema.select([*names, *({REPORT.name} & {*schema.names})]))
            add_parts(found, name, self.parts(name), types.remove_metadata(), REPORT.name)
        return found.tables

    def to_duckdb(self, path: "str | os.PathLike[str]") -> None:
        """Write all tables into one DuckDB database, as `Analysis.to_duckdb` does.

        AnalyzerError: duckdb is not installed. OutputError: it cannot be written. CaptureError: as for `read`.
        """
        from analyzer.report.database import write_arrow_duckdb  # noqa: PLC0415

        write_arrow_duckdb(((schema, self.arrow(name)) for name, schema in self._schemas.items()), Path(path))

    def _frame(self, name: str) -> "pd.DataFrame":
        if name not in self._frames:
            self._frames[name] = self.read(name)
        return self._frames[name]

    def _read_schema(self, part: Path) -> "pa.Schema":
        import pyarrow.parquet as pq  # noqa: PLC0415  (an extra)

        with readable(part):
            return pq.read_schema(part)

    def _source(self, name: str) -> "ds.Dataset":
        """The parts of a table, each with its capture, so that a filter need not open those of others."""
        if name not in self._sources:
            import pyarrow.dataset as ds  # noqa: PLC0415
            from pyarrow.fs import LocalFileSystem  # noqa: PLC0415

            from analyzer.tables.arrow import arrow_schema  # noqa: PLC0415

            form, files, fragments = ds.ParquetFileFormat(), LocalFileSystem(), []
            for part in self.parts(name):
                metadata = said_of(part, self._read_schema(part).metadata)
                capture = metadata[b"capture"].decode("utf-8", "replace")
                field = ds.field("capture")
                of_it = field == capture if capture else field.is_null()
                fragments.append(form.make_fragment(str(part), files, of_it))
            kept = self._schemas[name]
            schema = arrow_schema(kept if kept.usual is None else kept.select(kept.usual))
            self._sources[name] = ds.FileSystemDataset(fragments, schema, form, files)
        return self._sources[name]


def dataset_in(folder: Path) -> Path | None:
    """Where the files of a dataset are: in a folder, or in `dataset` below it; None if there is none.

    CaptureError: a folder cannot be looked into.
    """
    # Below a report there may be folders called like tables too: those of captures
    places = (folder, folder / BELOW)
    return next((place for place in places if any(True for name in SCHEMA for _ in _parts(place / name))), None)


def _parts(table: Path) -> Iterator[Path]:
    """The files of a table, in no order."""
    try:
        with os.scandir(table) as captures:
            for capture in captures:
                if capture.name.startswith("capture=") and capture.is_dir():
                    names = os.listdir(capture.path)  # noqa: PTH208  (there are thousands)
                    yield from (Path(capture.path, name) for name in names if fnmatch(name, "part-*.parquet"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise CaptureError(str(error.filename or table), f"cannot be read ({error.strerror or error})") from error


def _order(part: Path) -> tuple[str, int, str]:
    """Parts in the order of their captures; of a report, of its folders, and in these of the files of a set."""
    found = _PART.fullmatch(part.stem)
    return (found[2] or "", int(found[1]), str(part)) if found else ("", -1, str(part))


def _needed() -> None:
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415  (pyarrow.dataset loads pandas too)
    except ImportError:
        raise AnalyzerError("A dataset needs pyarrow, which is not installed; do: pip install pyarrow") from None


def _frame(rows: "pa.Table", table: str) -> "pd.DataFrame":
    """A frame with the dtypes of the schema; lists are Python lists."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    from analyzer.tables.frames import text_type  # noqa: PLC0415

    kinds = {
        pa.string(): text_type(),
        pa.int64(): pd.api.types.pandas_dtype(INT),
        pa.bool_(): pd.api.types.pandas_dtype(BOOL),
        pa.float64(): pd.api.types.pandas_dtype(FLOAT),
    }
    lists = [name for name, kind in zip(rows.column_names, rows.schema.types, strict=True) if pa.types.is_list(kind)]
    frame: pd.DataFrame = rows.to_pandas(types_mapper=kinds.get, ignore_metadata=True)
    for name in lists:
        frame[name] = pd.Series(rows.column(name).to_pylist(), index=frame.index, dtype=object)
    frame.attrs = {"table": table, "schema_version": SCHEMA_VERSION}
    return frame
