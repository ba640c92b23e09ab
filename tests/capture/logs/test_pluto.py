"""pluto's log: which message an inside is of, of dumps that do not say how long they are."""

import re
from itertools import pairwise

import pytest

from tests.capture.logs.made import Message, messages_of, pluto
from tests.capture.logs.test_charon import contents, shown

GCM, CBC, IKEV1 = (messages_of(version, cbc, 4) for version, cbc in ((2, False), (2, True), (1, True)))
IKEV2 = pytest.mark.parametrize("messages", [GCM, CBC], ids=["gcm", "cbc"])
ALL = pytest.mark.parametrize("messages", [GCM, CBC, IKEV1], ids=["gcm", "cbc", "ikev1"])
INSIDES = re.compile(r"\| (?:data|payload) (?:before|after) |\| decrypted payload ")


def used(messages: list[Message]) -> dict[bytes, bytes]:
    """What is proven: of CBC what is sent, whose plaintext stands between its IV and its ciphertext."""
    return {one.payload: one.content for one in messages if one.plain and (one.sent or messages is not CBC)}


def unsure(messages: list[Message]) -> int:
    """How many insides the log shows of no message that is proven."""
    return len(contents(CBC)) - len(used(CBC)) if messages is CBC else 0


def heads(messages: list[Message], lines: list[str]) -> list[int]:
    """Lines at which the dumps of insides that are used begin."""
    cbc = messages is CBC
    return [at for at, line in enumerate(lines) if INSIDES.search(line) and not (cbc and "decryption" in line)]


def rows(lines: list[str], head: int) -> range:
    return range(head + 1, next(at for at in range(head + 1, len(lines)) if "|   " not in lines[at]))


@ALL
def test_every_row_is_needed(messages: list[Message]) -> None:
    lines = pluto(messages)
    whole = shown(lines)[0]
    for head in heads(messages, lines):
        for row in rows(lines, head):
            found, left_out = shown(lines[:row] + lines[row + 1 :])
            assert found.items() <= contents(messages).items()
            assert (len(found), left_out) == (len(whole) - 1, unsure(messages) + 1)


@ALL
def test_a_row_that_stands_there_twice_is_not_used(messages: list[Message]) -> None:
    """Another one is missing: the length is right."""
    lines = pluto(messages)
    whole = shown(lines)[0]
    for head in heads(messages, lines):
        first, second, *_ = rows(lines, head)
        found, left_out = shown([*lines[:second], lines[first], *lines[second + 1 :]])
        assert (len(found), left_out) == (len(whole) - 1, unsure(messages) + 1)


@IKEV2
def test_an_iv_that_the_log_prints_is_needed(messages: list[Message]) -> None:
    lines = pluto(messages)
    ivs = [number for number, line in enumerate(lines) if re.search("IV before|starting-variable", line)]
    own = next(iv for iv in ivs[1:] if "encryption" in lines[iv])
    found, left_out = shown(lines[:own] + lines[own + 2 :])
    assert (len(found), left_out) == (len(used(messages)) - 1, unsure(messages) + 1)


def test_without_its_iv_nothing_says_of_which_message_it_is() -> None:
    """Older versions print none of CBC."""
    lines, found = pluto(CBC), list[str]()
    for line in lines:
        if found and "starting-variable" in found[-1]:
            found.pop()
        else:
            found.append(line)
    assert shown(found) == ({}, len(contents(CBC)))


def test_what_is_decrypted_of_cbc_is_not_used() -> None:
    """All lines from those of one message to those of the next may be missing, within one second."""
    assert shown(pluto(CBC)) == (used(CBC), unsure(CBC))


def test_what_is_decrypted_has_the_icv_behind_it() -> None:
    lines = pluto(GCM)
    head = next(number for number, line in enumerate(lines) if "after authenticated decryption" in line)
    last = rows(lines, head)[-1]
    assert last - head == 5
    end = lines[last].index("|") + 4
    byte = lines[last][end : end + 2]
    lines[last] = lines[last][:end] + f"{int(byte, 16) ^ 1:02x}" + lines[last][end + 2 :]
    found, left_out = shown(lines)
    assert found.items() <= contents(GCM).items()
    assert (len(found), left_out) == (len(contents(GCM)) - 1, 1)


@pytest.mark.parametrize("messages", [CBC, IKEV1], ids=["cbc", "ikev1"])
def test_what_is_printed_later_is_of_another_message(messages: list[Message]) -> None:
    """All from within one message to the same place of the next one is missing: every length is right."""
    lines = pluto(messages)
    places = [at for at, line in enumerate(lines) if re.search("data after encryption|decrypted payload", line)]
    assert len(places) >= 3
    for first, second in pairwise(places):
        for offset in (0, 1, 2):
            found, left_out = shown(lines[: first + offset] + lines[second + offset :])
            assert found.items() <= contents(messages).items()
            assert left_out >= 1


def test_the_block_before_what_is_decrypted_ends_its_message() -> None:
    lines = pluto(IKEV1)
    at = next(number for number, line in enumerate(lines) if "IV after" in line)
    other = next(number for number in range(at + 1, len(lines)) if "IV after" in lines[number])
    lines[at + 1] = lines[other + 1]
    assert shown(lines)[1] == 1


def test_of_ctr_salt_and_counter_stand_around_the_iv() -> None:
    """Other words of what is printed of GCM."""
    lines = [line for line in pluto(GCM) if "integ" not in line]
    for number, line in enumerate(lines):
        if "IV before authenticated" in line:
            way = "encryption" if "encryption" in line else "decryption"
            lines[number] = re.sub(r"\| .*", f"| {way} IV/starting-variable", line)
            digits = " ".join(re.findall(r"(?<= )[0-9a-f]{2}(?= )", lines[number + 1].partition("|")[2])[:8])
            lines[number + 1] = lines[number + 1].partition("|")[0] + f"|   0a 0b 0c 0d {digits} 00 00 00 01"
        elif "Salt" in line or "AAD" in line:
            lines[number] = line.replace("before authenticated", "of")
    lines = [line.replace("authenticated ", "") for line in lines]
    assert set(shown(lines)[0]) == {one.payload for one in GCM if one.plain and one.sent}


@pytest.mark.parametrize("messages", [GCM, CBC], ids=["gcm", "cbc"])
def test_what_was_encrypted_and_not_sent_is_counted(messages: list[Message]) -> None:
    lines = pluto(messages)
    last = next(at for at in reversed(range(len(lines))) if re.search("data before .*encryption", lines[at]))
    assert shown(lines[: last + 3])[1] == shown(lines[:last])[1] + 1
