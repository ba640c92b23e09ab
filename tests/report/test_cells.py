"""Bulk rows are what a template would make of them cell by cell, and cost no template for each cell."""

from itertools import cycle, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from analyzer.defects import Defect
from analyzer.report.cells import Cells
from analyzer.report.links import Links
from analyzer.report.rendering import environment
from analyzer.report.sections import Heading, TableView
from analyzer.report.tree import Row, row_text
from tests.work import lines_run

HOSTILE = (
    "<script>alert(1)</script>",
    "\u202egpj.exe",
    "\x1b[2J",
    "a&b",
    'x" onclick="y',
    "'",
    "x" * 33,
    "y" * 2100,
    "",
)
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=40)

ROWS = environment().from_string("""\
{% for row in t.rows %}
<tr>{% for text in row %}<td{% if t.headings[loop.index0].number and text %} class="number"{% elif text | length > 32 %} class="long"{% endif %}>{{ text }}</td>{% endfor %}</tr>
{% endfor %}
""")  # noqa: E501
HEADINGS = environment().from_string(
    '{% from "partials/macros.html.j2" import broken %}\n'
    '{% for h in t.headings %}<th scope="col" title="{{ h.doc }}"{% if h.number %} class="number"{% endif %}>'
    '{{ broken(h.name, "_") }}</th>{% endfor %}'
)
TREE = environment().from_string("""\
{% for r in rows %}
{% set indent = "  " * ([r.depth, 6] | min) %}
<li>{{ "%4d %4d  " | format(r.offset, r.length) }}{{ indent }}{{ said(r) }}</li>
{% for defect in r.defects %}
<li class="strange">{{ " " * 11 }}{{ indent }}✖ {{ defect | string }}</li>
{% endfor %}
{% endfor %}
""")


def view(rows: list[list[str]], *numbers: bool) -> TableView:
    headings = tuple(Heading(f"a_name_{place}", 'What it "is" & means', number) for place, number in enumerate(numbers))
    return TableView("flows", "Rows.", headings, tuple(map(list, zip(*rows, strict=True))), len(rows), len(rows))


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=8))
def test_rows(rows: list[list[str]]) -> None:
    table, cells = view(rows, False, True, False), Cells(Links())
    for _ in range(2):  # the second time every text is known
        assert cells.rows(table) + "\n" == Markup(ROWS.render(t=table))
    assert cells.headings(table) == Markup(HEADINGS.render(t=table))


DEFECT = st.builds(Defect, TEXT, st.integers(0, 99), TEXT, TEXT, TEXT)


@given(
    st.lists(
        st.builds(
            Row,
            st.integers(0, 9),
            st.integers(0, 70000),
            st.integers(0, 70000),
            TEXT,
            TEXT,
            TEXT,
            TEXT,
            st.lists(DEFECT, max_size=2).map(tuple),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_trees(rows: list[Row]) -> None:
    assert str(Cells(Links()).tree(rows)) == TREE.render(rows=rows, said=lambda row: row_text(*row[3:7])).replace(
        "</li>\n", "</li>"
    )


def test_lines_of_bytes_are_text_too() -> None:
    assert Cells(Links()).hex(["00  &<>", "\x1b"]) == "00  &amp;&lt;&gt;\n\\x1b"


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_nothing_hostile_comes_through(text: str) -> None:
    cells = Cells(Links())
    row = Row(0, 0, 1, text, text, text, text, (Defect("wire", 0, text, text, text),))
    for made in (cells.rows(view([[text, text]], False, True)), cells.tree([row]), cells.hex([text])):
        assert text not in made


def test_a_cell_costs_no_template() -> None:
    """Work of one more cell that is known: less than a line of ours, none of the template's."""
    rows = list(islice(cycle([["10.0.0.1", "500"] * 10]), 1000))
    table, cells = view(rows, *[False, True] * 10), Cells(Links())
    assert lines_run(lambda: cells.rows(table)) < 1.5 * 20_000
    assert lines_run(lambda: ROWS.render(t=table)) > 8 * 20_000  # what it is there for
