"""The snoop format: against the same packets in pcap, read carefully and in bulk."""

from pathlib import Path
from struct import pack

import pytest

from analyzer.capture import CaptureReader, open_capture
from tests.capture.packets import esp, ethernet, ike_frame, ipv4, isakmp, pcap, udp

FRAMES = [
    ike_frame(isakmp(b"first")),
    ethernet(ipv4(17, udp(4500, 4500, esp(1, 1)))),
    ike_frame(bytes(4) + isakmp(b"second"), 4500, 4500),
]


def record(
    frame: bytes, count: int = 0, *, drops: int = 0, original: int | None = None, pad: int | None = None
) -> bytes:
    pad = -len(frame) % 4 if pad is None else pad
    lengths = len(frame) if original is None else original, len(frame), 24 + len(frame) + pad
    return pack(">6I", *lengths, drops, 1_700_000_001 + count, 1 + count) + frame + bytes(pad)


def snoop(frames: list[bytes], kind: int = 4, version: int = 2, **more: int) -> bytes:
    records = (record(frame, count, **more) for count, frame in enumerate(frames))
    return b"snoop\0\0\0" + pack(">II", version, kind) + b"".join(records)


def read(path: Path, data: bytes, *, serial: bool = False) -> tuple[list[object], CaptureReader]:
    path.write_bytes(data)
    reader = open_capture(path, serial=serial)
    return list(reader), reader


@pytest.fixture(params=["small", "in bulk"])
def frames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Enough of them to be read in bulk, and what says that they are."""
    if request.param == "in bulk":
        monkeypatch.setattr("analyzer.capture.files.SMALL", 1000)
    return FRAMES * 40


def test_the_same_as_in_pcap(tmp_path: Path, frames: list[bytes]) -> None:
    data = snoop(frames, drops=7)
    expected, _ = read(tmp_path / "x.pcap", pcap(frames))
    for serial in (True, False):
        found, reader = read(tmp_path / "x.snoop", data, serial=serial)
        assert found == expected
        info = reader.info
        assert (info.format, info.link_types, info.packets, info.dropped) == ("snoop", ["ETHERNET"], len(frames), 7)
        assert [defect.kind for defect in reader.defects] == ["capture-dropped"]


@pytest.mark.parametrize(
    ("kind", "pad", "name"),
    [
        (0, 0, "ETHERNET"), (2, 0, "IEEE802_5"), (8, 2, "FDDI"), (18, 0, "SUNATM"), (9, 0, "NULL"), (26, 0, "SNOOP_26"),
        (0x80000005, 0, "IPNET"), (1, 0, "SNOOP_1"), (12, 6, "SNOOP_12"), (12, 16, "ETHERNET"), (11, 16, "IEEE802_5"),
        (0xFFFFFFFF, 0, "SNOOP_4294967295"),
    ],
)  # fmt: skip
def test_link_types(tmp_path: Path, frames: list[bytes], kind: int, pad: int, name: str) -> None:
    """A record with room for a trailer is Surveyor's, which has numbers of its own."""
    found, reader = read(tmp_path / "x", snoop(frames, kind, pad=pad))
    assert reader.info.link_types == [name]
    assert bool(found) == (name == "ETHERNET")
    if name.startswith("SNOOP"):
        assert reader.info.unopened == {f"datalink type {kind} of snoop": len(frames)}


def test_damage(tmp_path: Path, frames: list[bytes]) -> None:
    data = snoop(frames)

    def kinds(data: bytes) -> list[list[str]]:
        readers = [read(tmp_path / "x", data, serial=serial)[1] for serial in (True, False)]
        return [[defect.kind for defect in reader.defects] for reader in readers]

    for bad in (0, 24 + len(FRAMES[0]) - 1, 1 << 21, 0xFFFFFFFF):
        last = pack(">6I", len(FRAMES[0]), len(FRAMES[0]), bad, 0, 0, 0) + FRAMES[0]
        assert kinds(data + last) == [["capture-record-length"]] * 2
    assert kinds(data + record(FRAMES[0], 999)[:-10]) == [["capture-cut", "capture-cut-datagram"]] * 2
    assert kinds(data + record(FRAMES[0], 999)[:20]) == [["capture-cut"]] * 2
    assert kinds(data + record(FRAMES[0], 999, original=10)) == [["capture-packet-length"]] * 2
    assert kinds(data[:8] + pack(">I", 9) + data[12:]) == [["capture-version"]] * 2
