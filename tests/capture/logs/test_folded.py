"""Lines that a terminal wrapped."""

from analyzer.capture.logs.folded import LONGEST, joined


def test_what_does_not_begin_a_line_goes_on_with_the_one_before() -> None:
    found = [(1, "  b"), (2, "a one "), (4, "two"), (5, "a three"), (6, " ")]
    assert list(joined(found, lambda text, before: text[:1] == "a" and before != "")) == [
        (1, "  b"),
        (2, "a one two"),
        (5, "a three"),
    ]


def test_a_line_that_never_ends_takes_no_room() -> None:
    found = [len(text) for _, text in joined(((n, "a" * 1000) for n in range(1000)), lambda text, before: False)]
    assert max(found) < LONGEST + 1000
    assert sum(found) == 1_000_000
