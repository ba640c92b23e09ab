"""The files of a set, read as one capture."""

import gzip
import io
import os
import struct
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from analyzer.capture import CaptureReader, open_capture, read_frames, scan
from analyzer.capture.given import Given
from analyzer.capture.sets import CaptureSet
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
    simple,
    tcp,
    udp,
)
from tests.cuts import borders, cut, dealt, merged, written
from tests.fixtures.spoiled import Raw
from tests.together import in_bulk, unfolded

BIG = udp(500, 500, isakmp(bytes(2000), exchange=35, next_payload=46))
FRAGMENTS = [
    ethernet(ipv4(17, BIG[:1480], fragment=0x2000, identification=1)),
    ethernet(ipv4(17, BIG[1480:], fragment=185, identification=1)),
]
IN_TCP = b"IKETCP" + struct.pack(">H", 6 + len(isakmp(bytes(90)))) + bytes(4) + isakmp(bytes(90))
SEGMENTS = [
    ethernet(ipv4(6, tcp(40000, 4500, 1000, IN_TCP[:60]))),
    ethernet(ipv4(6, tcp(40000, 4500, 1060, IN_TCP[60:]))),
]
FRAMES = [
    ike_frame(isakmp(b"first")),
    ethernet(ipv4(17, udp(4500, 4500, esp(1, 1)))),
    *FRAGMENTS,
    ethernet(ipv4(50, esp(7, 1))),
    *SEGMENTS,
    ethernet(ipv4(1, b"\3\3" + bytes(6) + ipv4(17, udp(500, 500, isakmp(b"first"))))),
    ethernet(b"\0\1" + bytes(26), 0x0806),
    ethernet(ipv4(98, bytes(40))),
    ike_frame(bytes(4) + isakmp(b"second"), 4500, 4500),
    ethernet(ipv4(50, esp(7, 2))),
]


def made(folder: Path, *chains: Sequence[bytes]) -> CaptureSet:
    """A set of files with these contents."""
    paths = []
    for tap, chain in enumerate(chains):
        paths.append([str(folder / f"{tap}-{place}.pcap") for place in range(len(chain))])
        for path, content in zip(paths[-1], chain, strict=True):
            Path(path).write_bytes(content)
    return CaptureSet(paths)


def said(reader: CaptureReader) -> dict[str, Any]:
    """All that a reader hands on and knows afterwards, but of which files it is."""
    items = list(unfolded(reader))
    info = reader.info
    known = info.packets, info.dropped, info.unopened, info.esp_packets, info.first_time, info.last_time
    rests = reader.beginnings, reader.later_fragments, reader.rests
    return {
        "items": items,
        "info": (*known, info.link_types),
        "defects": reader.defects,
        "flows": reader.flows,
        "streams": reader.streams,
        "rests": rests,
    }


@pytest.mark.parametrize("bulk", [False, True])
def test_a_capture_cut_anywhere_is_read_as_the_whole(tmp_path: Path, *, bulk: bool) -> None:
    data = pcap(FRAMES * 2)
    (tmp_path / "whole").write_bytes(data)
    expected = said(open_capture(tmp_path / "whole"))
    places = borders(data)
    assert [len(expected["items"]), len(places)] == [9, 23]
    for number in range(0, len(places), 2):
        several = places[number : number + 1], places[number::5], places[number::2]
        for some in several:
            with in_bulk(few=1 + number % 3) if bulk else patch.object(scan, "FEW", 32):
                reader = open_capture(made(tmp_path, cut(data, some)))
                assert said(reader) == expected
            assert reader.places is not None
            assert (reader.places.packets, len(reader.infos)) == (24, len(some) + 1)
            found = [reader.places.of(frame) for frame in range(1, 25)]
            assert [(place.capture, place.frame_number) for place in found] == [
                (info.path, frame) for info in reader.infos for frame in range(1, info.packets + 1)
            ]


def test_what_is_known_of_each_file(tmp_path: Path) -> None:
    data = pcap(FRAMES * 2)
    reader = open_capture(made(tmp_path, cut(data, [borders(data)[4], borders(data)[11]])))
    said(reader)
    first, second, third = reader.infos
    assert [info.packets for info in reader.infos] == [5, 7, 12]
    assert [info.esp_packets for info in reader.infos] == [2, 1, 3]
    assert [sum(info.unopened.values()) for info in reader.infos] == [0, 1, 1]
    assert reader.info.unopened == dict.fromkeys(second.unopened, 2)
    assert first.last_time is not None
    assert second.first_time == first.last_time + 10**9 + 1000
    assert reader.info.size_bytes == len(data) + 2 * 24
    assert (reader.info.sha256, len({info.sha256 for info in reader.infos})) == ("", 3)
    assert third.last_time == reader.info.last_time


def test_files_are_read_in_order_of_time_whatever_their_order(tmp_path: Path) -> None:
    data = pcap(FRAMES * 2)
    parts = cut(data, borders(data)[::4])
    expected = said(open_capture(made(tmp_path, parts)))
    shuffled = CaptureSet([Random(3).sample([str(tmp_path / f"0-{n}.pcap") for n in range(len(parts))], len(parts))])
    reader = open_capture(shuffled)
    assert said(reader) == expected
    assert reader.places is not None
    assert reader.places.members == tuple(sorted(shuffled.members))
    assert shuffled.members != reader.places.members


def test_a_file_without_times_stays_behind_the_one_in_front_of_it(tmp_path: Path) -> None:
    timeless, empty = section() + interface() + simple(ike_frame()), pcap([])
    late, early = pcap([ike_frame()], start=2_000), pcap([ike_frame()], start=1_000)
    reader = open_capture(made(tmp_path, [late, timeless, empty, early]))
    assert [item.time_ns for item in unfolded(reader)] == [1_001_000_001_000, 2_001_000_001_000, None]
    assert [Path(info.path).name for info in reader.infos] == ["0-3.pcap", "0-0.pcap", "0-1.pcap", "0-2.pcap"]


def test_format_byte_order_clock_and_link_type_are_each_files_own(tmp_path: Path) -> None:
    inner = ipv4(17, udp(500, 500, isakmp(b"raw")))
    parts = [
        pcap([ike_frame()], order=">", start=100),
        pcap([inner], link_type=101, magic=0xA1B23C4D, start=200),
        section() + interface(resolution=9) + enhanced(ike_frame(), units=300 * 10**9),
        section(">")
        + interface(101, ">")
        + interface(1, ">")
        + enhanced(ike_frame(), ">", number=1, units=400 * 10**6),
        gzip.compress(pcap([ike_frame()], start=500)),
    ]
    expected = [101 * 10**9 + 1000, 201 * 10**9 + 1, 300 * 10**9, 400 * 10**9, 501 * 10**9 + 1000]
    for small in (True, False):
        with patch.object(scan, "FEW", 32) if small else in_bulk():
            reader = open_capture(made(tmp_path, parts))
            found = list(unfolded(reader))
        assert [(item.frame_number, item.time_ns) for item in found] == list(enumerate(expected, 1))
        assert reader.info.format == "pcap, pcap-ns, pcapng, pcap (gzip)"
        assert reader.info.link_types == ["ETHERNET", "RAW"]
        assert not reader.defects


def test_damage_names_the_frame_in_the_set_or_the_file(tmp_path: Path) -> None:
    good = pcap([ike_frame()] * 3, start=1_000)
    broken = pcap([ike_frame()] * 2, start=2_000) + struct.pack("<IIII", 1, 1, 1 << 30, 1 << 30)
    cut_short = pcap([ike_frame()] * 2, start=3_000)[:-10]
    lossy = section() + interface() + enhanced(ike_frame(), units=4_000 * 10**6)
    lossy += block(5, struct.pack("<III", 0, 0, 0) + option(5, struct.pack("<Q", 9)) + option(0, b""))
    for chains in ([[good, broken, cut_short, lossy]], [[good, broken], [cut_short, lossy]]):
        reader = open_capture(made(tmp_path, *chains))
        list(unfolded(reader))
        found = {defect.kind: defect for defect in reader.defects}
        member = {Path(info.path).read_bytes(): info.path for info in reader.infos}
        assert found["capture-record-length"].frame_number is None, "the next frame is another file's"
        assert found["capture-record-length"].found == f"{1 << 30} ({member[broken]})"
        assert reader.places is not None
        assert found["capture-cut"].frame_number == reader.places.number(member[cut_short], 2) == 7
        assert found["capture-dropped"].found == f"9 dropped ({member[lossy]})"
        assert (reader.info.dropped, [info.dropped for info in reader.infos]) == (9, [0, 0, 0, 9])


def test_of_each_kind_of_damage_the_rest_is_counted_over_all_files(tmp_path: Path) -> None:
    bad = pcap([ike_frame()] * 80, originals=dict.fromkeys(range(1, 81), 10))
    reader = open_capture(made(tmp_path, [bad, bad, bad]))
    list(unfolded(reader))
    assert sum(defect.kind == "capture-packet-length" for defect in reader.defects) == 100
    assert [defect.found for defect in reader.defects if defect.kind == "limit-defects"] == ["240"]


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "text").write_text("no capture")
    good = made(tmp_path, [pcap([ike_frame()], start=1_000), pcap([ike_frame()], start=2_000)])
    bad = (str(tmp_path / "text"), str(tmp_path / "missing"), str(tmp_path / "fifo"))
    for chains in (
        [(*bad, *good.members)],
        [bad, good.members],
        [(bad[0], good.members[0]), good.members[1:], bad[1:]],
    ):
        reader = open_capture(CaptureSet(chains))
        assert len(list(unfolded(reader))) == 2
        assert sorted(error.path for error in reader.unread) == sorted(bad)
        named = [defect.found for defect in reader.defects if defect.kind == "capture-file-unread"]
        assert len(named) == len(bad)
        assert all(any(path in found for found in named) for path in bad)
        assert reader.places is not None
        assert reader.places.members == good.members
    with pytest.raises(CaptureError, match=r"none of its 3 captures can be read; the first of them: .*text"):
        open_capture(CaptureSet([bad]))


def test_a_file_that_is_missing_in_a_rotation_is_reported(tmp_path: Path) -> None:
    good = made(tmp_path, [pcap([ike_frame()], start=1_000), pcap([ike_frame()], start=2_000)])
    reader = open_capture(CaptureSet(good.chains, missing=["file 2 is missing"]))
    list(unfolded(reader))
    assert reader.missing == ("file 2 is missing",)
    assert [(d.kind, d.found) for d in reader.defects] == [("capture-file-missing", "file 2 is missing")]
    assert open_capture(good).missing == open_capture(good.members[0]).missing == ()


@pytest.mark.parametrize("taps", [1, 2])
def test_a_file_that_goes_away_while_others_are_read(tmp_path: Path, taps: int) -> None:
    frames = [pcap([ike_frame()] * 2, start=start) for start in (1_000, 2_000, 3_000)]
    captures = made(tmp_path, frames) if taps == 1 else made(tmp_path, frames, [pcap([ike_frame()], start=1_500)])
    reader = open_capture(captures)
    (tmp_path / "0-1.pcap").unlink()
    assert len(list(unfolded(reader))) == 3 + taps
    assert [error.path for error in reader.unread] == [str(tmp_path / "0-1.pcap")]
    assert reader.places is not None
    assert reader.places.of(3 + taps)[2:] == (str(tmp_path / "0-2.pcap"), 2)


def tapped(frames: Sequence[Raw]) -> bytes:
    """A pcapng file of these."""
    return written([(0, frame) for frame in frames], ["tap"])


@pytest.mark.parametrize("seed", range(6))
def test_taps_are_read_as_their_merge(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    clock, raws = 10**18, []
    for frame in FRAMES * 2:
        clock += random.choice((0, 0, 1, 10**6, -(10**5)))
        raws.append(Raw(clock, 1, frame, len(frame)))
    taps = dealt(raws, 3, random)
    (tmp_path / "merge").write_bytes(written(merged(taps), ["x"] * 3))
    expected = said(open_capture(tmp_path / "merge"))
    chains = []
    for tap in taps:  # each rotates somewhere, if only where times do not go back there
        data = tapped(tap)
        places = [place for place, (a, b) in zip(borders(data), pairwise(tap), strict=True) if a.time_ns <= b.time_ns]
        chains.append(cut(data, random.sample(places, min(len(places), seed % 2))))
    reader = open_capture(made(tmp_path, *chains))
    assert said(reader) == expected
    assert reader.places is not None
    for number, (tap, frame) in enumerate(merged(taps), 1):
        place = reader.places.of(number)
        assert place.chain == tap
        (read,) = read_frames(place.capture, [place.frame_number]).values()
        assert read.data == frame.data


def test_a_packet_without_time_comes_behind_the_one_in_front_of_it(tmp_path: Path) -> None:
    some = section() + interface(resolution=9)
    frames = [isakmp(bytes([number]) * 8) for number in range(6)]
    for number, time in enumerate((None, 10, None, 30)):
        frame = ike_frame(frames[number])
        some += simple(frame) if time is None else enhanced(frame, units=time)
    other = (
        section()
        + interface(resolution=9)
        + b"".join(enhanced(ike_frame(frames[n]), units=t) for n, t in ((4, 9), (5, 11)))
    )
    items = list(unfolded(open_capture(made(tmp_path, [some], [other]))))
    assert [item.payload for item in items] == [frames[n] for n in (0, 4, 1, 2, 5, 3)]  # type: ignore[union-attr]


def test_blocks_that_have_a_frame_number_and_no_packet_count_in_a_merge(tmp_path: Path) -> None:
    journal = block(9, bytes(8))
    some = section() + interface(resolution=9) + journal + enhanced(ike_frame(), units=10) + journal
    other = section() + interface(resolution=9) + enhanced(ike_frame(), units=20)
    reader = open_capture(made(tmp_path, [some], [other]))
    assert [item.frame_number for item in unfolded(reader)] == [2, 4]
    assert reader.places is not None
    assert [reader.places.of(number)[1:] for number in (2, 3, 4)] == [
        (0, str(tmp_path / "0-0.pcap"), 2),
        (0, str(tmp_path / "0-0.pcap"), 3),
        (1, str(tmp_path / "1-0.pcap"), 1),
    ]


def test_each_tap_is_a_point_and_so_is_each_of_its_interfaces(tmp_path: Path) -> None:
    one = [pcap([ike_frame()], start=start) for start in (10, 30)]
    two = section() + b"".join(interface(resolution=9, name=name) for name in (b"eth0", b"eth1"))
    two += enhanced(ike_frame(), units=20 * 10**9) + enhanced(ike_frame(), number=1, units=40 * 10**9)
    two += block(5, struct.pack("<III", 0, 0, 0) + option(5, struct.pack("<Q", 9)) + option(0, b""))
    reader = open_capture(made(tmp_path, one, [two]))
    list(unfolded(reader))
    first, second = f"{tmp_path}/0-*.pcap (2 captures)", f"{tmp_path}/1-0.pcap"
    assert reader.points is not None
    assert reader.points.names == (first, f"{second} eth0", f"{second} eth1")
    assert [reader.points.of(number) for number in (1, 2, 3, 4)] == [0, 1, 0, 2]
    assert [point.dropped for point in reader.points.all] == [None, 9, None]
    chained = open_capture(made(tmp_path, [two, two]))
    list(unfolded(chained))
    assert chained.points is not None
    assert [(point.name, point.dropped) for point in chained.points.all] == [("eth0", 18), ("eth1", None)]
    assert [chained.points.of(number) for number in (1, 2, 3, 4)] == [0, 1, 0, 1]


def test_frames_of_a_set_with_what_they_complete_in_the_next_file(tmp_path: Path) -> None:
    data = pcap(FRAMES)
    captures = made(tmp_path, cut(data, [borders(data)[2], borders(data)[5]]))
    found = read_frames(captures, [3, 4, 7])
    assert [len(found[number].datagrams) for number in (3, 4, 7)] == [0, 1, 1]
    assert found[4].datagrams[0].payload == BIG[8:]
    assert found[3].data == FRAMES[2]


def test_given_bytes_are_files_of_a_set_too() -> None:
    first = Given(pcap([ike_frame()] * 2, start=10))
    second = Given(io.BytesIO(pcap([ike_frame()], start=5)), (first,))
    captures = CaptureSet([[first, second]])
    for _ in range(2):
        reader = open_capture(captures)
        assert len(list(unfolded(reader))) == 3
        assert reader.places is not None
        assert reader.places.members == (second, first)


@pytest.mark.parametrize("taps", [1, 2])
def test_progress_goes_over_all_files(tmp_path: Path, taps: int) -> None:
    parts = [pcap([ike_frame(bytes(5_000))] * 40, start=start) for start in range(0, 400, 50)]
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    captures = made(tmp_path, *([parts] if taps == 1 else [parts[:4], parts[4:]]))
    list(unfolded(open_capture(captures, progress=progress)))
    total = sum(map(len, parts))
    assert {of for _, of in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == total
    assert len(told) >= 8


def test_compressed_files_stop_where_each_becomes_too_large(tmp_path: Path) -> None:
    bomb = gzip.compress(pcap([ike_frame()], start=10) + bytes(4 << 20))
    with patch("analyzer.capture.source.FREE_EXPANSION", 2 << 20):
        reader = open_capture(made(tmp_path, [bomb, pcap([ike_frame()], start=20)]), max_expansion=10)
        assert len(list(unfolded(reader))) == 2
    assert reader.stopped
    assert [info.stopped for info in reader.infos] == [True, False]
    (limit,) = (defect for defect in reader.defects if defect.kind == "limit-expansion")
    assert limit.found.endswith(f"({tmp_path}/0-0.pcap)")


def peak(work: Callable[[], object]) -> int:
    """The most bytes that the work has at one time."""
    import tracemalloc

    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def test_a_hundred_files_take_no_more_memory_than_one(tmp_path: Path) -> None:
    data = pcap([ethernet(ipv4(17, udp(1000, 53, bytes(1_000))))] * 4_000)
    (tmp_path / "whole").write_bytes(data)
    captures = made(tmp_path, cut(data, borders(data)[39::40]))
    assert len(captures.members) == 100

    def through(capture: str | Path) -> None:
        for _ in open_capture(capture).in_columns():
            pass

    through(tmp_path / "whole")  # what is imported and remembered once
    assert peak(lambda: through(captures)) < 1.1 * peak(lambda: through(tmp_path / "whole"))
