"""The place of a fault, below the expression."""

from analyzer.errors import FilterError
from analyzer.tables.filter.faults import fault, named, near


def test_the_mark_stands_below_the_place() -> None:
    assert str(fault("abc == d", 4, "why")).splitlines() == ["why", "  abc == d", "      ^"]


def test_of_a_long_expression_the_place_is_shown() -> None:
    reason, line, mark = str(fault("a" * 500 + "!" + "b" * 500, 500, "why")).splitlines()
    assert line[mark.index("^")] == "!"
    assert len(line) < 140
    assert (line[:6], line[-4:], reason) == ("  ... ", " ...", "why")


def test_what_hides_or_reorders_is_written_out() -> None:
    error = fault("\x1b[31m\u202e !", 7, "no \x1b")
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)
    _, line, mark = str(error).splitlines()
    assert line[mark.index("^")] == "!"


def test_suggestions() -> None:
    assert near("outcom", ["outcome", "host"]) == "; did you mean outcome?"
    assert near("Outcom", ["outcome"]) == "; did you mean outcome?"
    assert near("x" * 100_000, ["outcome"]) == ""
    assert named("x" * 100) == "x" * 60 + "..."
    assert isinstance(fault("", 0, ""), FilterError)
