"""Opening a capture, and what is known of it afterwards."""

import gzip
import hashlib
import io
import lzma
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from analyzer.capture import Datagram, IcmpError, files, open_capture, read_frame, read_frames
from analyzer.capture.columns import Datagrams
from analyzer.capture.decoder import PacketDecoder
from analyzer.errors import CaptureError
from tests.capture.packets import (
    block,
    enhanced,
    esp,
    ethernet,
    ike_frame,
    interface,
    ipv4,
    isakmp,
    option,
    pcap,
    section,
    udp,
)
from tests.conftest import ROOT

FRAMES = [
    ike_frame(isakmp(b"first")),
    ethernet(ipv4(17, udp(4500, 4500, esp(1, 1)))),
    ethernet(b"\0\1" + bytes(26), 0x0806),
    ethernet(ipv4(1, b"\3\3" + bytes(6) + ipv4(17, udp(500, 500, isakmp(b"first"))))),
    ike_frame(bytes(4) + isakmp(b"second"), 4500, 4500),
]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "small.pcap"
    path.write_bytes(pcap(FRAMES))
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Large enough for the fast reader."""
    path = tmp_path / "large.pcap"
    path.write_bytes(pcap(FRAMES * 3000))
    assert path.stat().st_size > files.SMALL
    return path


def bomb(path: Path) -> Path:
    """A capture whose last packets are a few empty ones, and some MiB of zeros behind them."""
    path.write_bytes(gzip.compress(pcap(FRAMES) + bytes(4 << 20)))
    return path


@pytest.mark.parametrize("serial", [True, False])
def test_compressed_input_is_read_up_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, serial: bool
) -> None:
    monkeypatch.setattr("analyzer.capture.source.FREE_EXPANSION", (2 << 20) + 5)
    path = bomb(tmp_path / "bomb.pcap.gz")
    limited, whole = (open_capture(path, serial=serial, max_expansion=n) for n in (10, 5000))
    assert list(limited) == list(whole)
    assert (limited.stopped, whole.stopped) == (True, False)
    assert "capture-cut" not in [d.kind for d in limited.defects]  # it is not the file that ends
    (defect,) = (d for d in limited.defects if d.kind.startswith("limit"))
    assert (defect.kind, defect.expected) == ("limit-expansion", "at most 10 times the input's size")
    assert defect.found == f"more than {(2 << 20) + 5:,} bytes out of {path.stat().st_size:,}"
    assert limited.info.sha256 == whole.info.sha256
    assert 130_000 < limited.info.packets < 132_000 < whole.info.packets


def test_empty_records_are_counted_and_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    monkeypatch.setattr(PacketDecoder, "decode", lambda _, packet: decoded.append(packet) or [])
    path = tmp_path / "zeros.pcap"
    path.write_bytes(pcap(FRAMES) + bytes(16 * 140_000))  # so large that it is read in bulk
    reader = open_capture(path)
    list(reader)
    assert reader.info.packets == len(FRAMES) + 140_000
    assert 0 < len(decoded) < 100


def test_what_is_found(capture: Path) -> None:
    reader = open_capture(capture)
    items = list(reader)
    assert [(type(i), i.frame_number) for i in items] == [(Datagram, 1), (IcmpError, 4), (Datagram, 5)]
    assert [f.transport for f in reader.flows] == ["udp", "udp-4500"]
    assert (reader.flows[1].messages, reader.flows[1].esp_packets) == (1, 1)
    assert [s.spi for s in reader.streams] == ["00000001"]
    assert reader.defects == []
    info = reader.info
    assert (info.path, info.format, info.link_types, info.packets, info.esp_packets) == (
        str(capture),
        "pcap",
        ["ETHERNET"],
        5,
        1,
    )
    assert info.sha256 == hashlib.sha256(capture.read_bytes()).hexdigest()
    assert info.size_bytes == capture.stat().st_size
    assert (info.first_time, info.last_time) == (1_700_000_001_000_001_000, 1_700_000_005_000_005_000)


def test_times_that_go_back_are_told(tmp_path: Path) -> None:
    """Two captures one behind the other; a step of less than a second is nothing."""
    path, one = tmp_path / "x.pcap", pcap(FRAMES * 1500)
    path.write_bytes(one + pcap(FRAMES * 1500, start=1_700_000_100)[24:] + pcap(FRAMES, start=1_699_999_000)[24:])
    for serial in (False, True):
        reader = open_capture(path, serial=serial)
        list(reader)
        assert [(d.kind, d.frame_number, d.found) for d in reader.defects] == [
            ("capture-out-of-order", 7501, "7,399.007 s before the packet in front of it"),
            ("capture-out-of-order", 15001, "8,599.007 s before the packet in front of it"),
        ]
    path.write_bytes(one + pcap(FRAMES, start=1_700_007_499)[24:])
    reader = open_capture(path)
    list(reader)
    assert reader.defects == []


def test_a_reader_is_read_once(capture: Path) -> None:
    reader = open_capture(capture)
    assert len(list(reader)) == 3
    assert list(reader) == []


def test_both_ways_of_reading_say_the_same(large: Path) -> None:
    fast, careful = open_capture(large), open_capture(large, serial=True)
    assert list(fast) == list(careful)
    assert fast.info == careful.info
    assert (fast.flows, fast.streams, fast.defects) == (careful.flows, careful.streams, careful.defects)
    assert fast.info.packets == 15_000


def test_without_counts_the_same_messages(capture: Path, large: Path) -> None:
    for path in (capture, large):
        whole, bare = open_capture(path), open_capture(path, counts=False)
        assert list(bare) == list(whole)
        assert (bare.flows, bare.streams, bare.info.sha256, bare.info.esp_packets) == ([], [], "", 0)
        assert (bare.info.packets, bare.info.size_bytes) == (whole.info.packets, whole.info.size_bytes)
        assert (bare.info.first_time, bare.info.last_time) == (whole.info.first_time, whole.info.last_time)


def test_only_without_the_hash(large: Path) -> None:
    whole, bare = open_capture(large), open_capture(large, hashed=False)
    assert list(bare) == list(whole)
    assert (bare.flows, bare.streams, bare.defects) == (whole.flows, whole.streams, whole.defects)
    assert whole.info.sha256
    assert replace(whole.info, sha256="") == bare.info


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gzip", gzip.compress), ("xz", lzma.compress), ("zstd", lambda d: zstandard.ZstdCompressor().compress(d))],
)
def test_compressed(capture: Path, tmp_path: Path, name: str, pack: object) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(pack(capture.read_bytes()))  # type: ignore[operator]
    reader = open_capture(packed)
    assert list(reader) == list(open_capture(capture))
    assert reader.info.format == f"pcap ({name})"
    assert reader.info.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_a_cut_gzip_file(large: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.gz"
    stored = gzip.compress(large.read_bytes())
    packed.write_bytes(stored[: len(stored) // 2])
    reader = open_capture(packed)
    assert len(list(reader)) > 100
    assert {"capture-source", "capture-cut"} >= {d.kind for d in reader.defects} >= {"capture-source"}
    assert reader.info.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()


def test_pcapng(tmp_path: Path) -> None:
    path = tmp_path / "x.pcapng"
    path.write_bytes(section() + interface() + b"".join(map(enhanced, FRAMES)))
    reader = open_capture(path)
    assert len(list(reader)) == 3
    assert reader.info.format == "pcapng"


PROGRAM = (
    "import sys; from analyzer.capture import open_capture; r = open_capture('-'); print(len(list(r)), r.info.sha256)"
)


@pytest.mark.parametrize("count", [1, 3000])
def test_standard_input(count: int) -> None:
    data = pcap(FRAMES * count)
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.decode().split() == [str(3 * count), hashlib.sha256(data).hexdigest()]


def test_small_files_need_no_numpy(capture: Path) -> None:
    program = (
        "import sys; from analyzer.capture import open_capture, read_frame\n"
        f"assert len(list(open_capture({str(capture)!r}))) == 3; assert read_frame({str(capture)!r}, 1)\n"
        "sys.exit('numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_a_small_file_takes_a_small_buffer(capture: Path) -> None:
    open_capture(capture).frames((1,))
    tracemalloc.start()
    list(open_capture(capture))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400_000  # a megabyte to be filled with zeros takes longer than the capture


def test_ports_by_option(tmp_path: Path) -> None:
    odd = isakmp(bytes(8), exchange=240)  # not beyond doubt: only the port says what it is
    path = tmp_path / "x.pcap"
    path.write_bytes(
        pcap([ike_frame(odd, 10500, 10500), ike_frame(bytes(4) + odd, 10500, 999), ike_frame(odd, 500, 500)])
    )
    assert len(list(open_capture(path))) == 1
    assert [i.frame_number for i in open_capture(path, ports=(500, 10500))] == [2, 3]
    assert list(open_capture(path, ports=())) == []


def test_progress(large: Path) -> None:
    told: list[tuple[int, int | None]] = []
    list(open_capture(large, progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (large.stat().st_size, large.stat().st_size)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_missing_and_directory(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no such file"):
        open_capture(tmp_path / "missing.pcap")
    with pytest.raises(CaptureError, match="is a directory"):
        open_capture(tmp_path)


def test_a_file_that_fails_while_it_is_read(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    def fail(file: io.RawIOBase, view: memoryview) -> int:
        reads.append(1)
        if len(reads) > 3:
            raise OSError(5, "Input/output error")
        return original(file, view)

    from analyzer.capture.source import _HashedFile

    original = _HashedFile.readinto
    monkeypatch.setattr(_HashedFile, "readinto", fail)
    reader = open_capture(large)
    assert list(reader)
    assert "capture-source" in {d.kind for d in reader.defects}


def test_frames(large: Path, capture: Path) -> None:
    for path in (large, capture):
        frames = read_frames(path, [5, 2, 4, 10**9])
        assert list(frames) == [2, 4, 5]
        frame = frames[5]
        assert (frame.data, frame.link_type, frame.link_name) == (FRAMES[4], 1, "ETHERNET")
        assert (frame.time_ns, frame.original_length) == (1_700_000_005_000_005_000, len(FRAMES[4]))
        (datagram,) = frame.datagrams
        assert datagram.offset is not None
        assert frame.data[datagram.offset :] == datagram.payload
        assert len(frames[4].icmp_errors) == 1
        assert frames[2].datagrams == frames[2].icmp_errors == ()


def test_one_frame(large: Path) -> None:
    frame = read_frame(large, 14_996)
    assert frame is not None
    assert frame.data == FRAMES[0]
    assert frame.datagrams[0].frame_number == 14_996
    assert read_frame(large, 15_001) is None
    assert read_frame(large, 0) is None


def test_frames_hold_what_the_capture_gives_one_by_one(large: Path, capture: Path) -> None:
    for path in (large, capture):
        items: dict[int, list[object]] = {}
        for item in open_capture(path, counts=False):
            items.setdefault(item.frame_number, []).append(item)
        asked = sorted(items)[::3]
        frames = read_frames(path, asked)
        assert [[*frame.datagrams, *frame.icmp_errors] for frame in frames.values()] == [items[n] for n in asked]


def test_frames_of_a_bulk_capture_make_objects_of_those_asked_for_alone(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = Datagrams.read

    def read(self: Datagrams, places: Any, **how: bool) -> Iterator[Datagram | None]:
        for datagram in real(self, places, **how):
            made.append(1)
            yield datagram

    monkeypatch.setattr(files, "SMALL", 1 << 12)
    monkeypatch.setattr(Datagrams, "read", read)
    total = sum(isinstance(item, Datagram) for item in open_capture(large, counts=False))
    made.clear()
    wanted = [item.frame_number for item in open_capture(large, counts=False) if isinstance(item, Datagram)][-3:]
    made.clear()
    assert len(read_frames(large, wanted)) == 3
    assert 0 < len(made) < total / 2


def test_frames_are_read_no_further_than_asked(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SMALL", 1 << 12)
    from analyzer.capture import scan

    monkeypatch.setattr(scan, "WINDOW", 1 << 14)
    done: list[int] = []
    reader = open_capture(large, (500,), lambda n, _: done.append(n), counts=False)
    assert list(reader.frames([3])) == [3]
    assert done[-1] < 1 << 18


WHOLE = udp(500, 500, isakmp(bytes(2000), exchange=35, next_payload=46))
FIRST = ethernet(ipv4(17, WHOLE[:1480], fragment=0x2000, identification=1))
LAST = ethernet(ipv4(17, WHOLE[1480:], fragment=185, identification=1))


@pytest.mark.parametrize("times", [1, 3000], ids=["small", "large"])
def test_a_first_fragment_alone_is_read_in_its_place(tmp_path: Path, times: int) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([FRAMES[0], FIRST, *FRAMES * times]))
    reader = open_capture(path)
    items = list(reader)
    assert [i.frame_number for i in items[:4]] == [1, 2, 3, 6]
    cut = items[1]
    assert isinstance(cut, Datagram)
    assert (len(cut.payload), cut.missing) == (1472, len(WHOLE) - 1480)
    assert (reader.beginnings, reader.reassembled, reader.later_fragments) == ({2}, frozenset(), 0)
    assert {"capture-fragments-incomplete", "capture-cut-datagram"} == {d.kind for d in reader.defects}


def test_a_datagram_that_is_whole_stands_where_its_last_fragment_is(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([FIRST, ike_frame(), LAST, ike_frame()]))
    reader = open_capture(path)
    assert [i.frame_number for i in reader] == [2, 3, 4]
    assert (reader.beginnings, reader.later_fragments) == (frozenset(), 1)
    assert reader.reassembled == {3}


def test_the_frame_of_a_first_fragment(tmp_path: Path) -> None:
    """The capture is read on until the others are there, or it ends."""
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([FIRST, ike_frame(), LAST, ike_frame()]))
    frame = read_frame(path, 1)
    assert frame is not None
    assert frame.datagrams == ()
    path.write_bytes(pcap([FIRST, ike_frame(), ike_frame()]))
    frame = read_frame(path, 1)
    assert frame is not None
    assert [d.missing for d in frame.datagrams] == [len(WHOLE) - 1480]


def test_packets_that_the_capturing_host_dropped_are_a_defect(tmp_path: Path) -> None:
    statistics = block(5, struct.pack("<III", 0, 0, 0) + option(5, struct.pack("<Q", 1234)))
    for content, dropped in ((b"", 0), (statistics, 1234)):
        path = tmp_path / "capture.pcapng"
        path.write_bytes(section() + interface() + enhanced(ike_frame()) + content)
        reader = open_capture(path)
        list(reader)
        assert reader.info.dropped == dropped
        assert [d.kind for d in reader.defects] == ["capture-dropped"] * bool(dropped)
        assert all("1,234" in d.effect for d in reader.defects)
