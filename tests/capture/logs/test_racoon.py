"""racoon's log: which message an inside belongs to."""

import pytest

from analyzer.capture import Datagram, open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
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
PLAIN, IV = block("pad length = 3"), block("save IV for next:")
MAIN_5, MAIN_6 = 108, 92


def test_both_ways_are_shown() -> None:
    assert LENGTHS == [180, 160, 372, 372, MAIN_5, MAIN_6, 188, 188, 60, 76, 92]
    assert read(LINES)[0] == LENGTHS[4:]


def test_a_dump_that_broke_off_is_counted_and_not_used() -> None:
    shown, defects = read(LINES[: DECRYPTED.stop - 1] + LINES[DECRYPTED.stop :])
    assert MAIN_6 not in shown[:2]
    assert len(shown) == 6
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
    assert len(read(lines)[0]) == 6


def test_what_is_decrypted_is_the_message_that_came_last() -> None:
    """Messages 5 and 6 of main mode have one header: the log names neither."""
    moved = LINES[: DECRYPTED.start] + LINES[DECRYPTED.stop :]
    quick = next(
        number for number in range(DECRYPTED.start, len(moved)) if "188 bytes message received" in moved[number]
    )
    assert read(moved[: quick + 8] + LINES[DECRYPTED] + moved[quick + 8 :])[0].count(MAIN_6) == 1
    came = block("92 bytes message received from 192.0.2.20[500] to 192.0.2.10[500]")
    lost = LINES[: came.start] + LINES[came.stop :]
    assert read(lost)[0] == [MAIN_5, *LENGTHS[6:]]


def test_what_is_encrypted_is_known_by_the_last_block() -> None:
    """Other messages may stand between: MAIN_5 is printed behind both messages of quick mode."""
    sent = block("108 bytes from 192.0.2.10[500] to 192.0.2.20[500]")
    end = block("1 times of 108 bytes message will be sent to 192.0.2.20[500]").stop
    rest = LINES[: sent.start] + LINES[end:]
    later = next(number for number, line in enumerate(rest) if "60 bytes from" in line)
    assert sorted(read(rest[:later] + LINES[sent.start : end] + rest[later:])[0]) == sorted(LENGTHS[4:])


@pytest.mark.parametrize("left_out", [slice(PLAIN.stop - 1, PLAIN.stop), PLAIN, IV])
def test_what_is_encrypted_is_not_used_without_all_of_it(left_out: slice) -> None:
    assert read(LINES[: left_out.start] + LINES[left_out.stop :])[0] == LENGTHS[5:]


def test_what_another_message_holds_is_not_used() -> None:
    """The block of one message behind what another one holds, both of one length."""
    lines = list(LINES)
    other = block("save IV for next:", IV.stop)
    lines[IV.start + 2], lines[other.start + 2] = lines[other.start + 2], lines[IV.start + 2]
    assert read(lines)[0] == [MAIN_6, *LENGTHS[7:]]
