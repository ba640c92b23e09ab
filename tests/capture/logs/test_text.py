"""Text, whatever wrote it."""

import pytest

from analyzer.capture.logs.text import clean, text_of


def test_what_cannot_be_seen_is_taken_off() -> None:
    assert clean("\x1b[1;33mike\x1b[0m \u202e0\u2066:\x07 in\t00 \r") == "ike 0: in\t00 "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_text_in_any_encoding(encoding: str) -> None:
    assert text_of("ike 0: in \x1b[0m00\r\n".encode(encoding)) == "ike 0: in 00\n"


@pytest.mark.parametrize("head", [b"", bytes(64), b"ike 0" + bytes(8)])
def test_what_is_no_text_is_none(head: bytes) -> None:
    assert text_of(head) is None
