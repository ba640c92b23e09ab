"""Every format of a log: one question to all, of samples in `fixtures/logs`."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analyzer
from analyzer.capture import Datagram, open_capture
from analyzer.capture.datagram import Revealed
from analyzer.capture.given import Given
from analyzer.capture.logs import formats, guess, is_log
from analyzer.capture.sets import CaptureSet
from analyzer.capture.text_notes import DUMP, INSIDE
from analyzer.errors import CaptureError
from tests.capture.logs.made import MADE, messages_of
from tests.capture.logs.samples import FOLDER, Sample, datagrams, samples, story

ALL = pytest.mark.parametrize("sample", samples(), ids=str)


def test_every_format_has_its_sample() -> None:
    assert {made.__module__.rpartition(".")[2] for made in formats()} == {sample.module for sample in samples()}


@ALL
def test_messages_are_those_of_the_capture(sample: Sample) -> None:
    reader = open_capture(str(sample.log))
    found = [item for item in reader if isinstance(item, Datagram)]
    assert story(found) == story(datagrams(sample.capture))
    assert reader.info.format == sample.expected["format"]
    assert sum(isinstance(item, Revealed) for item in found) == sample.expected["shown"]
    assert sorted({defect.kind for defect in reader.defects}) == sample.expected["defects"]
    assert is_log(sample.log.read_bytes())


@ALL
def test_messages_are_at_the_line_where_their_bytes_begin(sample: Sample) -> None:
    numbers = [item.frame_number for item in datagrams(sample.log)]
    assert numbers == sorted(set(numbers))
    if sample.name == "wireshark_json":
        assert numbers == [item.frame_number for item in datagrams(sample.capture)]
        return
    lines = sample.text.split("\n")
    for item in datagrams(sample.log):
        if sample.name == "text2pcap":  # whose dumps begin with the frame's headers
            assert lines[item.frame_number - 1].startswith("000000 ")
            continue
        near = "".join(lines[item.frame_number - 1 : item.frame_number + 6]).replace(" ", "").lower()
        assert item.payload[:4].hex() in near


@ALL
def test_times_between_messages_are_those_of_the_capture(sample: Sample) -> None:
    """As far as the log writes them: most write no fraction."""
    times, same = ([d.time_ns or 0 for d in datagrams(path)] for path in (sample.log, sample.capture))
    assert all(abs((a - times[0]) - (b - same[0])) < 1_200_000_000 for a, b in zip(times, same, strict=True))


@ALL
def test_the_story_is_that_of_the_capture(sample: Sample) -> None:
    ours, theirs = (analyzer.read_pcap(str(path)).tables["negotiations"] for path in (sample.log, sample.capture))
    assert ours.column("outcome") == theirs.column("outcome") == [sample.expected["outcome"]]
    assert ours.column("encryption") == theirs.column("encryption")


@pytest.mark.parametrize("name", ["fortigate", "mikrotik-ikev2"])
def test_what_a_log_shows_is_as_good_as_keys(name: str) -> None:
    sample = next(one for one in samples() if one.name == name)
    keys = sample.capture.with_name("capture.keys")
    shown, opened = analyzer.read_pcap(str(sample.log)), analyzer.read_pcap(str(sample.capture), keys=str(keys))
    for table, columns in (
        ("negotiations", ("initiator_id", "responder_id", "auth_method", "child_sas")),
        ("child_sas", ("initiator_ts", "responder_ts", "encryption", "initiator_spi_in")),
        ("messages", ("decrypted", "decrypted_payload_types")),
    ):
        for column in columns:
            assert shown.tables[table].column(column) == opened.tables[table].column(column), column
    assert set(shown.tables["messages"].column("decrypted_by")) == {None, "log"}
    assert set(opened.tables["messages"].column("decrypted_by")) == {None, "keys"}


@ALL
def test_bytes_that_are_printed_otherwise_are_the_same(sample: Sample) -> None:
    raw, text = sample.log.read_bytes(), sample.text
    same = story(datagrams(sample.log))
    coloured = "".join(f"\x1b[33m{line}\x1b[0m\r\n" for line in text.split("\n"))
    for made in (gzip.compress(raw), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode(), coloured.encode()):
        assert story([d for d in open_capture(Given(made)) if isinstance(d, Datagram)]) == same


@pytest.mark.parametrize("name", ["charon", "cisco", "pluto", "fortigate", "mikrotik", "mikrotik-ikev2", "racoon"])
def test_lines_that_a_terminal_wrapped_are_read_as_one(name: str) -> None:
    sample = next(one for one in samples() if one.name == name)
    lines = sample.text.replace("\r", "").split("\n")
    wrapped = "\n".join(line[at : at + 80] for line in lines for at in range(0, max(len(line), 1), 80))
    found = [d for d in open_capture(Given(wrapped.encode())) if isinstance(d, Datagram)]
    assert story(found) == story(datagrams(sample.log))
    assert sum(isinstance(item, Revealed) for item in found) == sample.expected["shown"]


@pytest.mark.parametrize("text", ["charon: 08[NET] received packet: from 192.0.2.1[500]", "ike 0: comes", "0000 1", ""])
def test_words_about_messages_are_no_log(text: str) -> None:
    assert guess(text.encode()) is None
    with pytest.raises(CaptureError):
        open_capture(Given(text.encode() + b"\n"))


TEXTS = [FOLDER / sample.name / "log.txt" for sample in samples()]
_DAMAGE = st.lists(
    st.tuples(st.sampled_from(["cut", "drop", "repeat", "swap", "put"]), st.integers(0, 1 << 20), st.integers(0, 400)),
    max_size=12,
)


def _damaged(path: Path, damage: list[tuple[str, int, int]]) -> bytes:
    lines = path.read_bytes().split(b"\n")
    for what, where, size in damage:
        at = where % len(lines)
        if what == "cut":
            lines[at] = lines[at][: size % 80]
        elif what == "drop":
            del lines[at : at + size % 4]
        elif what == "repeat":
            lines[at:at] = lines[at : at + size]
        elif what == "swap":
            lines[at], lines[0] = lines[0], lines[at]
        else:
            lines.insert(at, bytes([where & 0xFF]) * size)
        lines = lines or [b""]
    return b"\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from(TEXTS), damage=_DAMAGE)
def test_damaged_logs_never_raise(path: Path, damage: list[tuple[str, int, int]]) -> None:
    try:
        reader = open_capture(Given(_damaged(path, damage)))
    except CaptureError:
        return
    numbers = [item.frame_number for item in reader]
    assert numbers == sorted(set(numbers))
    assert reader.info.packets >= len(numbers)


_WITH_INSIDES = [one for one in samples() if one.expected["shown"]]
_CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["lost", "lost", "lost", "doubled", 60, 80, 97]),
        st.integers(0, 1 << 16),
        st.sampled_from([1, 1, 1, 2, 3, 5, 10, 20, 40, 60]),
    ),
    min_size=1,
    max_size=4,
)


def _changed(text: list[str], changes: list[tuple[str | int, int, int]]) -> list[str]:
    """Lines lost, doubled, or wrapped at a width."""
    lines = list(text)
    for what, where, size in changes:
        at = where % max(len(lines), 1)
        some = lines[at : at + size]
        if isinstance(what, int):
            lines[at : at + size] = [line[a : a + what] for line in some for a in range(0, max(len(line), 1), what)]
        else:
            lines[at : at + size] = [] if what == "lost" else some + some
    return lines


def _insides(lines: list[str]) -> Iterator[tuple[bytes, bytes]]:
    """Headers, which are each one message's, and what is shown of their messages."""
    try:
        found = list(open_capture(Given("\n".join(lines).encode())))
    except CaptureError:
        return
    for item in found:
        if isinstance(item, Revealed) and item.shown is not None:
            yield item.payload, item.shown.plaintext


@settings(max_examples=150, deadline=None)
@given(sample=st.sampled_from(_WITH_INSIDES), changes=_CHANGES)
def test_no_message_is_shown_what_another_one_holds(sample: Sample, changes: list[tuple[str | int, int, int]]) -> None:
    """Lines are missing anywhere: an inside is that of its message, whole, or is not used."""
    lines = sample.text.replace("\r", "").splitlines()
    inside = dict(_insides(lines))
    for payload, shown in _insides(_changed(lines, changes)):
        assert shown == inside.get(payload, shown)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(MADE)), seed=st.integers(0, 20), changes=_CHANGES)
def test_messages_of_one_length_are_not_taken_for_each_other(
    name: str, seed: int, changes: list[tuple[str | int, int, int]]
) -> None:
    write, version, cbc = MADE[name]
    messages = messages_of(version, cbc, seed)
    contents = {message.payload[:28]: message.content for message in messages}
    for payload, shown in _insides(_changed(write(messages, seed), changes)):
        assert shown == contents[payload[:28]]


_NOT_SHOWN = {"pluto ikev1": (True,), "pluto cbc": (False,)}  # whether they are sent


@pytest.mark.parametrize("name", sorted(MADE))
def test_each_message_of_one_length_is_shown(name: str) -> None:
    write, version, cbc = MADE[name]
    messages = messages_of(version, cbc, 1)
    reader = open_capture(Given("\n".join(write(messages, 1)).encode()))
    found = {item.payload: item.shown for item in reader if isinstance(item, Revealed) and item.shown}
    shown = [one for one in messages if one.plain and (one.sent not in _NOT_SHOWN.get(name, ()))]
    assert {one: found[one.payload].plaintext for one in shown} == {one: one.content for one in shown}
    assert len(found) == len(shown)
    kinds = {defect.kind for defect in reader.defects}
    assert DUMP not in kinds
    assert (INSIDE in kinds) == (name == "pluto cbc")


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_shown_of_no_message_is_counted(name: str) -> None:
    """No message that was received is in the log; of each the inside is."""
    write, version, cbc = MADE[name]
    messages = messages_of(version, cbc, 1)
    came = re.compile(r"received packet =>|\*received |: in ")
    lines = [line for line in write(messages, 1) if not came.search(line)]
    reader = open_capture(Given("\n".join(lines).encode()))
    sent = {message.payload for message in messages if message.sent}
    assert {item.payload for item in reader if isinstance(item, Datagram)} == sent
    (defect,) = [defect for defect in reader.defects if defect.kind == INSIDE]
    # An answer of FortiGate's is known by what it answers
    unsure = [
        one for one in messages if not one.sent or (name in ("fortigate", "fortigate cbc") and "response" in one.name)
    ]
    assert defect.found == f"{sum(bool(one.plain) for one in unsure)} of no message that is sure"


def test_parts_of_a_log_are_read_as_one(tmp_path: Path) -> None:
    """Not every line is a message: of each that is, the number is its line in its own part."""
    log = next(sample.log for sample in samples() if sample.name == "pluto")
    whole, text = datagrams(log), log.read_bytes().splitlines(keepends=True)
    lines = [message.frame_number for message in whole]
    place = lines[len(lines) // 2] - 1
    parts = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    for path, part in zip(parts, (text[:place], text[place:]), strict=True):
        Path(path).write_bytes(b"".join(part))
    reader = open_capture(CaptureSet([parts]))
    found = [item for item in reader if isinstance(item, Datagram)]
    assert story(found) == story(whole)
    assert reader.places is not None
    places = [reader.places.of(message.frame_number) for message in found]
    assert [one.frame_number + one.member * place for one in places] == lines
    assert {one.capture for one in places} == {*parts}


def test_dumps_of_what_went_over_tcp_are_counted(tmp_path: Path) -> None:
    log = next(sample.log for sample in samples() if sample.name == "pluto")
    path = tmp_path / "log.txt"
    path.write_text(log.read_text().replace("using UDP", "using TCP", 1))
    reader = open_capture(str(path))
    assert len(list(reader)) == len(datagrams(log)) - 1
    (defect,) = [defect for defect in reader.defects if defect.kind == "capture-log-tcp"]
    assert (defect.found, defect.frame_number) == ("1 over TCP", datagrams(log)[0].frame_number)


@ALL
def test_no_line_that_is_lost_makes_esp_of_a_message(sample: Sample) -> None:
    """No daemon prints ESP: what is left of a dump is a damaged message, or none, and is counted."""
    if sample.name in ("text2pcap", "wireshark_json"):  # rows of whole frames, which may be anything
        return
    lines = sample.text.split("\n")
    for at in range(0, len(lines), 3):
        analysis = analyzer.read_pcap("\n".join(lines[:at] + lines[at + 1 :]).encode())
        assert not len(analysis.tables["esp_streams"]), at
