"""UDP payloads as columns: the datagrams of the reader of single packets, and which of them are IKE beyond doubt."""

from pathlib import Path
from random import Random

import pytest

from analyzer.capture import columns, open_capture
from analyzer.capture.columns import Datagrams
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import esp, ethernet, ike_frame, ipv4, isakmp, pcap, udp
from tests.together import columns_of, in_bulk, made_capture, unfolded

MESSAGE = isakmp(bytes(20))


@pytest.mark.parametrize("seed", range(30))
def test_one_by_one_they_are_what_the_careful_reader_finds(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    data = made_capture(random, 150) if seed % 3 else damaged(random, (pcap_file, pcapng_file)[seed % 2](random))
    path = tmp_path / "made"
    path.write_bytes(data)
    expected = list(open_capture(path, counts=False, serial=True))
    with in_bulk():
        assert list(unfolded(open_capture(path, counts=False))) == expected
    for few in (2, 9):
        with in_bulk(together=few):
            assert list(unfolded(open_capture(path, counts=False))) == expected


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("together", "blocks"), [(1, 3), (70, 2), (1000, 0)])
def test_all_of_a_batch_come_together_with_what_is_between_them(
    together: int, blocks: int, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packets that take the careful path are in their places; few payloads of a batch come one by one."""
    monkeypatch.setattr("analyzer.capture.scan.AT_ONCE", 120)
    random = Random(seed)
    careful = ethernet(ipv4(17, udp(500, 500, MESSAGE), options=bytes([1] * 4)))
    frames = [careful if random.random() < 0.2 else ike_frame() for _ in range(250)]
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([careful, *frames[:-1]]))
    with in_bulk(1 << 20, together=together):
        some = [item for item in open_capture(path, counts=False).in_columns() if isinstance(item, Datagrams)]
        found = [item.frame_number for item in unfolded(open_capture(path, counts=False))]
    assert found == list(range(1, 251))
    assert len(some) == blocks
    for block in some[:2]:
        places = [count for count, _ in block.between]
        assert places == sorted(places)
        assert len({count for count in places if count < len(block)}) > 5
        assert len(block) + len(places) <= 120


def test_columns_of_a_batch_are_handed_on_before_the_next_is_read_whatever_waits(tmp_path: Path) -> None:
    """A fragment that waits for others holds back what is behind it, but not the columns in front of it."""
    first = ethernet(ipv4(17, udp(500, 500, isakmp(bytes(2000)))[:1480], fragment=0x2000))
    path = tmp_path / "made.pcap"
    messages = [ike_frame(isakmp(bytes(20), message_id=number)) for number in range(400)]
    path.write_bytes(pcap([*messages[:200], first, *messages[200:]]))
    expected = list(open_capture(path, counts=False, serial=True))
    with in_bulk(2000):
        assert list(unfolded(open_capture(path, counts=False))) == expected


@pytest.mark.parametrize("seed", range(10))
def test_whole_ones_are_messages_where_they_are_said_to_be(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 150))
    count = 0
    for some in columns_of(path):
        rows = zip(
            some.read(slice(None)),
            some.whole,
            some.marked,
            some.start,
            some.rows.end,
            some.frame,
            some.time,
            strict=True,
        )
        for datagram, whole, marked, start, end, frame, time in rows:
            if whole:
                assert datagram is not None
                assert datagram.transport == ("udp-4500" if marked else "udp")
                assert datagram.payload == some.data[start:end]
                assert (datagram.missing, datagram.frame_number, datagram.time_ns) == (0, frame, time)
                count += 1
    assert count > 50


@pytest.mark.parametrize(
    ("source", "destination", "payload", "whole"),
    [
        (500, 500, MESSAGE, True),
        (40000, 848, MESSAGE, True),
        (500, 500, bytes(28), False),  # begins like a marker: a closer look decides
        (500, 4500, MESSAGE, True),
        (4500, 4500, bytes(4) + MESSAGE, True),
        (40000, 4500, bytes(4) + MESSAGE, True),
        (4500, 4500, MESSAGE, False),  # no marker: IKE only if it is beyond doubt
        (500, 4500, bytes(4) + MESSAGE, False),
        (40000, 40001, MESSAGE, False),
        (500, 500, MESSAGE[:28], True),
        (500, 500, MESSAGE[:27], False),
        (4500, 4500, bytes(4) + MESSAGE[:27], False),
    ],
)
def test_which_are_whole(source: int, destination: int, payload: bytes, whole: bool, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(source, destination, payload)))]))
    (some,) = columns_of(path)
    assert some.whole.tolist() == [whole]


def test_a_cut_one_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame()[:-1], ike_frame()], originals={1: len(ike_frame())}))
    (some,) = columns_of(path)
    assert some.whole.tolist() == [False, True]


def test_those_at_some_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_AS_LISTS", 2)
    path = tmp_path / "made.pcap"
    keepalive, stray = (ethernet(ipv4(17, udp(4500, 4500, payload))) for payload in (b"\xff", esp()[:6]))
    path.write_bytes(pcap([ike_frame(), keepalive, ike_frame(), stray, ike_frame()]))
    (some,) = columns_of(path)
    every = list(some.read(slice(None)))
    assert [datagram is None for datagram in every] == [False, True, False, True, False]
    assert list(some.each()) == [datagram for datagram in every if datagram is not None]
    for whole in (False, True):
        assert list(some.read(some.whole.nonzero()[0], whole=whole)) == every[::2]


def test_small_captures_and_few_payloads_between_others_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame()] * 40))
    assert not any(isinstance(item, Datagrams) for item in open_capture(path, counts=False).in_columns())
    with in_bulk(together=32):
        assert [len(item) for item in open_capture(path, counts=False).in_columns() if isinstance(item, Datagrams)] == [
            40
        ]
        path.write_bytes(pcap([ike_frame()] * 31))
        assert not any(isinstance(item, Datagrams) for item in open_capture(path, counts=False).in_columns())


def test_blocks_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.capture.scan.AT_ONCE", 16)
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame()] * 40))
    assert [len(some) for some in columns_of(path)] == [16, 16, 8]
