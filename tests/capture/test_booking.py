"""Payloads that are booked together: the flows, streams and defects that one after the other gives."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from analyzer.capture import CaptureReader, booking, ledger, open_capture, scan
from analyzer.capture.columns import Datagrams
from benchmarks.make_capture import make_capture
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import ethernet, ike_frame, ipv4, isakmp, pcap, udp
from tests.together import in_bulk, made_capture

MESSAGE = isakmp(bytes(20))


def read(path: Path, **how: Any) -> tuple[CaptureReader, list[Any], int]:
    reader, items, together = open_capture(path, **how), [], 0
    for item in reader.in_columns():
        if isinstance(item, Datagrams):
            items += item.each()
            together += len(item)
        else:
            items.append(item)
    return reader, items, together


def agree(path: Path, together: int = 1) -> int:
    serial, expected, _ = read(path, serial=True)
    with in_bulk(together=together):
        reader, items, count = read(path)
    assert items == expected
    assert reader.flows == serial.flows
    assert reader.streams == serial.streams
    assert reader.defects == serial.defects
    return count


@pytest.fixture(params=[1, 1000])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Grouped, or each by itself."""
    monkeypatch.setattr(booking, "FEW", request.param)
    return


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(30))
def test_the_same_flows_streams_and_defects(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "AT_ONCE", (7, 60, 1 << 15)[seed % 3])
    random = Random(seed)
    path = tmp_path / "made"
    path.write_bytes(
        made_capture(random, 200) if seed % 2 else damaged(random, (pcap_file, pcapng_file)[seed % 4 == 0](random))
    )
    agree(path, random.choice((1, 20)))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("kind", ["ike", "mixed", "esp"])
def test_generated_captures(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    make_capture(path, kind, 1500, ike_share=0.2)
    assert agree(path)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("seed", range(6))
def test_a_full_list_of_flows(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which flows are listed, and how many packets the others have, goes by who came first."""
    monkeypatch.setattr(ledger, "MAX_IKE_FLOWS", 5)
    monkeypatch.setattr(scan, "AT_ONCE", (11, 1 << 15)[seed % 2])
    random = Random(seed)
    frames = []
    for _ in range(120):
        ends = random.sample(("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"), 2)
        options = bytes([1] * 4) if random.random() < 0.2 else b""
        stray = 4500 if random.random() < 0.2 else 500
        frames.append(ethernet(ipv4(17, udp(500, stray, MESSAGE), *ends, options=options)))
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(frames))
    assert agree(path)
    with in_bulk():
        reader, _, _ = read(path)
    assert len(reader.flows) == 5
    assert any(defect.kind == "limit-flows" for defect in reader.defects)


def test_with_counts_all_of_a_block_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    keepalive = ethernet(ipv4(17, udp(4500, 4500, b"\xff")))
    path.write_bytes(pcap([ike_frame(), keepalive, ike_frame()[:-1], ike_frame()], originals={3: len(ike_frame())}))
    with in_bulk():
        (some,) = (item for item in open_capture(path).in_columns() if isinstance(item, Datagrams))
        assert some.booked
        assert some.whole.all()
        assert [(count, item.frame_number) for count, item in some.between] == [(1, 3)]
        (other,) = (item for item in open_capture(path, counts=False).in_columns() if isinstance(item, Datagrams))
        assert not other.booked
        assert other.whole.tolist() == [True, False, False, True]
