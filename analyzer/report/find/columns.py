"""Columns of a table as JSON that is short once deflated, and cheap to make of 50,000 rows.

Each distinct value stands once. Columns of few distinct values are kept together: rows that are equal in all of them
are one kind, so that a row costs one code for all of these columns. Of the others, numbers are differences, and texts
that name the addresses of their negotiation have marks in their places, which makes most of them equal.
templates/scripts/find-data.js reads it.
"""

from array import array
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any, Final, NamedTuple

from analyzer.tables.kinds import INT, TIME, Column
from analyzer.tables.storage import AnyColumn, Coded
from analyzer.tables.store import Table

SIGNS: Final = "".join(chr(code) for code in range(35, 127) if code != 92)  # which JSON writes as they are
_FEW: Final = 16
_ROWS_A_VALUE: Final = 64  # a column with fewer distinct values than one for so many rows is kept with its like
_EXACT: Final = 2**53  # beyond it numbers of JavaScript are not whole
_MICROSECOND: Final = 1000

MARKS: Final = ("\x01", "\x02")
"""In a text: the addresses of its negotiation's initiator and responder."""

Cells = dict[str, Any]
Ends = tuple[str | None, str | None]


class Coding(NamedTuple):
    """A column: for each row the place of its value among the distinct ones, which stand in the order they come in."""

    codes: Sequence[int]
    values: Sequence[Any]

    def cells(self) -> list[Any]:
        """The value of each row."""
        return [self.values[code] for code in self.codes]


class Relative(NamedTuple):
    """What the numbers of a column are counted from: `bases`, one for each row, which the page finds by `place`."""

    place: Cells
    bases: Sequence[int | None]


def coding_of(values: Iterable[Hashable]) -> Coding:
    """A column of these values."""
    cells = list(values)
    known = {value: code for code, value in enumerate(dict.fromkeys(cells))}
    return Coding(array("i", map(known.__getitem__, cells)), list(known))


def of_column(column: AnyColumn, rows: Sequence[int]) -> Coding:
    """Some rows of a stored column."""
    if not isinstance(column, Coded):
        return coding_of(column.picked(rows))
    codes, values = coding_of(map(column.cells.__getitem__, rows))
    return Coding(codes, [column.distinct[code] for code in values])


def packed_table(
    table: Table,
    rows: Sequence[int],
    *,
    left: Iterable[str] = (),
    relative: Mapping[str, Relative] | None = None,
    ends: Sequence[Ends] = (),
    marking: Container[str] = (),
    views: Callable[[Cells], Cells] | None = None,
    asked: Iterable[str] = (),
) -> Cells:
    """These rows of a table.

    left: columns left out. relative: whole numbers that are counted from others. marking: texts in which marks stand
    for `ends`, the addresses of each row's negotiation. views: texts that follow from the columns `asked`, made once
    for each kind of rows.
    """
    kept, stored, asked = (
        [c for c in table.schema.columns if c.name not in set(left)],
        dict(table.columns()),
        set(asked),
    )
    limit, relative = max(_FEW, len(rows) // _ROWS_A_VALUE), relative or {}
    alone: Cells = {}
    together: list[tuple[Column[Any], Coding]] = []
    for column in kept:
        coding = of_column(stored[column.name], rows)
        if column.name in relative:
            alone[column.name] = counted(coding, relative[column.name])
            continue
        if column.name in marking and len(coding.values) > limit and not _has_marks(coding):
            alone[column.name] = _alone(coding_of(map(_mark, coding.cells(), ends)), column.dtype) | {"marked": True}
            continue
        if column.name in asked or len(coding.values) <= limit:
            together.append((column, coding))
        else:
            alone[column.name] = _alone(coding, column.dtype)
    kinds = coding_of(zip(*(coding.codes for _, coding in together), strict=True))
    return {
        "rows": len(rows),
        "columns": [column.name for column in kept],
        "times": [column.name for column in kept if column.dtype == TIME],
        "alone": alone,
        "kinds": {"count": len(kinds.values)} | codes_of(kinds),
        "together": _of_kinds(together, kinds.values),
        "views": {} if views is None else dict(_seen(together, kinds.values, views)),
    }


def _has_marks(coding: Coding) -> bool:
    """Whether a text holds such a sign already, which would be taken for one."""
    texts = (text for value in coding.values for text in (value if isinstance(value, tuple) else (value or "",)))
    return any(mark in text for text in texts for mark in MARKS)


def _mark(value: str | tuple[str, ...] | None, ends: Ends) -> Hashable:
    if isinstance(value, tuple):
        return tuple(_mark(text, ends) for text in value)
    for mark, address in zip(MARKS, ends, strict=True):
        if value and address and address in value:
            value = value.replace(address, mark)
    return value


def _of_kinds(together: Sequence[tuple[Column[Any], Coding]], kinds: Sequence[tuple[int, ...]]) -> Cells:
    """The columns kept together, a row for each kind."""
    found = {}
    for (column, (_, values)), codes in zip(together, zip(*kinds, strict=True), strict=False):
        texts = [None if value is None else str(value) for value in values] if column.dtype == TIME else values
        found[column.name] = written(Coding(codes, texts))
    return found


def _seen(
    together: Sequence[tuple[Column[Any], Coding]], kinds: Sequence[tuple[int, ...]], views: Callable[[Cells], Cells]
) -> Iterator[tuple[str, Cells]]:
    """What follows from the cells of each kind."""
    named = [(column.name, coding.values) for column, coding in together]
    made = [views({name: values[code] for (name, values), code in zip(named, kind, strict=True)}) for kind in kinds]
    for name in made[0] if made else ():
        yield name, written(coding_of(one[name] for one in made))


def written(coding: Coding) -> Cells:
    """A column whose values repeat."""
    return {"values": list(coding.values)} | codes_of(coding)


def codes_of(coding: Coding) -> Cells:
    """For each row the place of its value in as many signs as it takes; nothing where all are equal."""
    count, width = len(coding.values), 1
    while len(SIGNS) ** width < count:
        width += 1
    if count <= 1:
        return {}
    words = list(map("".join, islice(product(SIGNS, repeat=width), count)))
    return {"codes": "".join(map(words.__getitem__, coding.codes)), "width": width}


def _alone(coding: Coding, dtype: str) -> Cells:
    """A column of many distinct values."""
    cells = coding.cells()
    if dtype in (INT, TIME):
        return steps(cells)
    if 2 * len(coding.values) <= len(cells):
        return written(coding)
    lengths = {len(cell) if isinstance(cell, str) and cell.isalnum() else 0 for cell in cells}
    length = min(lengths)
    return {"text": "".join(cells), "each": length} if len(lengths) == 1 and length else {"cells": cells}


def counted(coding: Coding, relative: Relative) -> Cells:
    """Numbers less what they are counted from; of a list the first, the others less the one before each."""
    less = coding_of(map(_less, coding.cells(), relative.bases))
    if 2 * len(less.values) <= len(coding.codes):
        return written(less) | relative.place
    return {"cells": less.cells()} | relative.place


def _less(cell: int | tuple[int, ...] | None, base: int | None) -> Hashable:
    if isinstance(cell, tuple):
        return tuple(number - last for number, last in zip(cell, (base or 0, *cell), strict=False))
    return None if cell is None else _exact(cell - (base or 0))


def steps(numbers: Sequence[int | None]) -> Cells:
    """Whole numbers as differences, each to the last one that is there."""
    unit = 1 if any(number is not None and number % _MICROSECOND for number in numbers) else _MICROSECOND
    found: list[int | str | None] = []
    last = 0
    for number in numbers:
        found.append(None if number is None else _exact((number - last) // unit))
        last = last if number is None else number
    return {"steps": found, "unit": unit}


def _exact(number: int) -> int | str:
    """As text where a script could not read all digits of the number."""
    return number if abs(number) <= _EXACT else str(number)
