"""report.json: tables and provenance in one file, written row by row; and reading one back for `diff`.

Beside a report a table of very many rows is left out, and the file says where it is: `tables/NAME.csv`, or nowhere if
that was not written either. What `diff` compares is always whole.
"""

import gzip
import json
import os
import stat
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyzer.errors import CaptureError
from analyzer.report.bulk import GZIP, MOST_PLAIN, Kept
from analyzer.report.files import new_text
from analyzer.report.provenance import Provenance, provenance_of
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column
from analyzer.tables.schema import SCHEMA, SCHEMA_VERSION
from analyzer.tables.store import Tables
from analyzer.tables.united import other_schema
from analyzer.tables.write import json_rows

if TYPE_CHECKING:
    from analyzer.analysis import Analysis


JSON_FILE: Final = "report.json"
MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 256 << 20  # of a saved report: some 100,000 negotiations
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {STR: str, INT: int, BOOL: bool, FLOAT: (int, float), TIME: str}
_ALWAYS: Final = frozenset(
    {"captures", "negotiations", "certificates", "responders", "findings", "verdicts"}
)  # what `diff` compares


_ALL: Final = Kept(tuple(SCHEMA))


def write_json(analysis: "Analysis", path: Path) -> None:
    """Write all tables of one run, every row of them."""
    with new_text(path, private=analysis.decrypts) as file:
        file.writelines(json_pieces(analysis.tables, provenance_of(analysis)))


def json_pieces(tables: Tables, provenance: Provenance, most: int | None = None, files: Kept = _ALL) -> Iterator[str]:
    """The file's text piece by piece: schema_version, provenance, left_out, tables by name; each row on its own line.

    most: tables of more rows than that are left out, but for those that `diff` compares. files: of the tables.
    """
    kept = {name: table for name, table in tables.items() if most is None or name in _ALWAYS or len(table) <= most}
    left_out = {
        name: {"rows": len(table), "file": files.file(name) if name in files.written else None}
        for name, table in tables.items()
        if name not in kept
    }
    yield f'{{"schema_version": {SCHEMA_VERSION},\n"provenance": {json.dumps(provenance.record())},\n'
    yield f'"left_out": {json.dumps(left_out)},\n"tables": {{'
    for place, (name, table) in enumerate(kept.items()):
        yield f'{"," if place else ""}\n"{name}": ['
        for row, line in enumerate(json_rows(table)):
            yield f"{',' if row else ''}\n{line}"
        yield "]"
    yield "}}\n"


def json_name(tables: Tables, *, compressed: bool = True) -> str:
    """What the file is called beside a report: with the suffix GZIP it is compressed, as one of so many rows may be."""
    long = any(len(tables[name]) > MOST_PLAIN for name in _ALWAYS)
    return f"{JSON_FILE}{GZIP if long and compressed else ''}"


def saved_report(folder: Path) -> Path | None:
    """The report.json of a folder that `report` wrote, compressed or not, if there is one."""
    return next((folder / name for name in (JSON_FILE, JSON_FILE + GZIP) if os.path.lexists(folder / name)), None)


def read_json(path: Path, wanted: Mapping[str, Sequence[str]] | None = None) -> Tables:
    """The tables of a saved report, compressed if its name says so. wanted: only these columns of only these tables.

    CaptureError: it is none, damaged, or of another schema.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise CaptureError(str(path), "not a regular file", "Give the report.json that `report` wrote")
        with gzip.open(path) if path.suffix == GZIP else path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            reason = f"larger than {MOST_BYTES >> 20} MiB: a report of that size is not read"
            raise CaptureError(str(path), reason, "Compare the captures")
        saved = json.loads(data)
        version = saved["schema_version"]
        rows: dict[str, list[dict[str, Any]]] = saved["tables"]
    except OSError as error:
        raise CaptureError(str(path), f"cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, RecursionError, EOFError, zlib.error) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CaptureError(
            str(path), f"not a saved report ({why})", "Give the report.json that `report` wrote"
        ) from None
    if type(version) is not int or version != SCHEMA_VERSION:
        raise other_schema(path, version)
    tables = Tables(wanted)
    try:
        for name in SCHEMA if wanted is None else wanted:
            table = tables[name]
            readers = _readers(name, table.schema.names)
            for row in rows.get(name, ()):
                table.append(tuple([read(row.get(column)) for column, read in readers]))
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise CaptureError(str(path), f"a damaged report: {error}") from None
    return tables


def _readers(table: str, kept: Collection[str]) -> list[tuple[str, Callable[[Any], Any]]]:
    """What makes each cell of a row; nothing of those that are not kept."""
    schema = SCHEMA[table]
    columns = schema.columns if schema.usual is None else schema.select(schema.usual).columns
    return [(c.name, _reader(c) if c.name in kept else _nothing) for c in columns]


def _nothing(_value: Any) -> None:
    """The cell of a column that nobody asked for."""


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a cell of a JSON value; ValueError: a value that the schema does not have in this column."""
    if column.dtype == LIST:
        item = _scalar(column.name, column.items or STR)
        return lambda value: None if value is None else tuple(map(item, _checked(column.name, value, list)))
    return _scalar(column.name, column.dtype)


def _scalar(name: str, dtype: str) -> Callable[[Any], Any]:
    kinds = _KINDS[dtype]
    if dtype == TIME:
        return lambda value: None if value is None else _nanoseconds(_checked(name, value, kinds))
    return lambda value: None if value is None else _checked(name, value, kinds)


def _checked(name: str, value: Any, kinds: type | tuple[type, ...]) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise ValueError(f"{name} is {type(value).__name__} {str(value)[:40]!r}")
    return value


@lru_cache(maxsize=4096)
def _second(text: str) -> int:
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def _nanoseconds(text: str) -> int:
    whole, _, rest = text.removesuffix("Z").partition(".")
    return _second(whole) * 1_000_000_000 + int(rest.ljust(9, "0"))
