"""report.json: tables and provenance in one file, written row by row; and reading one back for `diff`.

Beside a report a table of very many rows is left out, and the file says where it is: `tables/NAME.csv`. What
`diff` compares is always whole.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analyzer.errors import CaptureError
from analyzer.report.files import writing
from analyzer.report.provenance import Provenance, provenance_of
from analyzer.tables.schema import SCHEMA_VERSION, TIME
from analyzer.tables.store import Tables
from analyzer.tables.write import json_rows

if TYPE_CHECKING:
    from analyzer.analysis import Analysis


MOST_ROWS: Final = 10_000
_ALWAYS: Final = frozenset({"captures", "negotiations", "certificates", "responders"})  # what `diff` compares


def write_json(analysis: "Analysis", path: Path) -> None:
    """Write all tables of one run, every row of them."""
    with writing(path), path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(json_pieces(analysis.tables, provenance_of(analysis)))


def json_pieces(tables: Tables, provenance: Provenance, most: int | None = None) -> Iterator[str]:
    """The file's text piece by piece: schema_version, provenance, left_out, tables by name; each row on its own line.

    most: tables of more rows than that are left out, but for those that `diff` compares.
    """
    kept = {name: table for name, table in tables.items() if most is None or name in _ALWAYS or len(table) <= most}
    left_out = {
        name: {"rows": len(table), "file": f"tables/{name}.csv"} for name, table in tables.items() if name not in kept
    }
    yield f'{{"schema_version": {SCHEMA_VERSION},\n"provenance": {json.dumps(provenance.record())},\n'
    yield f'"left_out": {json.dumps(left_out)},\n"tables": {{'
    for place, (name, table) in enumerate(kept.items()):
        yield f'{"," if place else ""}\n"{name}": ['
        for row, line in enumerate(json_rows(table)):
            yield f"{',' if row else ''}\n{line}"
        yield "]"
    yield "}}\n"


def read_json(path: Path) -> Tables:
    """The tables of a saved report. CaptureError: it is none, or of a later schema."""
    try:
        saved = json.loads(path.read_text("utf-8"))
        version = saved["schema_version"]
        rows: dict[str, list[dict[str, Any]]] = saved["tables"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CaptureError(
            str(path), f"not a saved report ({why})", "Give the report.json that `report` wrote"
        ) from None
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise CaptureError(
            str(path), f"written with table schema {version}, newer than {SCHEMA_VERSION}", "Update this program"
        )
    tables = Tables()
    try:
        for name, table in tables.items():
            columns = [(c.name, c.dtype == TIME) for c in table.schema.columns]
            for row in rows.get(name, ()):
                table.append(tuple(_value(row.get(column), is_time=is_time) for column, is_time in columns))
            len(list(table.columns()))
    except (AttributeError, TypeError, ValueError) as error:
        raise CaptureError(str(path), f"a damaged report: {error}") from None
    return tables


def _value(value: Any, *, is_time: bool) -> Any:
    return _nanoseconds(value) if is_time and value is not None else value


@lru_cache(maxsize=4096)
def _second(text: str) -> int:
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def _nanoseconds(text: str) -> int:
    whole, _, rest = text.removesuffix("Z").partition(".")
    return _second(whole) * 1_000_000_000 + int(rest.ljust(9, "0"))
