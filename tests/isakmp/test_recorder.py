import pytest

from analyzer.isakmp.cursor import Cursor, Layout, ShortError
from analyzer.isakmp.recorder import SHOWN_BYTES, Node, Recorder

RUN = Layout(">BHI", "small=ikev2-payload-types", "middle=hex", "large")


def recorder(data: bytes, offset: int = 0) -> Recorder:
    return Recorder(data, offset, [], 2, Node("root", offset, len(data)))


def test_a_run_of_fields_becomes_nodes_in_place() -> None:
    cursor = recorder(bytes.fromhex("21000a00000100"), 100)
    assert cursor.fields(RUN) == (33, 10, 256)
    found = [(n.name, n.offset, n.length, n.value, n.meaning) for n in cursor.node.children]
    assert found == [
        ("small", 100, 1, "33", "Security Association"),
        ("middle", 101, 2, "0x000a", ""),
        ("large", 103, 4, "256", ""),
    ]
    assert cursor.node.children[0].reference == "RFC7296"


def test_whole_fields_of_a_run_cut_short_are_noted() -> None:
    cursor = recorder(bytes.fromhex("21000a0000"))
    with pytest.raises(ShortError):
        cursor.fields(RUN)
    assert [n.value for n in cursor.node.children] == ["33", "0x000a"]
    assert cursor.position == 0


def test_groups_nest_and_span_what_was_read_in_them() -> None:
    cursor = recorder(bytes(12), 50)
    cursor.begin("outer")
    cursor.take(2, "first")
    cursor.begin("inner")
    cursor.sub(4).take(3, "second")
    cursor.end("ikev2-notify-error", 14)
    cursor.end()
    (outer,) = cursor.node.children
    assert (outer.offset, outer.length) == (50, 6)
    assert [n.name for n in outer.children] == ["first", "inner"]
    inner = outer.children[1]
    assert (inner.offset, inner.length, inner.value, inner.meaning) == (52, 4, "14", "NO_PROPOSAL_CHOSEN")
    assert (inner.children[0].offset, inner.children[0].length) == (52, 3)


def test_bytes_are_shown_in_hex_and_long_ones_cut() -> None:
    cursor = recorder(bytes(200))
    cursor.take(2, "short")
    cursor.rest("long")
    short, long = cursor.node.children
    assert short.value == "0000"
    assert long.value == "00" * SHOWN_BYTES + "..."
    assert long.length == 198


def test_bits() -> None:
    cursor = recorder(b"\x28")
    cursor.fields(Layout(">B", "flags=&ikev2-flags"))
    (flags,) = cursor.node.children
    assert flags.meaning == "I, R"
    assert [(bit.name, bit.value) for bit in flags.children] == [("I", "1"), ("V", "0"), ("R", "1")]


def test_inside_reads_below_the_bytes_and_leaves_what_it_does_not_know() -> None:
    def inside(cursor: Cursor, word: str) -> None:
        cursor.take(1, word)
        cursor.describe("told", "RFC9999")

    cursor = recorder(b"abc", 7)
    assert cursor.rest("data", inside, "word") == b"abc"
    (data,) = cursor.node.children
    assert (data.meaning, data.reference) == ("told", "RFC9999")
    assert [(n.name, n.offset, n.length) for n in data.children] == [("word", 7, 1), ("undecoded_bytes", 8, 2)]


def test_inside_that_runs_short_is_a_defect_and_its_groups_are_closed() -> None:
    def inside(cursor: Cursor) -> None:
        cursor.begin("group")
        cursor.fields(RUN)

    cursor = recorder(b"ab")
    cursor.rest("data", inside)
    assert [d.kind for d in cursor.defects] == ["wire-field-short"]
    assert cursor.node.children[0].children[0].name == "group"


def test_secrets_are_not_shown() -> None:
    def inside(cursor: Cursor) -> None:
        cursor.hide("6 bytes, a credential")

    cursor = recorder(b"secret")
    cursor.rest("data", inside)
    (data,) = cursor.node.children
    assert (data.value, data.meaning) == ("", "6 bytes, a credential")


def test_defects_stand_at_the_field_they_are_about() -> None:
    cursor = recorder(bytes(7))
    cursor.fields(RUN)
    cursor.defect("wire-test", "", "", "", 1)
    assert [d.kind for d in cursor.node.children[1].defects] == ["wire-test"]
    assert cursor.node.defects == []
    assert len(cursor.defects) == 1


def test_explain_gives_an_earlier_field_its_meaning() -> None:
    cursor = recorder(bytes.fromhex("0e000000000000"))
    cursor.fields(Layout(">BHI", "small", "middle", "large"))
    cursor.explain("small", "ikev2-notify-error")
    assert cursor.node.children[0].meaning == "NO_PROPOSAL_CHOSEN"


def test_what_was_told_is_not_overwritten_by_the_end() -> None:
    cursor = recorder(b"")
    cursor.begin("group")
    cursor.describe("10.0.0.0/8")
    cursor.end("ikev2-ts-types", 7)
    (group,) = cursor.node.children
    assert (group.value, group.meaning, group.reference) == ("7", "10.0.0.0/8", "RFC7296")


def test_numbers_stand_beside_the_words_for_them() -> None:
    cursor = recorder(bytes.fromhex("21000a00000100"))
    cursor.begin("group")
    cursor.fields(RUN)
    cursor.end("ikev2-notify-error", 14)
    group = cursor.node.children[0]
    assert (group.number, group.table, group.meaning) == (14, "ikev2-notify-error", "NO_PROPOSAL_CHOSEN")
    assert [(n.number, n.table) for n in group.children] == [(33, "ikev2-payload-types"), (10, ""), (256, "")]
    assert [n.name for n in cursor.node.walk()] == ["root", "group", "small", "middle", "large"]
    assert group.field("large") is group.children[2]
    assert group.field("root") is None


def test_of_a_hidden_field_no_number_stays() -> None:
    cursor = recorder(bytes.fromhex("21000a00000100"))
    cursor.fields(RUN)
    cursor.hide("4 bytes, a credential", "large")
    hidden = cursor.node.children[2]
    assert (hidden.value, hidden.number, hidden.meaning, hidden.secret) == ("", None, "4 bytes, a credential", True)
