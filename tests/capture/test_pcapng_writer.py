import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.decoder import Packet
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.open import open_capture
from analyzer.capture.pcapng import OURS
from analyzer.capture.pcapng_writer import MAX_COMMENT, PcapNgWriter
from analyzer.capture.picking import Origin, pick
from tests.capture.packets import ike_frame

TIMES = st.one_of(st.none(), st.integers(-(2**61), 2**62))
Made = tuple[int | None, bytes, int]
PACKETS = st.lists(st.tuples(TIMES, st.binary(max_size=70), st.integers(0, 90)), max_size=12)


def read_back(tmp_path: Path, data: bytes) -> list[tuple[Packet, Origin]]:
    path = tmp_path / "made.pcapng"
    path.write_bytes(data)
    found: list[tuple[Packet, Origin]] = []
    pick(path, FrameSet(range(1, 100)), lambda packet, origin: found.append((packet, origin)))
    return found


@given(packets=PACKETS, base_s=st.integers(-(2**31), 0), comment=st.text())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, packets: list[Made], base_s: int, comment: str
) -> None:
    file = io.BytesIO()
    writer = PcapNgWriter(file, "isakmp-analyzer 0", comment, base_s)
    number = writer.interface(1, 0, [(2, b"eth0"), (3, b"\xff\xfe")])
    least = base_s * 10**9
    for time_ns, data, more in packets:
        writer.packet(Packet(1, time_ns, 1, data, len(data) + more), number, comment)
    found = read_back(tmp_path_factory.mktemp("made"), file.getvalue())
    assert [(p.data, p.original_length) for p, _ in found] == [(data, len(data) + more) for _, data, more in packets]
    for (time_ns, _, more), (packet, _) in zip(packets, found, strict=True):
        expected = max(time_ns, least) if time_ns is not None else least if more else None
        assert packet.time_ns == expected
    assert writer.without_time == sum(time_ns is None and more > 0 for time_ns, _, more in packets)
    assert all(origin.interface.description == "\ufffd\ufffd".encode() for _, origin in found)


def test_the_same_packets_make_the_same_bytes() -> None:
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        writer = PcapNgWriter(file, "a", "b")
        writer.packet(Packet(1, 5, 1, b"abc", 3), writer.interface(1, 0), "c" * 2 * MAX_COMMENT)
        writer.statistics(0, 1, 9, 3)
    assert files[0].getvalue() == files[1].getvalue()
    assert len(files[0].getvalue()) < MAX_COMMENT + 300


def test_how_long_the_capture_ran_is_believed_of_an_extract_only(tmp_path: Path) -> None:
    for application, lasted in ((OURS.decode() + "0", 90), ("dumpcap", 0), (f"x {OURS.decode()}", 0)):
        file = io.BytesIO()
        writer = PcapNgWriter(file, application, "")
        writer.packet(Packet(1, 10**18, 1, ike_frame(), len(ike_frame())), writer.interface(1, 0))
        writer.statistics(0, 10**18 - 30 * 10**9, 10**18 + 60 * 10**9, 7)
        path = tmp_path / "made.pcapng"
        path.write_bytes(file.getvalue())
        reader = open_capture(path)
        list(reader)
        assert reader.info.first_time is not None
        assert reader.info.last_time is not None
        assert reader.info.last_time - reader.info.first_time == lasted * 10**9
        assert reader.info.dropped == 7


@pytest.mark.skipif(shutil.which("tshark") is None, reason="no tshark")
def test_tshark_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "made.pcapng"
    with path.open("wb") as file:
        writer = PcapNgWriter(file, "isakmp-analyzer 0", "of a case")
        ends = [writer.interface(1, 0, [(2, b"eth0")]), writer.interface(1, 96)]
        for place in range(6):
            data = ike_frame()[:96]
            writer.packet(Packet(place, 10**18 + place, 1, data, len(ike_frame())), ends[place % 2], f"number {place}")
        writer.packet(Packet(7, None, 1, b"abcd" * 5, 20), 0)
        writer.statistics(0, 10**18, 10**18 + 5, 3)
    words = [
        "tshark",
        "-r",
        str(path),
        "-T",
        "fields",
        "-e",
        "frame.time_epoch",
        "-e",
        "frame.comment",
        "-e",
        "frame.interface_id",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == 7
    assert [row[1:] for row in rows[:2]] == [["number 0", "0"], ["number 1", "1"]]
    assert rows[5][0].endswith("000000005")
    assert not [line for line in done.stderr.splitlines() if "cut short" in line or "appears" in line]
