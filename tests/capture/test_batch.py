"""Records as columns: the same values as record by record."""

from random import Random

import numpy as np
import pytest

from analyzer.capture.batch import NO_LINK, disorder, gather, pcap_batch, pcapng_batch
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import NO_TIME
from analyzer.capture.decoder import Packet
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.pcapng import PcapNg
from analyzer.capture.window import SLACK
from tests.capture.packets import block, enhanced, interface, old_packet, pcap, section, simple

FRAMES = [Random(1).randbytes(n) for n in (60, 1, 0, 90, 33)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34])
def test_pcap(order: str, magic: int) -> None:
    data = bytearray(pcap(FRAMES, order=order, magic=magic, originals={1: 5, 4: 2000}) + bytes(SLACK))
    damage, other = Damage(), Damage()
    container, plain = Pcap(bytes(data[:FILE_HEADER]), damage), Pcap(bytes(data[:FILE_HEADER]), other)
    starts, end = plain.walk(data, FILE_HEADER, len(data) - SLACK)
    expected = [plain.packet(data, start, end) for start in starts]
    batch = pcap_batch(container, data, np.array(starts), end)
    assert list(batch.packets(np.arange(5))) == expected
    assert container.packets == 5
    assert damage.defects() == other.defects()


def blocks(order: str) -> bytes:
    return b"".join(
        (
            section(order),
            interface(order=order, snaplen=50),
            enhanced(FRAMES[0], order, units=1_700_000_000_000_001),
            block(4, bytes(7), order),
            enhanced(FRAMES[1], order, number=1, units=5),
            interface(101, order, resolution=9, offset=-3),
            enhanced(FRAMES[1], order, number=1, units=5),
            block(9, b"journal", order),
            simple(FRAMES[3][:50], order, original=90),
            old_packet(FRAMES[4], order, number=1, drops=9, units=2**63),
            enhanced(FRAMES[4], order, captured=99),
            enhanced(FRAMES[4], order, original=3),
            block(6, bytes(9), order),
            interface(order=order, resolution=0x90),
            enhanced(FRAMES[2], order, number=2, units=3 << 15),
            enhanced(FRAMES[2], order, number=0xFFFFFFFF),
        )
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng(order: str) -> None:
    data = bytearray(blocks(order) + bytes(SLACK))
    data[-SLACK - 2] ^= 1  # the last block's two lengths differ
    damage, other = Damage(), Damage()
    container, plain = PcapNg(damage), PcapNg(other)
    starts, end = plain.walk(data, 0, len(data) - SLACK)
    expected = [p for p in (plain.packet(data, start, end) for start in starts) if p is not None]
    container.order = order
    batch = pcapng_batch(container, data, np.array(starts))
    assert list(batch.packets(np.arange(len(batch.frame)))) == expected
    assert (container.packets, container.interfaces) == (plain.packets, plain.interfaces)
    assert damage.defects() == other.defects()
    assert {d.kind for d in damage.defects()} == {
        "capture-interface",
        "capture-packet-length",
        "capture-block-short",
        "capture-block-end",
    }


def test_what_is_missing_is_missing() -> None:
    data = bytearray(section() + enhanced(b"x") + simple(b"y") + bytes(SLACK))
    container = PcapNg(Damage())
    starts, _ = container.walk(data, 0, len(data) - SLACK)
    batch = pcapng_batch(container, data, np.array(starts))
    assert batch.time.tolist() == [NO_TIME, NO_TIME]
    assert batch.link.tolist() == [NO_LINK, NO_LINK]
    assert [len(column) for column in batch.known_times()] == [0, 0]
    assert list(batch.of(frozenset({2, 9}))) == [Packet(2, None, None, b"y", 1)]


def test_disorder() -> None:
    times = np.array([5, 9, 3, 4, 1, 2])
    assert disorder(times, 5, 1) == [(2, 6), (4, 3)]
    assert disorder(times, 8, 2) == [(0, 3), (2, 6), (4, 3)]


def test_gather() -> None:
    data = bytearray(range(40))
    assert gather(data, np.array([3, 0]), 4).tolist() == [[3, 4, 5, 6], [0, 1, 2, 3]]
    assert gather(data, np.array([], np.int64), 4).shape == (0, 4)
