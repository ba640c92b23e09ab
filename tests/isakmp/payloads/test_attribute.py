import pytest

from analyzer.defects import Defect
from analyzer.isakmp.cursor import LIST_LIMIT, Cursor
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
from analyzer.isakmp.recorder import Node, Recorder
from tests.isakmp.wire import kinds, long, short


def read(data: bytes) -> tuple[tuple[Attribute, ...], list[str]]:
    cursor = Cursor(data, 0, [], 1)
    found = read_attributes(cursor, "ikev1-attributes")
    return found, kinds(cursor.defects)


def test_short_and_long_forms() -> None:
    found, defects = read(short(1, 7) + long(12, bytes.fromhex("00015180")) + long(6, bytes(100)) + short(13, 0))
    assert found == (
        Attribute(1, 7, b""),
        Attribute(12, 86400, bytes.fromhex("00015180")),
        Attribute(6, None, bytes(100)),
        Attribute(13, 0, b""),
    )
    assert defects == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_less_than_an_attribute(size: int) -> None:
    found, defects = read(short(1, 7) + bytes(size))
    assert found == (Attribute(1, 7, b""),)
    assert defects == ["wire-attribute-short"]


def test_a_value_longer_than_the_bytes() -> None:
    found, defects = read(bytes.fromhex("000c0008 0001".replace(" ", "")))
    assert found == (Attribute(12, 1, b"\x00\x01"),)
    assert defects == ["wire-field-overlong"]


def test_limit() -> None:
    found, defects = read(short(1, 7) * 5000)
    assert len(found) == LIST_LIMIT
    assert defects == ["limit-items"]


def test_an_attribute_that_chooses_nothing() -> None:
    found, defects = read(long(12, b""))
    assert found == (Attribute(12, None, b""),)
    assert defects == ["wire-empty"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        short(1, 7),
        short(1, 7) * 3 + short(0x7FFF, 0xFFFF),
        short(1, 7) + long(12, bytes(4)),
        long(12, b"\x80\x01\x80\x01") + short(1, 7),
        short(1, 7) + b"\x80",
        short(1, 7) * LIST_LIMIT,
        short(1, 7) * (LIST_LIMIT + 1),
    ],
)
def test_the_tree_shows_what_is_read(data: bytes) -> None:
    """The recording cursor reads one attribute after the other, the plain one those of the short form at once."""
    root, defects = Node("root", 0, len(data)), list[Defect]()
    recorder = Recorder(data, 0, defects, 1, root)
    assert (read_attributes(recorder, "ikev1-attributes"), kinds(defects)) == read(data)
