"""Logs of which lines are lost, doubled, wrapped, out of order or mixed with another log: nothing is made up."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import analyzer
from analyzer.capture import Datagram, open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
from analyzer.capture.logs.inside import is_encrypted, unmarked
from analyzer.capture.text_notes import BROKEN, SHOWN
from analyzer.errors import CaptureError
from tests.capture.logs.made import MADE, messages_of
from tests.capture.logs.samples import Sample, datagrams, samples

ALL = samples()
LINES = {sample.name: sample.text.replace("\r", "").split("\n") for sample in ALL}
MESSAGES = {sample.name: {item.payload for item in datagrams(sample.log)} for sample in ALL}
NUMBERED = ("charon", "cisco", "text2pcap")  # whose rows have offsets


def wrapped(lines: Iterable[str], width: int) -> list[str]:
    return [line[at : at + width] for line in lines for at in range(0, max(len(line), 1), width)]


def lost(lines: list[str], at: int, count: int) -> list[str]:
    return lines[:at] + lines[at + count :]


def doubled(lines: list[str], at: int, count: int) -> list[str]:
    return lines[: at + count] + lines[at:]


def each_doubled(lines: list[str], _at: int, _count: int) -> list[str]:
    return [line for line in lines for _ in range(2)]


def folded(lines: list[str], _at: int, count: int) -> list[str]:
    return wrapped(lines, 72 + 4 * count)


def folded_there(lines: list[str], at: int, count: int) -> list[str]:
    return lines[:at] + wrapped(lines[at : at + count], 80) + lines[at + count :]


def swapped(lines: list[str], at: int, _count: int) -> list[str]:
    return [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]]


Change = Callable[[list[str], int, int], list[str]]
CHANGES: tuple[Change, ...] = (lost, lost, lost, doubled, each_doubled, folded, folded_there)


def changed(chance: random.Random, lines: list[str], changes: tuple[Change, ...]) -> list[str]:
    for _ in range(chance.randint(1, 5)):
        change = chance.choice(changes)
        lines = change(lines, chance.randrange(max(len(lines), 1)), chance.choice((1, 1, 2, 3, 5, 10, 20))) or [""]
    return lines


def messages(lines: list[str]) -> list[Datagram]:
    """Those of a log; of one that is not known to be whole it is said that something is not read, or it is no log."""
    try:
        reader = open_capture(Given("\n".join(lines).encode()))
    except CaptureError:
        return []
    found = [item for item in reader if isinstance(item, Datagram)]
    assert reader.info.packets
    assert found or reader.info.unopened or reader.info.link_types
    return found


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_no_message_is_shown_that_the_log_does_not_hold(sample: Sample) -> None:
    """But rows of two encrypted messages, where neither offsets nor times say that lines are missing between."""
    chance = random.Random(sample.name)
    for _ in range(40):
        other = chance.choice(ALL) if chance.random() < 0.3 else sample
        both = LINES[sample.name] + (LINES[other.name] if other is not sample else [])
        known = MESSAGES[sample.name] | MESSAGES[other.name]
        for item in messages(changed(chance, both, CHANGES)):
            if item.payload in known or item.missing:  # what is cut is said to be
                continue
            assert not {sample.name, other.name} <= set(NUMBERED)
            assert is_encrypted(item.payload) or unmarked(item.payload)[19] & 1


@pytest.mark.parametrize("name", NUMBERED)
def test_rows_with_offsets_may_stand_in_any_order(name: str) -> None:
    chance = random.Random(name)
    for _ in range(60):
        found = messages(changed(chance, LINES[name], (swapped,)))
        assert {item.payload for item in found if not item.missing} <= MESSAGES[name]


@pytest.mark.parametrize("name", ["charon", "cisco", "fortigate", "mikrotik", "mikrotik-ikev2", "pluto", "racoon"])
def test_a_row_that_is_missing_is_no_fault_of_the_sender(name: str) -> None:
    """The first row of each dump, or one in its middle: it is counted, and no message has a defect."""
    whole = datagrams(next(one.log for one in ALL if one.name == name))
    lines = LINES[name]
    for item in whole:
        start = item.payload[:4].hex()
        first = next(at for at in range(item.frame_number - 1, len(lines)) if start in plain(lines[at]))
        # Of FortiGate the first piece of a message's digits is the line that announces it
        for lost_row in (first + 1,) if name == "fortigate" else (first, first + 1):
            analysis = analyzer.read_pcap("\n".join(lines[:lost_row] + lines[lost_row + 1 :]).encode())
            kinds = set(analysis.tables["defects"].column("kind"))
            assert not [kind for kind in kinds if kind.startswith("wire-")], (name, lost_row)
            assert len(analysis.tables["messages"]) == len(whole) - 1
            (row,) = analysis.tables["captures"].records()
            assert (row["packets_not_opened"], row["not_opened"]) == (1, (BROKEN,))


def plain(line: str) -> str:
    return line.replace(" ", "").lower()


def test_a_log_of_which_every_dump_is_broken_is_one_of_which_no_packet_could_be_read() -> None:
    lines = [line for line in LINES["charon"] if "   16: " not in line]
    analysis = analyzer.read_pcap("\n".join(lines).encode())
    assert list(analysis.unopened.values()) == [BROKEN]
    assert analysis.is_partly_read


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_copy_of_a_message_is_shown_as_the_message_is(name: str) -> None:
    """Each dump of a message stands there once more, without its inside: as of a retransmission."""
    write, version, cbc = MADE[name]
    some = messages_of(version, cbc, 1)
    lines = write(some, 1)
    insides = messages(lines)
    copies = [one.__class__(**{**vars(one), "plain": b"", "iv": b""}) for one in some]
    reader = open_capture(Given("\n".join(lines + write(copies, 1)).encode()))
    found = [item for item in reader if isinstance(item, Datagram)]
    assert len(found) == 2 * len(insides)
    shown = [item.payload for item in found if isinstance(item, Revealed) and item.shown]
    assert sorted(shown) == sorted(2 * [one.payload for one in insides if isinstance(one, Revealed) and one.shown])
    (defect,) = [one for one in reader.defects if one.kind == SHOWN]
    assert defect.effect.startswith(f"it shows {len(shown)} encrypted messages")


def test_an_answer_that_may_be_in_a_dump_that_is_not_read_is_less_surely_missing(tmp_path: Path) -> None:
    lines, log = LINES["charon"], tmp_path / "ike.log"
    asked = next(at for at, line in enumerate(lines) if "sending packet: " in line)
    came = next(at for at, line in enumerate(lines) if "received packet => " in line)
    again = [lines[asked].replace("01:00:19", f"01:0{minute}:19") for minute in range(1, 6)]
    found = []
    for answer in ([], [lines[came], *lines[came + 2 : came + 32]]):
        log.write_text("\n".join(lines[: asked + 1] + answer + again))
        tables = analyzer.read_pcap(str(log)).tables
        (row,) = tables["negotiations"].records()
        (first,) = tables["diagnoses"].select("rank", {1})
        assert row["outcome"] == "unanswered"
        found.append((row["outcome_confidence"], first["confidence"], row["outcome_basis"]))
    whole, broken = found
    assert whole[:2] != broken[:2]
    assert broken[2] == f"{whole[2]}; 1 dump of ike.log could not be read, so absence is weak evidence"
