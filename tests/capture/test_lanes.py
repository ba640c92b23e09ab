"""Walking records in step: the same chain as a plain walk, or none."""

import struct
from random import Random

import numpy as np
import pytest

from analyzer.capture import lanes as module
from analyzer.capture.damage import Damage
from analyzer.capture.lanes import walk_pcap, walk_pcapng, words
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.window import SLACK
from tests.capture.packets import block, enhanced, interface, pcap, section


def frames(seed: int, count: int, largest: int = 400) -> list[bytes]:
    random = Random(seed)
    return [random.randbytes(random.randrange(1, largest)) for _ in range(count)]


def buffer(data: bytes) -> bytearray:
    return bytearray(data + bytes(SLACK))


def in_step(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note for each walk whether the lanes joined."""
    joined: list[bool] = []
    original = module._join

    def join(*arguments: object) -> object:
        found = original(*arguments)  # type: ignore[arg-type]
        joined.append(found is not None)
        return found

    monkeypatch.setattr(module, "_join", join)
    return joined


@pytest.mark.parametrize("lanes", [1, 2, 7, 32])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B2CD34])
def test_pcap(lanes: int, order: str, magic: int, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = in_step(monkeypatch)
    data = pcap(frames(1, 2000), order=order, magic=magic)
    container, plain = Pcap(data[:FILE_HEADER], Damage()), Pcap(data[:FILE_HEADER], Damage())
    for limit in (len(data), len(data) - 1, len(data) - 300, 40_000):
        starts, end = walk_pcap(container, buffer(data), FILE_HEADER, limit, lanes)
        assert (starts.tolist(), end) == plain.walk(bytearray(data), FILE_HEADER, limit)
    assert all(joined)  # this is not the fallback at work


@pytest.mark.parametrize("lanes", [1, 2, 7, 32])
@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng(lanes: int, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = in_step(monkeypatch)
    blocks = b"".join(enhanced(f, order) + (block(5, bytes(12), order) if len(f) < 9 else b"") for f in frames(2, 2000))
    data = section(order) + interface(order=order) + blocks
    for limit in (len(data), len(data) - 1, len(data) - 300, 40_000):
        container, plain = PcapNg(Damage()), PcapNg(Damage())
        starts, end = walk_pcapng(container, buffer(data), 0, limit, lanes)
        assert (starts.tolist(), end) == plain.walk(bytearray(data), 0, limit)
        assert container.order == order
    assert all(joined)


def test_wrong_guesses_do_not_join_and_cost_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    joined = in_step(monkeypatch)
    inner = pcap(frames(3, 300))[24:]
    data = pcap([inner[i : i + 5000] for i in range(0, len(inner), 4999)])
    container, plain = Pcap(data[:FILE_HEADER], Damage()), Pcap(data[:FILE_HEADER], Damage())
    starts, end = walk_pcap(container, buffer(data), FILE_HEADER, len(data), 16)
    assert (starts.tolist(), end) == plain.walk(bytearray(data), FILE_HEADER, len(data))
    assert joined == [False]


def test_a_length_that_cannot_be_is_left_to_the_plain_walk() -> None:
    good = pcap(frames(4, 500))
    bad = struct.pack("<IIII", 1_700_000_000, 1, 300_000, 300_000) + bytes(300_000)
    data = good + bad + good[24:]
    container = Pcap(data[:FILE_HEADER], Damage())
    starts, end = walk_pcap(container, buffer(data), FILE_HEADER, len(data), 8)
    assert container.broken
    assert (len(starts), end) == (500, len(good))


def test_a_new_section_ends_the_walk() -> None:
    first = section() + interface() + b"".join(map(enhanced, frames(5, 300)))
    data = first + section(">") + interface(order=">") + b"".join(enhanced(f, ">") for f in frames(6, 300))
    container = PcapNg(Damage())
    starts, end = walk_pcapng(container, buffer(data), 0, len(data), 8)
    assert (len(starts), end) == (302, len(first))
    starts, end = walk_pcapng(container, buffer(data), end, len(data), 8)
    assert (len(starts), end, container.order) == (302, len(data), ">")


def test_records_too_few_for_lanes() -> None:
    for data in (pcap([]), pcap([b"x"]), pcap(frames(7, 3, 60_000))):
        container, plain = Pcap(data[:FILE_HEADER], Damage()), Pcap(data[:FILE_HEADER], Damage())
        starts, end = walk_pcap(container, buffer(data), FILE_HEADER, len(data), 16)
        assert (starts.tolist(), end) == plain.walk(bytearray(data), FILE_HEADER, len(data))


def test_words_are_read_at_every_byte() -> None:
    data = bytearray(range(16))
    assert words(data, "<")[np.array([0, 1, 12])].tolist() == [0x03020100, 0x04030201, 0x0F0E0D0C]
    assert words(data, ">")[np.array([1])].tolist() == [0x01020304]
