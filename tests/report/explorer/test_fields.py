from typing import Any

from analyzer.defects import Defect
from analyzer.dissect import Dissection, dissect
from analyzer.isakmp import Node
from analyzer.report.explorer.fields import Fields, Strings, hidden_runs
from analyzer.report.tree import tree_rows
from tests.every_field import everything
from tests.report.explorer.decoded import Field, walk
from tests.report.sample import ESC


def table(strings: Strings, fields: Fields) -> dict[str, Any]:
    return {"fields": fields.columns(), "strings": strings.listed()}


def test_every_field_is_read_back_as_the_tree_has_it() -> None:
    strings = Strings()
    fields = Fields(strings)
    roots = [(data, dissect(data), fields) for data in everything()]
    numbers = [fields.add(root, data) for data, root, _ in roots]
    held = table(strings, fields)
    for (data, root, _), number in zip(roots, numbers, strict=True):
        found = list(walk(held, number, 0, data, 0))
        wanted = list(tree_rows(Dissection("", root, data, 0)))
        assert [f[:4] for f in found] == [row[:4] for row in wanted]
        assert [f.reference for f in found] == [row.reference for row in wanted]
        short = [(f, row) for f, row in zip(found, wanted, strict=True) if len(row.value) + len(row.meaning) < 900]
        assert len(short) > len(found) * 0.9
        assert [(f.value, f.meaning) for f, _ in short] == [(row.value, row.meaning) for _, row in short]


def test_equal_fields_are_kept_once_wherever_they_are() -> None:
    """Two payloads at other places and of other bytes, which say nothing that is not in the bytes."""
    strings = Strings()
    fields = Fields(strings)
    data = bytes(range(16))
    first = Node("payload", 2, 4, children=[Node("spi", 2, 2, "0203"), Node("length", 4, 2, "1029")])
    other = Node("payload", 9, 4, children=[Node("spi", 9, 2, "090a"), Node("length", 11, 2, "2828")])
    assert fields.add(first, data) == fields.add(other, data)
    assert len(fields.columns()["length"]) == 3
    lying = Node("payload", 9, 4, children=[Node("spi", 9, 2, "ffff"), Node("length", 11, 2, "2828")])
    number = fields.add(lying, data)
    assert number != fields.add(other, data)
    assert [f.value for f in walk(table(strings, fields), number, 9, data, 0)] == ["", "ffff", "2828"]


def test_what_was_hidden_does_not_follow_from_the_bytes() -> None:
    strings = Strings()
    fields = Fields(strings)
    secret = Node("attribute_value", 0, 4, "", "4 bytes, a credential", secret=True)
    number = fields.add(secret, bytes(4))
    (found,) = walk(table(strings, fields), number, 0, bytes(4), 0)
    assert (found.value, found.meaning) == ("", "4 bytes, a credential")
    assert fields.columns()["secret"] == [1]


def test_short_fields_are_equal_only_if_all_of_them_is() -> None:
    strings = Strings()
    fields = Fields(strings)
    data, plain = bytes(4), Node("data", 0, 2, "0000", "none", "RFC 1")
    others = [
        Node("spi", 0, 2, "0000", "none", "RFC 1"),
        Node("data", 0, 3, "0000", "none", "RFC 1"),
        Node("data", 0, 2, "0001", "none", "RFC 1"),
        Node("data", 0, 2, "0000", "some", "RFC 1"),
        Node("data", 0, 2, "0000", "none", "RFC 2"),
        Node("data", 0, 2, "0000", "none", "RFC 1", secret=True),
        Node("data", 0, 2, "0000", "none", "RFC 1", defects=[Defect("wire-field-short", 0, "2", "1", "none")]),
        Node("data", 0, 2, "0000", "none", "RFC 1", children=[Node("spi", 0, 2, "0000")]),
    ]
    number = fields.add(plain, data)
    numbers = [fields.add(other, data) for other in others]
    assert len({number, *numbers}) == len(others) + 1
    assert [fields.add(other, data) for other in (plain, *others)] == [number, *numbers]
    assert fields.add(plain, b"\1" * 4) not in (number, *numbers), "the same value does not follow from these bytes"


def test_texts_of_captures_are_made_visible_and_cut() -> None:
    strings = Strings()
    strings.add(ESC)
    strings.add("x" * 5000)
    listed = strings.listed()
    assert listed[0] == ""
    assert listed[1].isprintable()
    assert listed[2].endswith("(5,000 characters)")
    assert len(listed[2]) < 1100


def test_defects_name_the_place_in_what_is_shown() -> None:
    strings = Strings()
    fields = Fields(strings)
    node = Node("flags", 4, 1, "9", defects=[Defect("wire-odd", 4, "8", "9", "ignored")])
    number = fields.add(node, bytes(10), 42)
    (found,) = walk(table(strings, fields), number, 46, bytes(50), 0)
    assert found == Field(0, 46, 1, "Flags", "9", "", "", ("wire-odd at byte 46: expected 8, found 9; ignored",))


def test_deep_trees() -> None:
    root = node = Node("payload", 0, 1)
    for _ in range(4000):
        inner = Node("payload", 0, 1)
        node.children.append(inner)
        node = inner
    assert Fields(Strings()).add(root, b"x") == 4000


def test_hidden_runs() -> None:
    assert hidden_runs({7, 3, 4, 5, 9}) == [3, 3, 7, 1, 9, 1]
    assert hidden_runs(()) == []
