"""RouterOS' log: what it shows of IKEv2, and how its lines come."""

import re
from collections.abc import Callable

import pytest

from analyzer.capture import Datagram, open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
from tests.capture.logs.samples import datagrams, samples, story

SAMPLE = next(one for one in samples() if one.name == "mikrotik-ikev2")
LINES = SAMPLE.text.splitlines()
MESSAGES = datagrams(SAMPLE.log)
LENGTHS = [len(item.payload) for item in MESSAGES]
DUMP = "capture-log-dump"


def read(lines: list[str]) -> tuple[list[Datagram], list[str]]:
    """Messages, and kinds of defects."""
    reader = open_capture(Given(("\n".join(lines) + "\n").encode()))
    return [item for item in reader if isinstance(item, Datagram)], [defect.kind for defect in reader.defects]


def shown(lines: list[str]) -> list[int]:
    """Lengths of the messages whose inside is shown."""
    return [len(item.payload) for item in read(lines)[0] if isinstance(item, Revealed)]


def bare(line: str) -> str:
    """As over syslog with `bsd-syslog=yes`."""
    return re.sub(r"^(\d\d:\d\d:\d\d) ipsec(?:,\w+)* ?", r"Nov 23 \1 gw1 ", line)


def place(text: str, after: int = 0) -> int:
    return next(number for number in range(after, len(LINES)) if text in LINES[number])


def block(text: str, after: int = 0) -> slice:
    """A line and the rows behind it."""
    start = stop = place(text, after)
    stop += 1
    while re.search(r",packet ([0-9a-f]{2,8} )*$", LINES[stop]):
        stop += 1
    return slice(start, stop)


DECRYPTED = block("=> decrypted packet")
PLAIN = block("=> outgoing plain packet", place("exchange: AUTH:1"))


def test_both_ways_are_shown_and_nothing_is_missing() -> None:
    """A dump of 256 bytes and more has an empty entry in it; the non-ESP marker is counted and not printed."""
    found, defects = read(LINES)
    assert story(found) == story(datagrams(SAMPLE.capture))
    assert shown(LINES) == LENGTHS[2:]
    assert any(line.endswith("ipsec,debug,packet ") for line in LINES[PLAIN])
    assert DUMP not in defects


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.replace("ipsec,debug,packet", "ipsec, debug, packet").replace("ipsec,debug", "ipsec, debug"),
        lambda line: line.replace("ipsec,debug,packet", "ipsec,debug,packet gw1:").replace(
            "ipsec,debug ", "ipsec,debug gw1: "
        ),
        lambda line: f"<30>Nov 23 {line[:8]} gw1 {line[9:]}" if line[:1].isdigit() else line,
        lambda line: "echo: " + line[9:],
        bare,
        lambda line: f"<30>{bare(line)}",
        lambda line: line.rstrip(),
        lambda line: line + "\n11:48:52 system,error,critical login failure for user admin from 192.0.2.7 via telnet",
        lambda line: line + "\n[admin@gw1] > ",
        lambda line: line + "\n-- [Q quit|D dump|up|down]",
    ],
    ids=[
        "winbox",
        "prefix",
        "syslog",
        "console",
        "no topics",
        "no topics, as sent",
        "no blank",
        "other topics",
        "prompt",
        "pager",
    ],
)
def test_whatever_stands_around_the_lines(change: Callable[[str], str]) -> None:
    lines = [change(line) for line in LINES]
    found, defects = read(lines)
    assert [item.payload for item in found] == [item.payload for item in MESSAGES]
    assert shown(lines) == LENGTHS[2:]
    assert DUMP not in defects


@pytest.mark.parametrize("width", [79, 80, 81, 83, 98, 99, 100, 101])
@pytest.mark.parametrize("kept", [True, False], ids=["blanks", "no blanks"])
def test_lines_are_wrapped_anywhere(width: int, kept: bool) -> None:
    pieces = [line[at : at + width] for line in LINES for at in range(0, len(line), width)]
    lines = pieces if kept else [piece.strip() for piece in pieces]
    found, defects = read(lines)
    assert [item.payload for item in found] == [item.payload for item in MESSAGES]
    assert shown(lines) == LENGTHS[2:]
    assert DUMP not in defects


@pytest.mark.parametrize("dump", [DECRYPTED, PLAIN], ids=["decrypted", "plain"])
def test_a_dump_that_broke_off_is_counted_and_not_used(dump: slice) -> None:
    for lost in range(dump.start + 1, dump.stop):
        if LINES[lost].endswith("packet "):
            continue
        lines = LINES[:lost] + LINES[lost + 1 :]
        assert len(shown(lines)) == 3
        assert DUMP in read(lines)[1]
    lines = LINES[: dump.start + 1] + LINES[dump.stop :]
    assert len(shown(lines)) == 3
    assert DUMP in read(lines)[1]


@pytest.mark.parametrize("dump", [DECRYPTED, PLAIN], ids=["decrypted", "plain"])
@pytest.mark.parametrize("size", [0, 1, 28, 64, 255, 0xFFFF, 0xFFFFF])
def test_what_is_of_another_length_is_not_used(dump: slice, size: int) -> None:
    lines = list(LINES)
    lines[dump.start] = re.sub("0x[0-9a-f]+", f"0x{size:x}", lines[dump.start])
    assert len(shown(lines)) == 3
    assert len(read(lines)[0]) == len(LENGTHS)


@pytest.mark.parametrize("dump", [DECRYPTED, PLAIN], ids=["decrypted", "plain"])
def test_the_beginning_of_a_dump_is_not_used(dump: slice) -> None:
    """RouterOS says how much it prints of what is long: no line is missing then."""
    lines = LINES[: dump.start + 9] + LINES[dump.stop :]
    lines[dump.start] = re.sub(r"size (0x\w+)", r"first 0x100 of \1", lines[dump.start])
    assert len(shown(lines)) == 3
    assert DUMP not in read(lines)[1]


def test_the_header_names_the_message_whatever_stands_between() -> None:
    decrypted, rest = LINES[DECRYPTED], LINES[: DECRYPTED.start] + LINES[DECRYPTED.stop :]
    for where in (place("SA_INIT") + 1, place("INFORMATIONAL"), len(rest)):
        assert shown(rest[:where] + decrypted + rest[where:]) == LENGTHS[2:]


@pytest.mark.parametrize("at", range(16, 24))
def test_another_header_is_another_message(at: int) -> None:
    """The byte that says what comes first is the one in the Encrypted payload's header."""
    lines = list(LINES)
    row = DECRYPTED.start + 1
    head, digits = lines[row].rsplit("packet ", 1)
    data = bytearray.fromhex(digits)
    data[at] ^= 0x40
    lines[row] = f"{head}packet {data.hex(' ', 4)}"
    assert len(shown(lines)) == 3


def test_neither_a_message_without_encryption_nor_a_fragment_is_shown() -> None:
    first = place("outgoing plain packet")
    assert first < place("AUTH:1")
    assert MESSAGES[0] not in [item for item in read(LINES)[0] if isinstance(item, Revealed)]
    fragment = [line.replace("2e202308 00000001", "35202308 00000001") for line in LINES]
    assert shown(fragment) == LENGTHS[3:]


def test_without_the_topic_packet_nothing_else_is_taken_for_a_message() -> None:
    lines = [line for line in LINES if ",packet" not in line]
    found, defects = read(lines)
    assert (found, defects.count(DUMP)) == ([], 1)


def test_keepalives_are_of_those_whom_they_name() -> None:
    """Not of whom the message before was sent to."""
    lines = [
        *LINES,
        "11:49:12 ipsec,debug KA: 192.0.2.10[4500]->198.51.100.7[4500]",
        "11:49:12 ipsec,debug 1 times of 1 bytes message will be sent to 198.51.100.7[4500]",
        "11:49:12 ipsec,debug,packet ff",
    ]
    reader = open_capture(Given("\n".join(lines).encode()))
    assert len(list(reader)) == len(LENGTHS)
    (flow,) = [flow for flow in reader.flows if flow.keepalives]
    assert {flow.client_ip, flow.server_ip} == {"192.0.2.10", "198.51.100.7"}
    assert flow.keepalives_from_client == 1
    assert "capture-log-address" not in [defect.kind for defect in reader.defects]


@pytest.mark.parametrize("start", ["===== sending 456", "===== received 464", "-> ike2 reply, exchange: SA_INIT"])
def test_without_topics_its_own_words_are_known_wherever_the_log_begins(start: str) -> None:
    lines = [bare(line) for line in LINES[place(start) :]]
    reader = open_capture(Given("\n".join(lines).encode()))
    found = [item for item in reader if isinstance(item, Datagram)]
    assert reader.info.format == "MikroTik log"
    assert [item.payload for item in found] == [item.payload for item in MESSAGES[-len(found) :]]
    assert len(found) == {"=": 6 - ("464" in start), "-": 4}[start[0]]
    assert [len(item.payload) for item in found if isinstance(item, Revealed)] == LENGTHS[2:]


def test_a_log_of_ikev1_without_topics_is_racoon_s() -> None:
    """Its words are those of racoon, which says the same."""
    sample = next(one for one in samples() if one.name == "mikrotik")
    reader = open_capture(Given("\n".join(bare(line) for line in sample.text.splitlines()).encode()))
    found = [item for item in reader if isinstance(item, Datagram)]
    assert reader.info.format == "racoon log"
    assert sum(isinstance(item, Revealed) for item in found) == sample.expected["shown"]
