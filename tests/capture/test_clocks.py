"""How far the clocks of several taps are apart."""

import struct
from pathlib import Path

import pytest

from analyzer.capture import clocks, open_capture
from analyzer.capture.clocks import offsets
from tests.capture.packets import ethernet, ipv4, isakmp, udp
from tests.fixtures.spoiled import Raw, write

MINUTE = 60


def seen_at(path: Path, *sights: tuple[float, int, int]) -> str:
    """A capture of messages: seconds, the number of the message, odd ones answers, and that of its IP packet."""
    frames = []
    for at, number, packet in sights:
        head = bytearray(isakmp(bytes(20)))
        head[:8], head[17], head[19] = struct.pack(">Q", number), 0x20, 0x20 if number % 2 else 0x08
        sent = udp(500, 500, bytes(head))
        frame = ethernet(ipv4(17, sent, identification=packet))
        frames.append(Raw(round(at * 10**9), 1, frame, len(frame)))
    write(frames, path)
    return str(path)


def tap(path: Path, start: int, *, numbers: tuple[int, ...]) -> str:
    """A capture of messages, one a second; those with odd numbers are answers."""
    return seen_at(path, *((start + place, number, 0) for place, number in enumerate(numbers)))


def apart(*taps: str) -> list[float | None]:
    """In seconds."""
    return [None if ns is None else round(ns / 10**9, 3) for ns in offsets([[path] for path in taps], open_capture)]


def test_the_same_messages_compare_the_clocks(tmp_path: Path) -> None:
    one = tap(tmp_path / "a", 1000, numbers=(1, 2, 3, 4))
    other = tap(tmp_path / "b", 1000 + 5 * MINUTE, numbers=(1, 2, 3, 4))
    assert apart(one, other) == [0, 5 * MINUTE]
    assert apart(other, one) == [0, -5 * MINUTE]


def test_a_third_is_compared_by_way_of_the_second(tmp_path: Path) -> None:
    """The first and the third have no message in common."""
    one = tap(tmp_path / "a", 1000, numbers=(1, 2))
    between = tap(tmp_path / "b", 2000, numbers=(1, 2, 3, 4))
    third = tap(tmp_path / "c", 5002, numbers=(3, 4))
    assert apart(one, third, between) == [0, 4000, 1000]


def test_what_has_nothing_in_common_cannot_be_compared(tmp_path: Path) -> None:
    one, other = tap(tmp_path / "a", 1000, numbers=(1, 2)), tap(tmp_path / "b", 1000, numbers=(3, 4))
    (tmp_path / "c").write_bytes(b"no capture")
    assert apart(one, other, str(tmp_path / "c")) == [0, None, None]
    assert offsets([], open_capture) == []


def test_a_retransmission_without_a_number_compares_nothing(tmp_path: Path) -> None:
    """Which of them is which cannot be known; the others do."""
    one = tap(tmp_path / "a", 1000, numbers=(1, 1, 1, 2, 3))
    other = tap(tmp_path / "b", 1100, numbers=(1, 2, 3))
    assert apart(one, other) == [0, 98]


def test_the_time_on_the_way_cancels_out(tmp_path: Path) -> None:
    """IKEv1 does not say in each message who sent it: the first one does."""
    there, back = ("192.0.2.10", "192.0.2.20"), ("192.0.2.20", "192.0.2.10")
    for version in (0x20, 0x10):
        paths = []
        for name, start, way in (("a", 1000, 0), ("b", 1300, 3)):
            frames = []
            for number, ends in enumerate((there, back, there, back)):
                head = bytearray(isakmp(bytes(20)))
                head[7], head[17], head[19] = 1, version, 0x20 if number % 2 else 0x08
                head[8:16] = bytes(8) if number == 0 else b"responds"
                head[-1] = number
                frame = ethernet(ipv4(17, udp(500, 500, bytes(head)), *ends))
                time = start + number * 10 + (-way if number % 2 else way)
                frames.append(Raw(time * 10**9, 1, frame, len(frame)))
            write(frames, tmp_path / name)
            paths.append(str(tmp_path / name))
        assert apart(*paths) == [0, 300], version


@pytest.mark.parametrize("packets", [(0, 0), (7, 9)])
def test_copies_of_a_mirror_port_count_once(tmp_path: Path, packets: tuple[int, int]) -> None:
    """Within a tenth of a second; whether packets have numbers, as those of IPv6 have not, or have them."""
    one = seen_at(tmp_path / "a", (1000, 2, packets[0]), (1001, 2, packets[1]), (1002, 3, 0))
    copied = [
        (at + far, number, packet)
        for at, number, packet in ((1050, 2, packets[0]), (1051, 2, packets[1]), (1052, 3, 0))
        for far in (0, 0.02)
    ]
    assert apart(one, seen_at(tmp_path / "b", *copied)) == [0, 50]


@pytest.mark.parametrize("packet", [0, 7])
def test_what_was_seen_more_often_at_one_compares_nothing(tmp_path: Path, packet: int) -> None:
    """A host retransmits, under one IP number or none, and the first time is lost on the way."""
    one = seen_at(tmp_path / "a", (1000, 2, packet), (1004, 2, packet))
    other = seen_at(tmp_path / "b", (1054, 2, packet))
    assert apart(one, other) == [0, None]
    assert apart(one, seen_at(tmp_path / "c", (1050, 2, packet), (1054, 2, packet))) == [0, 50]


def test_small_differences_count_where_the_time_on_the_way_cancels_out(tmp_path: Path) -> None:
    one = seen_at(tmp_path / "a", (1000, 2, 0), (1001, 3, 0))
    assert apart(one, seen_at(tmp_path / "b", (1000.02, 2, 0), (1001.01, 3, 0))) == [0, 0.015]
    assert apart(one, seen_at(tmp_path / "c", (1000.0204, 2, 0), (1000.9804, 3, 0))) == [0, 0]
    assert apart(one, seen_at(tmp_path / "d", (1000.02, 2, 0))) == [0, 0]
    assert apart(one, seen_at(tmp_path / "e", (1000.2, 2, 0))) == [0, 0.2]


def test_a_third_is_compared_no_better_than_the_second(tmp_path: Path) -> None:
    one, between = (
        seen_at(tmp_path / "a", (1000, 2, 0)),
        seen_at(tmp_path / "b", (1000.05, 2, 0), (1001, 4, 0), (1002, 5, 0)),
    )
    assert apart(one, seen_at(tmp_path / "c", (1001, 4, 0), (1002, 5, 0)), between) == [0, 0, 0]


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes behind the first so many messages is not looked at."""
    monkeypatch.setattr(clocks, "MOST", 2)
    one = tap(tmp_path / "a", 1000, numbers=(1, 2, 3))
    assert apart(one, tap(tmp_path / "b", 1007, numbers=(3,))) == [0, None]
    assert apart(one, tap(tmp_path / "c", 1007, numbers=(2,))) == [0, 6]
