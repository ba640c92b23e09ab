"""Files of a dataset as they are read back: what each says of itself, and its rows as tables keep them."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analyzer.errors import CaptureError
from analyzer.tables.schema import SCHEMA_VERSION
from analyzer.tables.united import United, other_schema

if TYPE_CHECKING:
    import pyarrow as pa

HINT: Final = "Give the folder that `export --table all --format parquet` or `report` of several captures wrote"
_AT_ONCE: Final = 1 << 16  # rows that are Python's at one time


def said_of(part: Path, metadata: "Mapping[bytes, bytes] | None") -> dict[bytes, bytes]:
    """What a part says of itself. CaptureError: nothing, or it is of a newer schema."""
    metadata = metadata or {}
    version = metadata.get(b"schema_version", b"").decode("ascii", "replace")
    if not version.isdecimal() or b"capture" not in metadata:
        raise CaptureError(str(part), "not a part of a dataset", HINT)
    if len(version) > 9 or int(version) > SCHEMA_VERSION:
        reason = f"written with table schema {version[:9]}, newer than {SCHEMA_VERSION}"
        raise CaptureError(str(part), reason, "Update this program")
    return dict(metadata)


def add_parts(found: United, table: str, parts: list[Path], types: "pa.Schema", report: str) -> None:
    """Add the rows of files, of their columns those of these types. report: the column that negotiations count within.

    CaptureError: a file cannot be read, or is of another table schema or of other types.
    """
    import pyarrow as pa  # noqa: PLC0415

    batches, captures = list[pa.RecordBatch](), list[str | None]()
    for part in parts:
        with readable(part):
            for capture, rows in _rows(part, types):
                batches.append(rows)
                captures += [capture] * rows.num_rows
                if len(captures) >= _AT_ONCE:
                    _flush(found, table, batches, captures, part, report)
    for part in parts[-1:]:
        _flush(found, table, batches, captures, part, report)


def _flush(
    found: United, table: str, batches: "list[pa.RecordBatch]", captures: "list[str | None]", part: Path, report: str
) -> None:
    """Add what was read up to this part: of many small files at once."""
    import pyarrow as pa  # noqa: PLC0415

    if not captures:
        return
    with readable(part):
        rows = pa.Table.from_batches(batches)
        cells = {name: column.to_pylist() for name, column in zip(rows.column_names, rows.columns, strict=True)}
    found.add(table, cells | {"capture": captures}, str(part), cells.get(report) or [None] * len(captures))
    batches.clear()
    captures.clear()


def _rows(part: Path, types: "pa.Schema") -> "Iterator[tuple[str | None, pa.RecordBatch]]":
    """The rows of one file with these types, each time with its capture."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    if not stat.S_ISREG(part.stat().st_mode):
        raise CaptureError(str(part), "not a regular file", HINT)
    with pa.OSFile(os.fspath(part)) as data, pq.ParquetFile(data, pre_buffer=False) as file:
        metadata = said_of(part, file.metadata.metadata)
        version = int(metadata[b"schema_version"])
        if version != SCHEMA_VERSION:
            raise other_schema(part, version)
        capture = metadata[b"capture"].decode("utf-8", "replace") or None
        for rows in file.iter_batches(_AT_ONCE, columns=types.names, use_threads=False):
            yield capture, _typed(rows, part, types)


def _typed(rows: "pa.RecordBatch", part: Path, types: "pa.Schema") -> "pa.RecordBatch":
    """The rows with these types; a column that they do not have is missing in all of them."""
    import pyarrow as pa  # noqa: PLC0415

    schema, columns = rows.schema, list[pa.Array]()
    if schema != types:
        for field in types:
            at = schema.get_field_index(field.name)
            columns.append(rows.column(at) if at >= 0 else pa.nulls(rows.num_rows, field.type))
            if columns[-1].type != field.type:
                reason = f"its column {field.name} is of type {columns[-1].type}, not {field.type}"
                raise CaptureError(str(part), reason, HINT)
    return pa.RecordBatch.from_arrays(columns or rows.columns, schema=types)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Make a CaptureError of what pyarrow says of files that are gone, damaged or of other columns."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        yield
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        why = str(error).partition("\n")[0][:200]
        raise CaptureError(str(path), f"cannot be read as part of a dataset ({why})") from error
