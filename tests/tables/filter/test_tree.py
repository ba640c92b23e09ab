"""A tree as an expression, and back."""

from hypothesis import given

from analyzer.tables.filter import tree
from analyzer.tables.filter.parse import parsed
from analyzer.tables.filter.tree import Compare, Not, Present, Search, Tree, Value, leaves, quoted, written
from tests.tables.filter.made import trees


@given(trees())
def test_what_is_written_is_read_as_the_same_tree(found: Tree) -> None:
    assert parsed(written(found), "negotiations") == found


def test_parentheses_stand_where_they_are_needed() -> None:
    a, b, c = Present("a"), Present("b"), Present("c")
    assert written(tree.Any((a, tree.All((b, c))))) == "a or b and c"
    assert written(tree.All((a, tree.Any((b, c))))) == "a and (b or c)"
    assert written(tree.All((a, tree.All((b, c))))) == "a and (b and c)"
    assert written(Not(tree.All((a, b)))) == "not (a and b)"
    assert written(Not(Not(a))) == "not not a"


def test_values_that_are_no_words_are_quoted() -> None:
    def value(text: str) -> str:
        return written(Compare("a", "==", (Value(text),)))

    assert value("psk-mismatch") == "a == psk-mismatch"
    assert value("NOT") == 'a == "NOT"'
    assert value("") == 'a == ""'
    assert value("a b") == 'a == "a b"'
    assert value("x=1") == 'a == "x=1"'
    assert quoted('say "\\"') == '"say \\"\\\\\\""'
    assert written(Compare("a", "in", (Value("x"), Value("y,z")))) == 'a in (x, "y,z")'


def test_a_search_is_quoted_and_so_never_becomes_a_field() -> None:
    assert written(Search("outcome")) == '"outcome"'
    assert written(Present("outcome")) == "outcome"


def test_places_are_no_part_of_a_tree() -> None:
    assert Compare("a", "==", (Value("b", 7),), 3, 5) == Compare("a", "==", (Value("b"),))
    assert Present("a", 1) == Present("a")
    assert Search("a", 1) != Search("b", 1)


def test_leaves_come_from_left_to_right() -> None:
    a, b, c = Present("a"), Present("b"), Present("c")
    assert leaves(tree.Any((tree.All((a, Not(b))), c))) == [a, b, c]
