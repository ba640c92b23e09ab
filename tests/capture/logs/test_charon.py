"""charon's log: which message an inside is of."""

import re
from dataclasses import replace

import pytest

from analyzer.capture import open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
from analyzer.capture.text_notes import INSIDE
from tests.capture.logs.made import Message, charon, messages_of
from tests.capture.logs.samples import datagrams, samples

GCM, IKEV1 = messages_of(2, False, 4), messages_of(1, True, 4)
BOTH = pytest.mark.parametrize("messages", [GCM, IKEV1], ids=["ikev2", "ikev1"])
WORDS = re.compile(r"(?:generating|parsed) INFORMATIONAL")


def shown(lines: list[str]) -> tuple[dict[bytes, bytes], int]:
    """Insides by their messages, and how many are not used."""
    reader = open_capture(Given("\n".join(lines).encode()))
    found = {item.payload: item.shown.plaintext for item in reader if isinstance(item, Revealed) and item.shown}
    return found, sum(int(defect.found.split()[0]) for defect in reader.defects if defect.kind == INSIDE)


def contents(messages: list[Message]) -> dict[bytes, bytes]:
    return {one.payload: one.content for one in messages if one.plain}


@BOTH
def test_words_name_the_message_and_without_them_the_memory_does(messages: list[Message]) -> None:
    lines = [line for line in charon(messages) if not WORDS.search(line)]
    assert shown(lines) == (contents(messages), 0)
    at = next(number for number, line in enumerate(lines) if " plain => " in line)
    lines[at] = re.sub("@ 0x[0-9a-f]+", "@ 0x1", lines[at])
    found, left_out = shown(lines)
    assert (len(found), left_out) == (len(contents(messages)) - 1, 1)


@BOTH
@pytest.mark.parametrize("words", ["generating", "parsed"])
def test_words_about_another_message_are_not_taken(messages: list[Message], words: str) -> None:
    lines = [re.sub(rf"({words} INFORMATIONAL\w* \w+) \d+", r"\1 77", line) for line in charon(messages)]
    found, left_out = shown(lines)
    assert set(found) == {one.payload for one in messages if one.plain and one.sent == (words == "parsed")}
    assert left_out == len(contents(messages)) - len(found)


@BOTH
@pytest.mark.parametrize("what", ["plain", "encrypted"])
def test_every_row_is_needed(messages: list[Message], what: str) -> None:
    lines = charon(messages)
    for head in (number for number, line in enumerate(lines) if f" {what} => " in line):
        for row in range(head + 1, head + 4):
            found, left_out = shown(lines[:row] + lines[row + 1 :])
            assert found.items() <= contents(messages).items()
            assert (len(found), left_out) == (len(contents(messages)) - 1, 1)


def test_another_ike_sa_in_between_ends_what_is_printed() -> None:
    """Two IKE SAs have messages of one ID."""
    lines = charon(GCM)
    at = next(number for number, line in enumerate(lines) if " plain => " in line)
    lines[at:] = [line.replace("<net|1>", "<net|2>") for line in lines[at:]]
    found, left_out = shown(lines)
    assert (len(found), left_out) == (len(contents(GCM)) - 1, 1)


def test_what_failed_to_be_decrypted_shows_nothing_and_is_not_counted() -> None:
    lines = charon(GCM)
    at = next(number for number, line in enumerate(lines) if "payload decryption" in line)
    plain = next(number for number in range(at, len(lines)) if " plain => " in lines[number])
    end = next(number for number in range(at, len(lines)) if "parsed" in lines[number])
    found, left_out = shown(lines[:plain] + lines[end + 1 :])
    assert (len(found), left_out) == (len(contents(GCM)) - 1, 0)


def fragment(one: Message) -> Message:
    """The message as fragment 2 of 3 (RFC 7383 section 2.5)."""
    body = one.payload[28:30] + (len(one.payload) - 24).to_bytes(2, "big") + b"\0\2\0\3" + one.payload[32:]
    size = (28 + len(body)).to_bytes(4, "big")
    return replace(one, payload=one.payload[:16] + b"\x35" + one.payload[17:24] + size + body)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_words_name_the_fragment(number: int) -> None:
    messages = GCM[:2] + [fragment(one) for one in GCM[2:]]
    lines = [
        line.replace("[ D ]", f"[ EF({number}/3) ]").replace("ed payload", "ed fragment payload")
        for line in charon(messages)
    ]
    found, left_out = shown(lines)
    assert found == (contents(messages) if number == 2 else {})
    assert left_out == (0 if number == 2 else len(contents(messages)))


def test_the_journal_names_no_thread_and_its_rows_have_nothing_before_them() -> None:
    sample = next(one for one in samples() if one.name == "charon")
    lines = list[str]()
    for line in sample.text.splitlines():
        says = re.sub(r".* charon: [0-9]{2}\[[A-Z]{3}\] (?:<[^>]*> ?)?", "", line)
        lines.append(says if re.match(r" *\d+: ", says) else f"{line[:15]} gw charon-systemd[12]: {says}")
    found, left_out = shown(lines)
    assert (len(found), left_out) == (sample.expected["shown"], 0)
    assert set(found) <= {item.payload for item in datagrams(sample.log)}
