"""What is written as a value, by what it is compared with; the corpus has most of it."""

from typing import Any

import pytest

from analyzer.errors import FilterError
from analyzer.tables.filter.fields import Field, Kind
from analyzer.tables.filter.tree import Compare, Value
from analyzer.tables.filter.values import span
from analyzer.tables.filter.values import test_of as fits_of

SECOND = 10**9
DAY = 86_400 * SECOND


def fits(kind: Kind, sign: str, value: str, cell: Any) -> bool:
    return fits_of(Compare("x", sign, (Value(value),)), Field(kind, ()), "")(cell)


@pytest.mark.parametrize(
    ("text", "first", "length"),
    [
        ("1970-01-01", 0, DAY),
        ("1970-01-02T00:00Z", DAY, 60 * SECOND),
        ("1970-01-01T00:00:01", SECOND, SECOND),
        ("1970-01-01T00:00:00.25", SECOND // 4, SECOND // 100),
        ("1970-01-01T00:00:00.000000007+00:00", 7, 1),
        ("1970-01-01T01:00:00+02:00", -3600 * SECOND, SECOND),
        ("1969-12-31T23:59:59.5", -SECOND // 2, SECOND // 10),
    ],
)
def test_a_time_is_a_span_as_long_as_it_is_vague(text: str, first: int, length: int) -> None:
    assert span(Value(text), text) == (first, first + length - 1)


@pytest.mark.parametrize(
    "text", ["0000-01-01", "9999-12-31T24:00", "1970-01-01T00:60", "1970-01-01Z", "1970-1-1", "+12"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(FilterError):
        span(Value(text), text)


def test_words_that_weigh() -> None:
    assert fits(Kind.SEVERITY, ">", "medium", "high")
    assert not fits(Kind.SEVERITY, ">", "medium", "medium")
    assert fits(Kind.CONFIDENCE, "<=", "likely", "possible")
    assert not fits(Kind.SEVERITY, "<=", "critical", "a word of a later version")


def test_addresses() -> None:
    assert fits(Kind.ADDRESS, "==", "192.0.2.1", "192.0.2.1")
    assert not fits(Kind.ADDRESS, "==", "192.0.2.1", "192.0.2.10")
    assert fits(Kind.ADDRESS, "in", "2001:db8::/32", "[2001:db8::1]:500 - [2001:db8::2]:500")
    assert not fits(Kind.ADDRESS, "==", "0.0.0.0/0", "2001:db8::1")
    assert not fits(Kind.ADDRESS, "==", "::/0", "an unknown address")


def test_numbers_are_whole_where_the_column_is() -> None:
    assert fits(Kind.NUMBER, "==", "0xff", 255)
    assert fits(Kind.SECONDS, "<", "1e3", 999.9)
    for text in ("1_000", "\u0661", "1" * 5000, "0x", "1e5"):
        with pytest.raises(FilterError):
            fits(Kind.NUMBER, "==", text, 1)
    for text in ("inf", "1e999", "1_0.5", "0x10"):
        with pytest.raises(FilterError):
            fits(Kind.SECONDS, "==", text, 1.0)
