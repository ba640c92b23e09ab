"""Logs of several hosts, programs and formats in one file."""

import re
from collections.abc import Iterator
from itertools import chain, zip_longest

import pytest

import analyzer
from analyzer.capture import Datagram, open_capture
from analyzer.capture.given import Given
from analyzer.capture.logs.writers import MOST, writer_of
from analyzer.capture.text_notes import DUMP, NOTES, OTHER
from tests.capture.logs.made import charon, messages_of, pluto
from tests.capture.logs.samples import Sample, datagrams, samples

LINEWISE = [sample for sample in samples() if sample.name not in ("text2pcap", "wireshark_json")]


def sample(name: str) -> Sample:
    return next(one for one in samples() if one.name == name)


def lines_of(name: str) -> list[str]:
    return sample(name).text.replace("\r", "").rstrip("\n").split("\n")


def read(lines: list[str]) -> tuple[list[bytes], str, dict[str, int]]:
    """Messages, the format, and what is not read."""
    reader = open_capture(Given("\n".join(lines).encode()))
    found = [item.payload for item in reader if isinstance(item, Datagram)]
    assert reader.info.packets >= len(found)
    return found, reader.info.format, reader.info.unopened


def payloads(name: str) -> list[bytes]:
    return [item.payload for item in datagrams(sample(name).log)]


def syslog(lines: list[str], host: str, program: str) -> list[str]:
    """As a syslog server has them: of one second, with the name of host and program."""
    return [f"Nov 30 01:00:19 {host} {program}: {re.sub(r'^[A-Z0-9].*?charon: ', '', line)}" for line in lines]


def mixed(*logs: list[str]) -> list[str]:
    """Lines in turn."""
    return [line for line in chain.from_iterable(zip_longest(*logs)) if line is not None]


@pytest.mark.parametrize(
    ("line", "writer"),
    [
        ("Nov 30 01:00:19 gw charon: 09[NET] received packet", "gw charon"),
        ("Nov 30 01:00:19 gw pluto[812]: | *received", "gw pluto"),
        ("<30>Nov 30 01:00:19 gw pluto[812]: | *received", "gw pluto"),
        ("<30>1 2026-11-30T01:00:19.5Z gw.example charon 812 - - 09[NET] received", "gw.example charon"),
        ("Nov 23 11:49:34 10.0.0.1 ipsec,debug 180 bytes from", "10.0.0.1 "),
        ("Nov 23 11:49:34 2001:db8::1 002301: *Nov 23 11:48:52.092: IKEv2", "2001:db8::1 "),
        ("gw-1  | 09[NET] received packet", "gw-1 "),
        ("2026-11-30 01:00:19 09[NET] received packet", None),
        ("2026-11-30 01:00:19: DEBUG: 180 bytes from", None),
        ('Nov 30 01:00:19.962474: "v2": IKE SA proposals', None),
        ("2026-11-23 11:48:52.074179 ike 0: comes 192.0.2.1:500", None),
        ("002300: *Nov 23 11:48:52.074: IKEv2:(SESSION ID = 1", None),
        ("11:49:34 ipsec,debug 180 bytes", None),
        ("33daf6a2 1a3e4ca0 00000000", None),
        ("", None),
    ],
)
def test_host_and_program_stand_before_a_line(line: str, writer: str | None) -> None:
    assert writer_of(line) == (writer.strip() if writer and "gw-1" in writer else writer)


@pytest.mark.parametrize("one", LINEWISE, ids=str)
@pytest.mark.parametrize("other", LINEWISE, ids=str)
def test_one_log_behind_the_other_is_read(one: Sample, other: Sample) -> None:
    if {one.name, other.name} == {"mikrotik", "racoon"} or one is other:
        return
    found, form, left = read(lines_of(one.name) + lines_of(other.name))
    assert found == payloads(one.name) + payloads(other.name)
    assert set(form.split(" and ")) == {one.expected["format"], other.expected["format"]}
    assert left == {}


def test_programs_and_hosts_of_one_syslog_are_read_each_for_itself() -> None:
    """Two hosts with equal threads, and another program, line by line in turn."""
    messages = [messages_of(2, False, seed) for seed in (1, 2)]
    one, other = (
        syslog([line[16:] for line in charon(some)], host, "charon") for some, host in zip(messages, "ab", strict=True)
    )
    racoon = syslog([re.sub(r"^2026.*?: ", "", line) for line in lines_of("racoon")], "a", "racoon")
    alone = [set(read(some)[0]) for some in (one, other, racoon)]
    assert [len(some) for some in alone] == [len(messages[0]), len(messages[1]), 11]
    found, form, left = read(mixed(one, other, racoon))
    assert set(found) == set.union(*alone)
    assert len(found) == sum(map(len, alone))
    assert (set(form.split(" and ")), left) == ({"charon log", "racoon log"}, {})


def test_lines_of_two_daemons_on_one_terminal_are_told_by_their_words() -> None:
    strong = [re.sub(r"^.*?charon: ", "", line) for line in charon(messages_of(2, False, 1))]
    libre = [line.partition(": ")[2] for line in pluto(messages_of(2, False, 2))]
    assert set(read(mixed(strong, libre))[0]) == set(read(strong)[0]) | set(read(libre)[0])


def test_what_is_not_read_beside_another_format_is_counted_and_named() -> None:
    json = sample("wireshark_json")
    found, _, left = read(lines_of("charon") + json.text.split("\n"))
    assert found == payloads("charon")
    frames = json.text.count('"frame_raw"')
    assert left == {"dumps of another format (Wireshark JSON)": frames}
    analysis = analyzer.read_pcap(("\n".join(lines_of("charon")) + "\n" + json.text).encode())
    assert [defect["found"] for defect in analysis.tables["defects"].records() if defect["kind"] == OTHER] == [
        f"{frames} of a Wireshark JSON"
    ]


def many(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"Nov 30 01:00:19 h{number} charon: 03[NET] received packet => 48 bytes @ 0x7f2a99896420"


def test_more_writers_than_are_followed_lose_what_they_had_begun_and_it_is_counted() -> None:
    lines = [*many(MOST + 44), *(line.partition(" received")[0] + "    0: 50 76" for line in many(1))]
    found, _, left = read(lines)
    assert (found, left) == ([], {"dumps that may not be whole": MOST + 44})


def test_a_log_of_which_nothing_is_read_is_no_capture_without_messages() -> None:
    """A line announces a message; what follows is not read."""
    for lines in (lines_of("charon")[2:3], lines_of("pluto")[17:18], ["| *received 464 bytes from a host"]):
        analysis = analyzer.read_pcap("\n".join(lines).encode())
        (capture,) = analysis.tables["captures"].records()
        assert (capture["packets"], capture["packets_not_opened"], capture["ike_messages"]) == (1, 1, 0)
        assert list(analysis.unopened.values()) == ["dumps that may not be whole"]
        assert {row["kind"] for row in analysis.tables["defects"].records()} - set(NOTES) == {DUMP}
