"""FortiGate's log: which message an inside is of. What it encrypts in IKEv2 is printed without a header."""

import re

import pytest

from tests.capture.logs.made import Message, fortigate, messages_of
from tests.capture.logs.samples import samples
from tests.capture.logs.test_charon import contents, shown

GCM, CBC, IKEV1 = (messages_of(version, cbc, 4) for version, cbc in ((2, False), (2, True), (1, True)))
ALL = pytest.mark.parametrize("messages", [GCM, CBC, IKEV1], ids=["gcm", "cbc", "ikev1"])
IKEV2 = pytest.mark.parametrize("messages", [GCM, CBC], ids=["gcm", "cbc"])


def places(lines: list[str], word: str) -> list[int]:
    return [number for number, line in enumerate(lines) if f": {word} " in line]


@ALL
@pytest.mark.parametrize("word", ["dec", "enc"])
@pytest.mark.parametrize("cut", [1, 2, 8, 32, 33, 80])
def test_what_is_cut_short_is_not_used(messages: list[Message], word: str, cut: int) -> None:
    """But where all the padding is cut off, and nothing else."""
    lines = fortigate(messages)
    padding = 2 * len(messages[2].plain) - 2 * len(messages[2].content)
    left = int(word == "enc" or cut != padding)
    for at in places(lines, word):
        found, left_out = shown([*lines[:at], lines[at][:-cut], *lines[at + 1 :]])
        assert found.items() <= contents(messages).items()
        assert (len(found), left_out) == (len(contents(messages)) - left, left)


@pytest.mark.parametrize("name", ["dec", "enc"])
def test_a_piece_of_a_wrapped_line_is_missing(name: str) -> None:
    sample = next(one for one in samples() if one.name == "fortigate")
    lines = sample.text.replace("\r", "").splitlines()
    whole = shown(lines)[0]
    assert len(whole) == 4
    start = places(lines, name)[0]
    end = next(at for at in range(start + 1, len(lines)) if lines[at].startswith("2026"))
    assert end - start > 4
    for piece in range(start + 1, end - (lines[end - 1] == "00")):  # which is padding
        found, left_out = shown(lines[:piece] + lines[piece + 1 :])
        assert (len(found), left_out) == (3, 1)
        assert found.items() <= whole.items()
        twice = piece - 1 if piece > start + 1 else piece + 1  # and another one is there twice
        pieces = [*lines[start:piece], *lines[piece + 1 : end]]
        pieces.insert(pieces.index(lines[twice]), lines[twice])
        found, left_out = shown([*lines[:start], *pieces, *lines[end:]])
        assert found.items() <= whole.items()
        assert len(lines[twice]) < 80 or (len(found), left_out) == (3, 1)


@IKEV2
def test_what_is_encrypted_is_not_taken_for_that_of_a_later_message(messages: list[Message]) -> None:
    """All between is missing: every length is right."""
    lines = fortigate(messages)
    encs, outs = places(lines, "enc"), places(lines, "out")
    for enc in encs:
        for out in (out for out in outs if out > enc + 1):
            found, left_out = shown(lines[: enc + 1] + lines[out:])
            assert found.items() <= contents(messages).items()
            assert left_out >= 1


@IKEV2
def test_the_first_request_in_a_log_that_begins_later_is_not_sure(messages: list[Message]) -> None:
    lines = fortigate(messages)
    first = places(lines, "enc")[0]
    found, left_out = shown(lines[first:])
    assert (len(found), left_out) == (len(contents(messages)) - 1, 1)


@IKEV2
@pytest.mark.parametrize(
    "change", [lambda line: line.replace("hub:7:", "hub:8:"), lambda line: line.replace(" 01:", " 02:")]
)
def test_another_connection_or_time_is_another_message(messages: list[Message], change: object) -> None:
    assert callable(change)
    lines = fortigate(messages)
    enc = places(lines, "enc")[0]
    lines[enc] = change(lines[enc])
    assert shown(lines)[1] == 1


@ALL
def test_what_is_decrypted_without_its_message_is_counted(messages: list[Message]) -> None:
    lines = fortigate(messages)
    for at in places(lines, "in"):
        found, left_out = shown(lines[:at] + lines[at + 1 :])
        assert found.items() <= contents(messages).items()
        assert left_out >= (": dec " in lines[at + 1])


@IKEV2
def test_padding_may_be_taken_off_and_the_length_set_anew(messages: list[Message]) -> None:
    lines = fortigate(messages)
    by_header = {one.payload[:28].hex().upper(): one for one in messages}
    for at in places(lines, "dec"):
        head, digits = lines[at].rsplit(" ", 1)
        content = digits[56:64] + by_header[digits[:56]].content.hex().upper()
        length = f"{28 + len(content) // 2:08X}"
        lines[at] = f"{head} {digits[:48]}{length}{content}"
    assert shown(lines) == (contents(messages), 0)


def test_an_odd_number_of_digits_is_counted() -> None:
    lines = [re.sub(r"(: dec \w+)\w$", r"\1", line) for line in fortigate(GCM)]
    assert shown(lines)[1] == len(places(lines, "dec"))
