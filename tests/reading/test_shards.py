from itertools import chain
from pathlib import Path
from random import Random

import pytest

from analyzer.capture import open_capture
from analyzer.capture.columns import Datagrams
from analyzer.capture.datagram import Datagram, IcmpError
from analyzer.negotiation.follow import recent
from analyzer.negotiation.follow.sa_index import hosts_of
from analyzer.negotiation.tracker import Tracker
from analyzer.reading import shards as shards_module
from analyzer.reading.heard import NotApartError
from analyzer.reading.shards import Shards, Survey
from benchmarks.make_capture import make_capture
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.fixtures.spoiled import raw_frames, write
from tests.negotiation.build import datagram
from tests.negotiation.follow.test_recent import Noting
from tests.together import in_bulk, made_capture, scrambled, unfolded

A, B, C, D = (f"192.0.2.{number}" for number in range(1, 5))


def surveyed(path: Path, window: int = 1 << 14) -> Survey:
    survey = Survey()
    with in_bulk(window):
        for item in open_capture(path).in_columns():
            survey.add(item)
    return survey


def sent(path: Path, *packets: tuple[int, str, str]) -> Path:
    """A capture of messages: a digit of the initiator's SPI, from, to."""
    head = bytes.fromhex("21202208000000000000001c")
    messages = [(bytes([spi] * 8 + [0] * 8) + head, ends) for spi, *ends in packets]
    frames = [ethernet(ipv4(17, udp(500, 500, message), *ends)) for message, ends in messages]
    path.write_bytes(pcap(frames))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    make_capture(folder / "ike.pcap", "ike", 1200)
    write(scrambled(Random(1), raw_frames(folder / "ike.pcap")), folder / "made.pcapng")
    return folder / "made.pcapng"


def apart(path: Path, shards: Shards, count: int, window: int = 1 << 14) -> list[list[Datagram | IcmpError]]:
    found: list[list[Datagram | IcmpError]] = []
    with in_bulk(window):
        for shard in range(count):
            some = shards.part(open_capture(path, counts=False).in_columns(), shard)
            found.append(list(chain.from_iterable(i.each() if isinstance(i, Datagrams) else (i,) for i in some)))
    return found


def test_each_message_is_in_one_shard_in_order(made: Path) -> None:
    shards = surveyed(made).shards(3)
    parts = apart(made, shards, 3)
    with in_bulk():
        whole = list(unfolded(open_capture(made, counts=False)))
    assert sorted(chain(*parts), key=lambda i: i.frame_number) == whole
    assert all(part == [item for item in whole if item in part] for part in parts)
    assert min(map(len, parts)) > len(whole) / 4


def test_what_shares_an_spi_or_both_hosts_is_in_one(made: Path) -> None:
    spis: dict[bytes, set[int]] = {}
    hosts: dict[tuple[str, str], set[int]] = {}
    for shard, items in enumerate(apart(made, surveyed(made).shards(4), 4)):
        for item in items:
            hosts.setdefault(hosts_of(item), set()).add(shard)
            if isinstance(item, Datagram) and len(item.payload) >= 8:
                spis.setdefault(item.payload[:8], set()).add(shard)
    assert {len(of) for of in (*spis.values(), *hosts.values())} == {1}


def test_a_chain_of_hosts_and_spis_hangs_together(tmp_path: Path) -> None:
    path = sent(tmp_path / "x", (1, A, B), (2, A, C), (3, D, C), (1, C, A), (4, D, A), (5, D, B))
    shards = surveyed(path).shards(2)
    found = {spi: shards.of_item(datagram(bytes([spi] * 8) + bytes(20))) for spi in range(1, 6)}
    assert found[1] == found[2]
    assert len(set(found.values())) == 2
    assert shards.of_item(datagram(b"\1\1", (A, 500), (C, 500))) == found[1], "too short: by its hosts"
    assert shards.of_item(datagram(bytes(28), (A, 500), (C, 500))) == found[1], "no SPI: by its hosts"
    assert shards.of_item(datagram(bytes(28), ("203.0.113.1", 500), (C, 500))) == 0


def test_memories_age_before_the_same_frames_as_in_one_process(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "EVERY", 37)
    aged: list[int] = []
    tracker = Tracker("x")
    tracker.pace = recent.Pace([Noting(lambda: aged.append(frame))])
    with in_bulk():
        for frame, item in ((item.frame_number, item) for item in unfolded(open_capture(made))):
            if isinstance(item, Datagram):
                tracker.pace.step(frame)
    for window in (3000, 1 << 20):
        assert surveyed(made, window).shards(2).aged == aged
    assert len(aged) > 20


def test_what_hangs_together_for_the_most_part_is_not_read_apart(tmp_path: Path) -> None:
    path = sent(tmp_path / "x", *[(spi, A, B) for spi in range(1, 9)], (9, A, C))
    with pytest.raises(NotApartError):
        surveyed(path).shards(2)


def test_nor_are_frames_out_of_order() -> None:
    survey = Survey()
    survey.add(datagram(bytes(28), frame=7))
    survey.add(datagram(bytes(28), frame=7))
    with pytest.raises(NotApartError):
        survey.add(datagram(bytes(28), frame=6))


def test_nor_very_many_spis(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards_module, "MOST_NODES", 20)
    with pytest.raises(NotApartError):
        surveyed(made)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_messages_are(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made"
    path.write_bytes(made_capture(Random(seed), 300))
    survey = surveyed(path)
    try:
        shards = survey.shards(2)
    except NotApartError:
        return
    with in_bulk():
        whole = list(unfolded(open_capture(path, counts=False)))
    assert sorted(chain(*apart(path, shards, 2)), key=lambda i: i.frame_number) == whole
