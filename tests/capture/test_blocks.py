"""Few payloads of many batches as one block: what the careful reader finds, in the same order, at every limit."""

from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from analyzer.capture import blocks, open_capture, scan
from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import ethernet, ike_frame, ipv4, isakmp, pcap, tcp, udp
from tests.together import in_bulk, made_capture, rows_one_by_one, tables_of, unfolded

MESSAGE = isakmp(bytes(20))
OTHER = ethernet(ipv4(6, tcp(443, 50000, 1, bytes(40))))
CAREFUL = ethernet(ipv4(17, udp(500, 500, MESSAGE), options=bytes([1] * 4)))
FIRST = ethernet(ipv4(17, udp(500, 500, isakmp(bytes(2000)))[:1480], fragment=0x2000))


def made(random: Random) -> bytes:
    """Messages among traffic, or anything."""
    if random.random() < 0.3:
        return damaged(random, random.choice((pcap_file, pcapng_file))(random))
    if random.random() < 0.3:
        return made_capture(random, 150)
    kinds = [OTHER] * random.choice((1, 20)) + [ike_frame(), CAREFUL, FIRST]
    return pcap([random.choice(kinds) for _ in range(400)])


@pytest.mark.parametrize("seed", range(60))
def test_one_by_one_they_are_what_the_careful_reader_finds(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    path = tmp_path / "made"
    path.write_bytes(made(random))
    careful = open_capture(path, serial=True)
    expected = list(careful)
    most, size = random.choice((2, 9, 1000)), random.choice((200, 1 << 20))
    with in_bulk(2000, together=random.choice((3, 30))), patch.multiple(blocks, MOST_KEPT=most, MOST_BYTES=size):
        assert list(unfolded(open_capture(path, counts=False))) == expected
        fast = open_capture(path)
        assert list(unfolded(fast)) == expected
    assert (fast.flows, fast.streams, fast.defects) == (careful.flows, careful.streams, careful.defects)


def sizes(path: Path, window: int = 2000) -> list[tuple[int, int]]:
    """Of each block: payloads, and what is between them. Singles: (0, 1)."""
    with in_bulk(window, together=30):
        reader = open_capture(path, counts=False)
        return [
            (len(item), len(item.between)) if isinstance(item, Datagrams) else (0, 1) for item in reader.in_columns()
        ]


def test_few_of_each_batch_wait_for_others_until_they_are_many(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([*[OTHER] * 9, ike_frame()] * 100))
    with patch.object(blocks, "MOST_KEPT", 40):
        first, second, *rest = sizes(path)
        assert all(40 <= size < 45 for size, _ in (first, second))
        assert rest == [(0, 1)] * (100 - first[0] - second[0])  # too few are left
    assert sizes(path) == [(100, 0)]
    with patch.object(blocks, "MOST_BYTES", 100):
        assert sizes(path) == [(0, 1)] * 100


def test_those_that_wait_come_before_a_batch_of_many(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([*[OTHER] * 399, ike_frame(), *[OTHER] * 300, *[ike_frame()] * 100]))
    with in_bulk(1 << 20, together=50), patch.object(scan, "AT_ONCE", 400):
        first, block = open_capture(path, counts=False).in_columns()
        assert isinstance(first, Datagram)
        assert isinstance(block, Datagrams)
        assert (first.frame_number, block.frame.tolist()) == (400, list(range(701, 801)))


def test_what_lies_between_does_not_wait_without_end(tmp_path: Path) -> None:
    """One message, and then nothing but packets that are read one by one."""
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame(), *[CAREFUL] * 500]))
    with patch.object(blocks, "MOST_KEPT", 40), in_bulk(2000, together=30):
        reader, held = open_capture(path, counts=False), 0
        for done, _ in enumerate(unfolded(reader)):
            held = max(held, reader.info.packets - done)
    assert sizes(path) == [(0, 1)] * 501
    assert held < 100


@pytest.mark.parametrize("seed", range(5))
def test_their_rows_are_those_of_single_messages(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 300))
    names = ("frame_number", "time", "src_ip", "src_port", "initiator_spi", "payload_types", "length")
    expected = rows_one_by_one(path, names)
    with in_bulk(4000, together=60):
        assert tables_of(path, {"messages": names})["messages"] == expected
