import pytest

from analyzer.isakmp.cursor import DEFECT_LIMIT, Cursor, Layout, ShortError

PAIR = Layout(">BH", "first", "second=hex")


def test_fields_come_in_wire_order_and_all_or_none() -> None:
    cursor = Cursor(bytes.fromhex("0102030405"), 0, [])
    assert cursor.fields(PAIR) == (1, 0x0203)
    with pytest.raises(ShortError):
        cursor.fields(PAIR)
    assert cursor.remaining == 2


def test_take_gives_what_there_is_and_says_so() -> None:
    cursor = Cursor(b"abc", 40, [])
    assert cursor.take(2, "name") == b"ab"
    assert cursor.defects == []
    assert cursor.take(5, "name") == b"c"
    (defect,) = cursor.defects
    assert (defect.kind, defect.offset, defect.found) == ("wire-field-overlong", 42, "1 bytes left")


def test_damage_names_fields_as_the_rfcs_do() -> None:
    cursor = Cursor(b"abc", 0, [])
    cursor.take(5, "initiator_spi")
    (defect,) = cursor.defects
    assert (defect.expected, defect.effect) == ("5 bytes of Initiator SPI", "Initiator SPI is cut short")


def test_sub_is_bounded_by_its_parent_and_shares_its_defects() -> None:
    cursor = Cursor(b"abcdef", 10, [], 2)
    inner = cursor.sub(4)
    assert (inner.body, inner.size, inner.major_version, cursor.remaining) == (b"abcd", 4, 2, 2)
    with pytest.raises(ShortError):
        inner.sub(4).sub(4).fields(Layout(">Q", "long"))
    inner.defect("wire-test", "", "", "", 1)
    assert cursor.defects[0].offset == 11
    assert cursor.sub(100).body == b"ef"


def test_finish_reports_left_over_bytes_once() -> None:
    cursor = Cursor(b"abc", 0, [])
    cursor.take(1, "name")
    cursor.finish("name")
    cursor.finish("name")
    assert [(d.kind, d.offset, d.found) for d in cursor.defects] == [("wire-stray-bytes", 1, "2 more bytes")]


def test_defects_are_limited() -> None:
    cursor = Cursor(b"", 0, [])
    for _ in range(10 * DEFECT_LIMIT):
        cursor.defect("wire-test", "", "", "")
    assert len(cursor.defects) == DEFECT_LIMIT
    assert cursor.defects[-1].kind == "limit-defects"


def test_spans_of_a_layout() -> None:
    assert Layout(">8sBBHI", *"abcde").spans() == ((0, 8), (8, 1), (9, 1), (10, 2), (12, 4))
