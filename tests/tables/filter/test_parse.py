"""What is no expression is said, with its place; and how large one may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import FilterError
from analyzer.tables.filter import tree
from analyzer.tables.filter.parse import MOST_CHARACTERS, MOST_CONDITIONS, MOST_DEPTH, parsed
from analyzer.tables.filter.tree import Compare, Not, Present, Search, Value, leaves
from tests.tables.filter.corpus import CASES, CORPUS, ERRORS


def error_of(text: str, table: str = "negotiations") -> FilterError | None:
    try:
        parsed(text, table)
    except FilterError as error:
        return error
    return None


@pytest.mark.parametrize(("table", "where", "at", "says"), ERRORS, ids=[where for _, where, *_ in ERRORS])
def test_what_is_wrong_and_where(table: str, where: str, at: int, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        parsed(where, table)
    assert (caught.value.at, says in caught.value.reason) == (at, True), caught.value.reason
    assert str(caught.value).splitlines()[-1].endswith("^")


def test_the_corpus_states_the_limits() -> None:
    assert CORPUS["limits"] == {"characters": MOST_CHARACTERS, "depth": MOST_DEPTH, "conditions": MOST_CONDITIONS}


def test_trees() -> None:
    def found(text: str) -> tree.Tree:
        return parsed(text, "negotiations")

    failed = Compare("outcome", "==", (Value("failed"),))
    assert found("Outcome == failed") == failed
    assert found("failed") == Search("failed")
    assert found("outcome") == Present("outcome")
    assert found('"outcome"') == Search("outcome")
    assert found("psk not outcome == failed") == tree.All((Search("psk"), Not(failed)))
    assert found("a or b and c") == tree.Any((Search("a"), tree.All((Search("b"), Search("c")))))
    assert found("a (b c)") == tree.All((Search("a"), tree.All((Search("b"), Search("c")))))
    assert found('failure IN (a, "b, c")') == Compare("failure", "in", (Value("a"), Value("b, c")))
    assert found("order notes andy inside") == tree.All(tuple(map(Search, ("order", "notes", "andy", "inside"))))


def test_places_in_the_text() -> None:
    (compare,) = leaves(parsed("  (outcome == failed)", "negotiations"))
    assert isinstance(compare, Compare)
    assert (compare.at, compare.sign_at, compare.values[0].at) == (3, 11, 14)


@pytest.mark.parametrize("opening", ["(", "not ", "(not ", "not ("])
def test_depth_is_bounded(opening: str) -> None:
    def nested(times: int) -> str:
        return opening * times + "a" + ")" * opening.count("(") * times

    each = opening.count("(") + opening.count("not")
    parsed(nested(MOST_DEPTH // each), "negotiations")
    with pytest.raises(FilterError) as caught:
        parsed(nested(MOST_DEPTH // each + 1), "negotiations")
    assert caught.value.at >= MOST_DEPTH // each * len(opening)


def test_what_is_closed_counts_no_more() -> None:
    parsed(" ".join(["(a)", "not b", "not (not c)", "failure in (d)"] * (MOST_CONDITIONS // 4)), "negotiations")


def test_length_is_bounded() -> None:
    parsed("a" * MOST_CHARACTERS, "negotiations")
    with pytest.raises(FilterError, match="longer than 2,000 characters"):
        parsed("a" * (MOST_CHARACTERS + 1), "negotiations")


@given(st.text(st.sampled_from('()",=!<>&|~ \\aor notinf3.:-/\u202e\n\ud800'), max_size=60))
def test_whatever_is_written_is_a_tree_or_an_error_with_a_place_in_it(text: str) -> None:
    error = error_of(text)
    assert error is None or (0 <= error.at <= len(text) and str(error).replace("\n", "").isprintable())


@given(st.sampled_from(CASES), st.data())
def test_a_damaged_expression_is_a_tree_or_an_error(case: tuple[str, str, list[int]], data: st.DataObject) -> None:
    table, where, _ = case
    start = data.draw(st.integers(0, len(where)))
    stop = data.draw(st.integers(start, len(where)))
    error = error_of(where[:start] + where[stop:], table)
    assert error is None or error.reason
