"""Rows of tables and lines of bytes as HTML, a whole table at a time: a template takes ten times as long for each cell.

What stands between the tags is made safe as the templates do it: control and direction characters visible, of bounded
length, escaped; here once for each distinct text of a page. Tags and attributes are written here and hold no text of a
capture.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from analyzer.report.escaping import safe
from analyzer.report.words import clip

if TYPE_CHECKING:
    from analyzer.report.sections import Heading, TableView
    from analyzer.report.tree import Row

_DEEPEST: Final = 6  # levels of a field tree that are indented
_MOST_VALUE: Final = 160
_LONG: Final = 32  # characters: a longer text may be broken anywhere


class _Cells(dict[str, str]):
    """A table cell of each text: <td> with this class or none."""

    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self._begin = f'<td class="{kind}">' if kind else "<td>"

    def __missing__(self, text: str) -> str:
        cell = self[text] = f"{self._begin}{safe(text)}</td>"
        return cell


class _LongCells(_Cells):
    """The same; one of a long text may be broken anywhere."""

    def __missing__(self, text: str) -> str:
        cell = self[text] = f'<td class="long">{safe(text)}</td>' if len(text) > _LONG else f"<td>{safe(text)}</td>"
        return cell


class Cells:
    """The bulk of one page, each distinct text of it made safe once."""

    def __init__(self) -> None:
        self._plain, self._texts, self._numbers = _Cells(), _LongCells(), _Cells("number")
        self._levels = [_Cells(f"d{depth}") for depth in range(_DEEPEST + 1)]

    def headings(self, table: "TableView") -> Markup:
        """The headings of a table of the capture, each with its meaning."""
        return _headings(table.headings)

    def rows(self, table: "TableView") -> Markup:
        """All rows of a table of the capture that a page shows."""
        kinds = [self._numbers if heading.number else self._texts for heading in table.headings]
        rows = ("".join([cells[text] for cells, text in zip(kinds, row, strict=True)]) for row in table.rows)
        return _lines(f"<tr>{row}</tr>" for row in rows)

    def tree(self, rows: "Iterable[Row]") -> Markup:
        """The fields of a message, each followed by its defects."""
        return _lines(line for row in rows for line in self._field(row))

    def _field(self, row: "Row") -> Iterable[str]:
        plain, name = self._plain, self._levels[min(row.depth, _DEEPEST)][row.name]
        value, meaning = plain[clip(row.value, _MOST_VALUE)], plain[clip(row.meaning, _MOST_VALUE)]
        place = f'<td class="number">{row.offset}</td><td class="number">{row.length}</td>'
        yield f"<tr>{place}{name}{value}{meaning}{plain[row.reference]}</tr>"
        for defect in row.defects:
            level = f'<td class="d{min(row.depth, _DEEPEST)}" colspan="4">'
            yield f'<tr><td></td><td></td>{level}<span class="strange">✖ {safe(str(defect))}</span></td></tr>'

    def hex(self, lines: Sequence[str]) -> Markup:
        """Lines of bytes in hex, of which hardly two are equal."""
        return _lines(map(safe, lines))


def _lines(lines: Iterable[Any]) -> Markup:
    return Markup("\n".join(lines))  # noqa: S704  (made of tags written here and of what went through `safe`)


@lru_cache(maxsize=64)
def _headings(headings: "tuple[Heading, ...]") -> Markup:
    cells = []
    for heading in headings:
        number = ' class="number"' if heading.number else ""
        name = "_<wbr>".join(map(safe, heading.name.split("_")))  # a line may be broken behind each
        cells.append(f'<th scope="col" title="{safe(heading.doc)}"{number}>{name}</th>')
    return Markup("".join(cells))  # noqa: S704  (as above)
