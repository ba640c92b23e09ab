"""Cisco's log: rows of what was never sent so."""

import re

import pytest

import analyzer
from tests.capture.logs.made import OWN, PEER, Message, messages_of
from tests.capture.logs.samples import samples
from tests.capture.logs.test_charon import shown

MESSAGES = messages_of(2, False, 4)
SENT = MESSAGES[2]
SAMPLE = next(one for one in samples() if one.name == "cisco")


def log(*payloads: bytes) -> list[str]:
    lines = list[str]()
    for payload in payloads:
        lines.append(
            "*Nov 23 11:48:52.074: IKEv2:(SESSION ID = 1,SA ID = 1):Sending Packet"
            f" [To {PEER}:500/From {OWN}:500/VRF i0:f0]"
        )
        lines += [f"{at:04X}: {payload[at : at + 16].hex(' ', 4).upper()}" for at in range(0, len(payload), 16)]
        lines.append("")
    return lines


def printed_decrypted(one: Message, kind: int = 37, first: int = 42, content: bytes | None = None) -> bytes:
    """A message with its header, and what it says behind that."""
    content = one.content if content is None else content
    size = (28 + len(content)).to_bytes(4, "big")
    return one.payload[:16] + bytes([first, 0x20, kind]) + one.payload[19:24] + size + content


def test_what_is_decrypted_is_the_inside_of_the_message_with_its_header() -> None:
    opening = [one.payload for one in MESSAGES[:2]]
    inside = printed_decrypted(SENT)
    for payloads in ([SENT.payload, inside], [inside, SENT.payload]):
        assert shown(log(*opening, *payloads)) == ({SENT.payload: SENT.content}, 0)
    assert shown(log(*opening, MESSAGES[3].payload, inside)) == ({}, 1)
    assert shown(log(*opening, SENT.payload, inside[:24] + b"\0\0\0\x40" + inside[28:64])) == ({}, 1)


@pytest.mark.parametrize("kind", [35, 36, 37, 43])
def test_what_is_never_sent_so_is_no_message(kind: int) -> None:
    opening = [one.payload for one in MESSAGES[:2]]
    text = "\n".join(log(*opening, printed_decrypted(SENT, kind), printed_decrypted(SENT, kind, 0, b"")))
    tables = analyzer.read_pcap(text.encode()).tables
    assert tables["messages"].column("exchange") == ["IKE_SA_INIT"] * 2
    (left_out,) = [
        found
        for kind, found in zip(tables["defects"].column("kind"), tables["defects"].column("found"), strict=True)
        if kind == "capture-log-inside"
    ]
    assert left_out == "2 of no message that is sure"


@pytest.mark.parametrize("notify", [4, 5])
def test_what_says_that_there_is_no_ike_sa_is_sent_so(notify: int) -> None:
    content = b"\0\0\0\x08\0\0" + notify.to_bytes(2, "big")
    opening = [one.payload for one in MESSAGES[:2]]
    text = "\n".join(log(*opening, printed_decrypted(SENT, 37, 41, content)))
    assert analyzer.read_pcap(text.encode()).tables["messages"].column("exchange")[2:] == ["INFORMATIONAL"]


def test_a_log_of_the_messages_themselves_is_as_before() -> None:
    assert len(shown(SAMPLE.text.splitlines())[0]) == 0
    assert shown(SAMPLE.text.splitlines())[1] == 0
    assert len(re.findall("Packet \\[", SAMPLE.text)) == 6
