"""racoon's log: which message an inside belongs to."""

import pytest

from analyzer.capture import Datagram, open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
from analyzer.capture.text_notes import DUMP, INSIDE
from analyzer.defects import Defect
from tests.capture.logs.samples import datagrams, samples

SAMPLE = next(one for one in samples() if one.name == "racoon")
LINES = SAMPLE.text.splitlines()
FROM, TO = "192.0.2.20[500]", "192.0.2.10[500]"
LENGTHS = [len(item.payload) for item in datagrams(SAMPLE.log)]


def read(lines: list[str]) -> tuple[list[int], list[str]]:
    """Lengths of the messages whose inside is shown, and kinds of defects."""
    reader = open_capture(Given(("\n".join(lines) + "\n").encode()))
    found = [item for item in reader if isinstance(item, Datagram)]
    return [len(item.payload) for item in found if isinstance(item, Revealed)], [d.kind for d in reader.defects]


def defects(lines: list[str]) -> list[Defect]:
    reader = open_capture(Given(("\n".join(lines) + "\n").encode()))
    list(reader)
    return reader.defects


def place(text: str, after: int = 0) -> int:
    return next(number for number in range(after, len(LINES)) if LINES[number].endswith(text))


def block(text: str, after: int = 0) -> slice:
    """A line and the rows behind it."""
    start = stop = place(text, after)
    stop += 2
    while stop < len(LINES) and "DEBUG" not in LINES[stop]:
        stop += 1
    return slice(start, stop)


DECRYPTED = block("decrypted.")
PLAIN = block("pad length = 3")
MAIN_5, MAIN_6 = 108, 92


def test_what_is_received_is_shown() -> None:
    """Nothing says in which message that goes what is printed before it is encrypted."""
    assert LENGTHS == [180, 160, 372, 372, MAIN_5, MAIN_6, 188, 188, 60, 76, 92]
    assert read(LINES)[0] == [MAIN_6, 188]
    (defect,) = [one for one in defects(LINES) if one.kind == INSIDE]
    assert (defect.found, defect.frame_number) == ("5 of no message that is sure", PLAIN.start + 1)


def test_a_dump_that_broke_off_is_counted_and_not_used() -> None:
    shown, defects = read(LINES[: DECRYPTED.stop - 1] + LINES[DECRYPTED.stop :])
    assert shown == [188]
    assert "capture-log-dump" in defects
    assert "capture-log-dump" not in read(LINES)[1]


@pytest.mark.parametrize("length", [28, 72, 75, 96, 108, 65_535, 1 << 31])
def test_what_is_of_another_length_is_not_used(length: int) -> None:
    lines = list(LINES)
    row = DECRYPTED.start + 2
    lines[row] = lines[row].replace("0000005c", f"{length:08x}")
    assert lines[row] != LINES[row]
    if length > MAIN_6:
        lines.insert(DECRYPTED.stop, "00000000 00000000 00000000 00000000")
    assert read(lines)[0] == [188]


def test_what_is_decrypted_is_the_message_that_came_last() -> None:
    """Messages 5 and 6 of main mode have one header: the log names neither."""
    moved = LINES[: DECRYPTED.start] + LINES[DECRYPTED.stop :]
    quick = next(
        number for number in range(DECRYPTED.start, len(moved)) if "188 bytes message received" in moved[number]
    )
    assert read(moved[: quick + 8] + LINES[DECRYPTED] + moved[quick + 8 :])[0] == []
    came = block("92 bytes message received from 192.0.2.20[500] to 192.0.2.10[500]")
    lost = LINES[: came.start] + LINES[came.stop :]
    assert read(lost)[0] == [188]


def test_rows_that_stand_there_twice_make_no_message() -> None:
    """Of each line there are two, as of a logger with two rules; or another one is missing, and the length is right."""
    came = block("92 bytes message received from 192.0.2.20[500] to 192.0.2.10[500]")
    rows = LINES[came.start + 2 : came.stop - 1]
    for made in (rows[:1] + rows[:-1], [line for line in rows for _ in range(2)], [*rows, rows[-1]]):
        lines = LINES[: came.start + 2] + made + LINES[came.stop - 1 :]
        assert read(lines)[0] == [188]
        (defect,) = [one for one in defects(lines) if one.kind == DUMP]
        assert (defect.found, defect.frame_number) == ("1 that may not be whole", came.start + 1)


def test_between_whom_the_message_before_was_is_not_taken() -> None:
    """The lines that say from where the last one was sent are missing."""
    last = max(number for number, line in enumerate(LINES) if "92 bytes from" in line)
    lines = LINES[:last] + LINES[last + 4 :]
    found = [item for item in open_capture(Given("\n".join(lines).encode())) if isinstance(item, Datagram)]
    assert (found[-1].src_ip, found[-1].dst_ip) == ("0.0.0.0", "192.0.2.20")
    assert "capture-log-address" in read(lines)[1]
