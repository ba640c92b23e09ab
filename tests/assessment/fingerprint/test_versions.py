"""Ranges of versions."""

import pytest

from analyzer.assessment.fingerprint.versions import Versions, parsed


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""),
        ("5.8.0-", "5.8.0 or later"),
        ("-4.6", "up to 4.6"),
        ("4.7-5.3", "4.7 to 5.3"),
        ("7.2", "7.2"),
    ],
)
def test_cells_and_words(cell: str, text: str) -> None:
    assert parsed(cell).text == text


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("5.8.0-", "5.10.1-", "5.10.1-"),
        ("-4.6", "-4.10", "-4.6"),
        ("5.8.0-", "", "5.8.0-"),
        ("3.14-4.6", "4.0-", "4.0-4.6"),
        ("4.6.2-", "-4.6", "4.6.2-4.6"),  # 4.6 holds all that begin so
        ("5.0.0-", "-4.6", None),
        ("7.2", "7.3-", None),
    ],
)
def test_what_both_hold(one: str, other: str, both: str | None) -> None:
    expected = None if both is None else parsed(both)
    assert parsed(one).meet(parsed(other)) == parsed(other).meet(parsed(one)) == expected
    assert parsed(one).meet(Versions()) == parsed(one)
