"""Lines, whatever wrote them."""

import pytest

from analyzer.capture.given import Given
from analyzer.capture.logs.folded import LONGEST
from analyzer.capture.logs.lines import lines
from analyzer.capture.source import Source
from analyzer.capture.window import Window

TEXT = "one\n\ntwo  \n three\ufffd\n"
READ = [(1, "one"), (3, "two"), (4, " three\ufffd")]


def read(data: bytes, size: int = 1 << 16) -> list[tuple[int, str]]:
    window = Window(Source(Given(data)), size)
    window.refill()
    return [(number, text.rstrip()) for number, text in lines(window)]


@pytest.mark.parametrize("size", [1 << 16, 7])
def test_numbers_are_those_of_an_editor_in_any_encoding(size: int) -> None:
    for data in (TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode()):
        assert read(data, size) == READ


def test_the_last_line_needs_no_end() -> None:
    assert read(TEXT.encode().rstrip()) == READ
    assert read(b"\xc3") == [(1, "\ufffd")]


def test_a_line_without_end_is_cut_and_takes_no_room() -> None:
    found = read(b"a" * (3 * LONGEST) + b"\nb\n", 1 << 12)
    assert [(number, len(text)) for number, text in found] == [(1, LONGEST), (2, 1)]
