import pytest

from analyzer.report.language import EXAMPLES, filter_lines
from analyzer.tables.filter.fields import SHORTHANDS
from analyzer.tables.filter.where import Filter


@pytest.mark.parametrize("expression", [expression for expression, _ in EXAMPLES])
def test_every_example_is_an_expression(expression: str) -> None:
    assert Filter.parse(expression).text


def test_the_page_has_every_word_and_keeps_to_the_width() -> None:
    lines = [line.text for line in filter_lines(80)]
    assert max(map(len, lines)) <= 80
    assert all(any(line.split()[:1] == [word] for line in lines) for word in SHORTHANDS)
    assert all(f"  {expression}" in lines for expression, _ in EXAMPLES)
