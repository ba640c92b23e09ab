import pytest

from analyzer.isakmp.cursor import LIST_LIMIT, Cursor
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes
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
