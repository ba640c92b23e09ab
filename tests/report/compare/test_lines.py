import pytest

from analyzer.report.compare import compare
from analyzer.report.compare.lines import MOST_SHOWN, comparison_lines
from analyzer.report.compare.model import Aspect, Compared, Party, seen
from tests.report.compare.sides import tables_of
from tests.report.sample import BAD, ESC


def found(width: int, *, equal: bool = False) -> list[str]:
    compared = compare(tables_of("ikev2-psk-gcm"), 1, tables_of("ikev2-auth-failed-psk"), 1)
    return [line.text for line in comparison_lines(compared, width, equal=equal)]


@pytest.mark.parametrize("width", [60, 79, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, found(width))) <= width


def test_side_by_side_where_there_is_room() -> None:
    (line,) = [text for text in found(100) if text.startswith("  IKE_AUTH response: size")]
    assert "A 238 bytes (frame 6)" in line
    assert "B 65 bytes (frame 7)" in line
    narrow = found(60)
    assert "    A 238 bytes (frame 6)" in narrow
    assert "    B 65 bytes (frame 7)" in narrow


def test_what_is_equal_is_counted_and_shown_where_asked() -> None:
    assert any(text.startswith("  Equal: ") for text in found(100))
    assert not any("Version and mode" in text for text in found(100))
    assert any(text.startswith("    Version and mode: ") for text in found(100, equal=True))


def test_what_cannot_be_known_says_why_once() -> None:
    text = " ".join(" ".join(found(160)).split())
    assert "Cannot be known of one side or both: " in text
    assert text.count("Identity of the initiator") == 1
    assert "A: inside encryption, not decrypted (frames 5-6)" in text


def test_very_many_and_hostile_differences() -> None:
    party = Party("A", ESC, 1, None, BAD, "0" * 16, "0" * 16, False)
    aspects = [Aspect("T", f"{ESC} {n}", seen(ESC * 100), seen(BAD)) for n in range(MOST_SHOWN + 7)]
    lines = [line.text for line in comparison_lines(Compared(party, party._replace(word="B"), (), aspects), 100)]
    assert any("and 7 differences more" in text for text in lines)
    assert not any("\x1b" in text or "\x07" in text for text in lines)
    assert max(map(len, lines)) <= 100
