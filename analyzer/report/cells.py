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
from analyzer.report.links import TABLE, Links
from analyzer.report.tree import row_text
from analyzer.tables.placed import of_frames

if TYPE_CHECKING:
    from analyzer.report.sections import Heading, TableView
    from analyzer.report.tree import Row

_DEEPEST: Final = 6  # levels of a field tree that are indented
_INDENTS: Final = ["  " * depth for depth in range(_DEEPEST + 1)]
_LONG: Final = 32  # characters: a longer text may be broken anywhere


class _Cells(dict[str, str]):
    """A table cell of each text: <td> with this class or none; without text there is nothing for a class to do."""

    def __init__(self, kind: str = "") -> None:
        super().__init__({"": "<td></td>"})
        self._begin = f'<td class="{kind}">' if kind else "<td>"

    def __missing__(self, text: str) -> str:
        cell = self[text] = f"{self._begin}{safe(text)}</td>"
        return cell


class _LongCells(_Cells):
    """The same; one of a long text may be broken anywhere."""

    def __missing__(self, text: str) -> str:
        cell = self[text] = f'<td class="long">{safe(text)}</td>' if len(text) > _LONG else f"<td>{safe(text)}</td>"
        return cell


class _FrameCells(_Cells):
    """The same of texts whose numbers are frames."""

    def __init__(self, links: Links, kind: str = "") -> None:
        super().__init__(kind)
        self._links = links

    def __missing__(self, text: str) -> str:
        cell = self[text] = f"{self._begin}{self._links.numbers(text)}</td>"
        return cell


class _Fields(dict[tuple[str, str, str, str], str]):
    """What a line says of each field, by its name, value, meaning and reference."""

    def __missing__(self, field: tuple[str, str, str, str]) -> str:
        text = self[field] = safe(row_text(*field))
        return text


class Cells:
    """The bulk of one page, each distinct text of it made safe once. links: of its frames."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._frames, self._frame_lists = _FrameCells(links, "number"), _FrameCells(links)
        self._fields = _Fields()
        self._texts, self._numbers = _LongCells(), _Cells("number")

    def headings(self, table: "TableView") -> Markup:
        """The headings of a table of the capture, each with its meaning."""
        return _headings(table.headings)

    def rows(self, table: "TableView") -> Markup:
        """All rows of a table of the capture that a page shows."""
        kinds = [self._kind(heading) for heading in table.headings]
        columns = [map(cells.__getitem__, texts) for cells, texts in zip(kinds, table.columns, strict=True)]
        rows = map("".join, zip(*columns, strict=True))
        if table.name != "messages":
            return _lines([f"<tr>{row}</tr>" for row in rows])
        frames = table.columns[[heading.name for heading in table.headings].index("frame_number")]
        return _lines([f"<tr{self._id(frame)}>{row}</tr>" for frame, row in zip(frames, rows, strict=True)])

    def _kind(self, heading: "Heading") -> dict[str, str]:
        if of_frames(heading.name):
            return self._frames if heading.number else self._frame_lists
        return self._numbers if heading.number else self._texts

    def _id(self, frame: str) -> str:
        """The attribute of a row that shows a message, where it is the frame's place on the page."""
        name = self._links.id_at(self._links.frame(frame), TABLE) if frame else ""
        return f' id="{name}"' if name else ""

    def tree(self, rows: "Iterable[Row]") -> Markup:
        """The fields of a message, a line each as `show` prints it, each followed by its defects."""
        lines, fields = [], self._fields
        for row in rows:
            depth, offset, length, *_, defects = row
            indent = _INDENTS[min(depth, _DEEPEST)]
            lines.append(f"<li>{offset:4} {length:4}  {indent}{fields[row[3:7]]}</li>")
            if defects:
                lines += [f'<li class="strange">{"":11}{indent}✖ {safe(str(one))}</li>' for one in defects]
        return Markup("".join(lines))  # noqa: S704  (as in _lines)

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
