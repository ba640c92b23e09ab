"""A table as a file: CSV for people and spreadsheets, JSON lines with the values as they are.

Text goes through an encoder once for each distinct value of a column, however often it stands in the table.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any, Final, TextIO

from analyzer.tables.in_files import in_files
from analyzer.tables.kinds import TIME
from analyzer.tables.storage import MISSING, AnyColumn, Coded, Floats
from analyzer.tables.store import Table
from analyzer.tables.text import decimal, iso_times, utf8, visible

_CHUNK: Final = 512  # rows whose cells as text fit into the processor's cache
_MANY: Final = 20_000  # rows of a table in which combinations of cells are looked for
_AT_ONCE: Final = 1 << 13  # of them

# What makes a spreadsheet take a cell for a formula (OWASP ASVS 1.2.10), the full-width forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# What is a CSV field as it is: SPIs, addresses, names of registries, numbers of frames
_is_plain: Final = re.compile("[0-9A-Za-z][0-9A-Za-z._:/;-]*").fullmatch

Encoder = Callable[[Any], str]
Texts = Callable[[Sequence[int]], list[str]]
Cells = Callable[[int, int], Iterable[str]]


class _Field:
    """A file that keeps what was last written to it: quoting one field is left to the csv module."""

    def __init__(self) -> None:
        self._text = ""
        self._writer = csv.writer(self, lineterminator="")

    def write(self, text: str) -> None:
        self._text = text

    def quoted(self, text: str) -> str:
        self._writer.writerow((text,))
        return self._text


def neutral(text: str) -> str:
    """The text with hidden characters visible, and a quote before what a spreadsheet would take for a formula.

    A dash alone, the name of standard input, is none.
    """
    return "'" + visible(text) if text.startswith(_FORMULA) and text != "-" else visible(text)


def csv_encoder(*, raw: bool = False) -> Encoder:
    """A function from a cell to its CSV field; lists are tuples. `raw` leaves text as captured, formulas and all."""
    quoted = _Field().quoted

    @lru_cache(maxsize=65536, typed=True)
    def encode(value: Any) -> str:
        if value is None or value == ():
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return decimal(value) if isinstance(value, float) else str(value)
        if not isinstance(value, str):  # a ';' inside an item would look like two items
            value = ";".join(str(item) if raw else str(item).replace(";", "\\x3b") for item in value)
            if _is_plain(value):
                return str(value)
        return quoted(utf8(value) if raw else neutral(value))

    def text(value: Any) -> str:
        return value if isinstance(value, str) and _is_plain(value) else encode(value)

    return text


def write_csv(table: Table, file: TextIO, *, raw: bool = False, encode: Encoder | None = None) -> None:
    """Write header and rows as CSV: LF, times in ISO 8601, lists joined by ';', missing cells empty.

    `file` is open for UTF-8 text without newline translation (newline=""). encode: the encoder, for many tables that
    say much the same.
    """
    table = in_files(table)
    file.write(",".join(table.schema.names) + "\n")
    encode = encode or csv_encoder(raw=raw)
    for rows in _combined(table, encode) if len(table) >= _MANY else _encoded(table, encode, iso_times):
        file.write("\n".join(map(",".join, rows)) + "\n")


def _combined(table: Table, encode: Encoder) -> Iterator[Iterable[tuple[str, ...]]]:
    """The rows as CSV fields, some thousand at a time; fields that repeat together are one text."""
    from analyzer.tables.combined import joined, together  # noqa: PLC0415  (numpy: worth it for many rows)

    columns, readers, size = [column for _, column in table.columns()], _readers(table, encode, iso_times), len(table)
    groups = [slice(some.start, some.stop) for some in together(columns, size)]
    texts = [joined(columns[some], readers[some], ",") if len(columns[some]) > 1 else None for some in groups]
    for block in range(0, size, _AT_ONCE):
        stop = min(block + _AT_ONCE, size)
        made = [None if text is None else text(block, stop) for text in texts]
        for start in range(block, stop, _CHUNK):
            end = min(start + _CHUNK, stop)
            yield zip(
                *[
                    readers[some.start](start, end) if cells is None else cells[start - block : end - block]
                    for some, cells in zip(groups, made, strict=True)
                ],
                strict=True,
            )


def json_rows(table: Table) -> Iterator[str]:
    """Each row as a JSON object on one line; missing is null. ASCII only: terminals obey nothing in it."""
    table = in_files(table)
    row_format = _json_format(table.schema.names)
    for rows in _encoded(table, _json, _json_times):
        for row in rows:
            yield row_format % row


@lru_cache(maxsize=64)
def _json_format(names: tuple[str, ...]) -> str:
    return "{" + ", ".join(f'"{name}": %s' for name in names) + "}"


def _json(value: Any) -> str:
    if value is None:
        return "null"
    kind = type(value)
    if kind is str:
        return encode_basestring_ascii(value)
    if kind is tuple:
        return f"[{', '.join(map(_json, value))}]"
    return str(value) if kind is int else json.dumps(value)


def _json_times(times: Sequence[int]) -> list[str]:
    return [f'"{text}"' for text in iso_times(times)]


def write_jsonl(table: Table, file: TextIO) -> None:
    """Write one JSON object per row and line, values as they are."""
    for line in json_rows(table):
        file.write(line + "\n")


def _encoded(table: Table, encode: Encoder, times: Texts) -> Iterator[Iterable[tuple[str, ...]]]:
    """The rows, a few hundred at a time, every cell as text."""
    readers = _readers(table, encode, times) if len(table) else []
    for start in range(0, len(table), _CHUNK):
        yield zip(*[read(start, start + _CHUNK) for read in readers], strict=True)


def _readers(table: Table, encode: Encoder, times: Texts) -> list[Cells]:
    """Of each column a function from a range of rows to their cells as text."""
    missing = encode(None)
    return [
        _reader(column, encode, times if schema.dtype == TIME else _decimals, missing)
        for (_, column), schema in zip(table.columns(), table.schema.columns, strict=True)
    ]


def _decimals(numbers: Sequence[int]) -> list[str]:
    return list(map(str, numbers))


def _reader(column: AnyColumn, encode: Encoder, texts_of: Texts, missing: str) -> Cells:
    """A function from a range of rows to their cells as text. texts_of: numbers. missing: None."""
    if isinstance(column, Coded):
        codes = column.cells
        texts = [missing, *map(encode, column.distinct[1:])]  # the first is None
        return lambda start, stop: map(texts.__getitem__, codes[start:stop])
    if isinstance(column, Floats):
        return lambda start, stop: [
            missing if v is None or not isfinite(v) else decimal(v) for v in column.values(start, stop)
        ]
    cells = column.cells

    def read(start: int, stop: int) -> list[str]:
        part = cells[start:stop]
        if MISSING not in part:
            return texts_of(part)
        known = iter(texts_of([v for v in part if v != MISSING] or [0]))
        return [missing if v == MISSING else next(known) for v in part]

    return read
