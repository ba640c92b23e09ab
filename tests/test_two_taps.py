"""Two files of one SA, taken at two points by clocks that differ: read as one, in the order in which it happened."""

import struct
from pathlib import Path

import pytest

from analyzer import read_pcap
from tests.capture.packets import block, enhanced, interface, option, section
from tests.cli.running import run
from tests.conftest import FIXTURES, captures_in
from tests.fixtures.spoiled import Raw, raw_frames, write
from tests.two_points import ANSWERED, ON_4500, SECOND, Between, answers_on_4500, on_4500, rows, two_taps


@pytest.mark.parametrize("offset", [0, 300, -300])
def test_the_clocks_do_not_decide_what_came_first(tmp_path: Path, offset: int) -> None:
    """Where one file seems to follow the other by its clock, too."""
    paths = two_taps(tmp_path, ANSWERED, Between(passes=answers_on_4500, offset_ns=offset * SECOND))
    analysis = read_pcap(paths, as_one=True)
    inside, outside = rows(analysis, "sights")
    assert (Path(inside["point"]).name, Path(outside["point"]).name) == ("inside.pcapng", "outside.pcapng")
    assert outside["clock_offset_s"] == pytest.approx(offset, abs=0.001)
    assert (inside["messages_missing"], outside["messages_missing"]) == (2, 0)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["failed_at"], n["failed_by"]) == ("failed", "IKE_AUTH", "none")
    assert n["duration_s"] == pytest.approx(6.32, abs=0.01)
    assert rows(analysis, "diagnoses")[0]["diagnosis"] == "lost-between-points"
    assert not rows(analysis, "defects")


def test_an_extract_beside_its_recording_and_another_tap(tmp_path: Path) -> None:
    """What it lacks is in its recording: the message is lost behind that, not between the two."""
    (tmp_path / "whole").mkdir()
    (tmp_path / "part").mkdir()
    inside, outside = two_taps(tmp_path / "whole", ON_4500, Between(passes=on_4500))
    part, _ = two_taps(tmp_path / "part", ON_4500, Between(seen=lambda point, packet: point == 0 and on_4500(packet)))
    part.rename(tmp_path / "part.pcapng")
    analysis = read_pcap([inside, tmp_path / "part.pcapng", outside], as_one=True)
    found = {Path(row["point"]).name: row for row in rows(analysis, "sights")}
    assert [found[name]["messages_missing"] for name in ("inside.pcapng", "part.pcapng", "outside.pcapng")] == [0, 0, 1]
    assert [Path(name).name for name in found["part.pcapng"]["same_recording"]] == ["inside.pcapng"]
    first = rows(analysis, "diagnoses")[0]
    assert first["diagnosis"] == "lost-between-points"
    assert "outside.pcapng never" in first["detail"]


@pytest.mark.filterwarnings("ignore:.*lost.pcap")
def test_a_file_that_cannot_be_read_makes_absence_weak_evidence(tmp_path: Path) -> None:
    """It may be of the point that lacks the message."""
    paths = two_taps(tmp_path, ANSWERED, Between(passes=answers_on_4500, offset_ns=300 * SECOND))
    (tmp_path / "lost.pcap").write_bytes(b"no capture")
    analysis = read_pcap([*paths, tmp_path / "lost.pcap"], as_one=True)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["outcome_confidence"]) == ("failed", "possible")
    assert "lost.pcap could not be read, so absence is weak evidence" in n["outcome_basis"]
    first = rows(analysis, "diagnoses")[0]
    assert (first["diagnosis"], first["confidence"]) == ("lost-between-points", "possible")
    assert "lost.pcap could not be read, and may be of " in first["detail"]
    [defect] = rows(analysis, "defects")
    assert defect["kind"] == "capture-file-unread"
    assert str(tmp_path / "lost.pcap") in defect["found"]


_STORY = {
    "negotiations": "ike_version outcome outcome_confidence failed_at failed_by failure retransmissions",
    "diagnoses": "negotiation rank diagnosis confidence",
    "findings": "negotiation finding severity confidence",
}
_WAY_NS = 20_000  # the fixtures' hosts answer no sooner than twice that
_SMALL = 300_000  # bytes


def _far(frame: Raw, client: bytes) -> tuple[Raw, Raw]:
    """A frame near the side that speaks first, and the same at the other's, a router and some time further."""
    at, ttl = (26, 22) if frame.data[12:14] == b"\x08\0" else (22, 21)
    size = 4 if at == 26 else 16
    outwards = frame.data[at : at + size] == client
    later = bytearray(frame.data)
    later[ttl] -= 1
    after = frame._replace(data=bytes(later))
    near, far = (frame, after) if outwards else (after, frame)
    return near, far._replace(time_ns=frame.time_ns + (_WAY_NS if outwards else -_WAY_NS))


def _client(frames: list[Raw]) -> bytes:
    """Who sends the first datagram, IPv4 or IPv6, over Ethernet."""
    for frame in frames:
        if frame.data[12:14] == b"\x08\0" and frame.data[23] == 17:
            return frame.data[26:30]
        if frame.data[12:14] == b"\x86\xdd" and frame.data[20] in (17, 44):
            return frame.data[22:38]
    return b""


def _both_ends(frames: list[Raw], folder: Path, offset_ns: int) -> list[Path]:
    client = _client(frames)
    taps: tuple[list[Raw], list[Raw]] = ([], [])
    for frame in frames:
        if len(frame.data) > 54 and frame.data[12:14] in (b"\x08\0", b"\x86\xdd"):
            for tap, seen in zip(taps, _far(frame, client), strict=True):
                tap.append(seen)
    paths = [folder / "near.pcapng", folder / "far.pcapng"]
    for path, tap, offset in zip(paths, taps, (0, offset_ns), strict=True):
        tap.sort(key=lambda frame: frame.time_ns)
        write([frame._replace(time_ns=frame.time_ns + offset) for frame in tap], path)
    return paths


def _story(paths: list[Path]) -> dict[str, list[tuple[object, ...]]]:
    tables = read_pcap(paths, as_one=True).tables
    return {name: sorted(tables[name].cells(*columns.split()), key=repr) for name, columns in _STORY.items()}


def _fit() -> list[Path]:
    """Small pcap files of Ethernet."""
    found = [path for path in captures_in(FIXTURES) if path.suffix == ".pcap" and path.stat().st_size <= _SMALL]
    return [path for path in found if path.read_bytes()[20:24] == b"\1\0\0\0"]


@pytest.mark.sweep
@pytest.mark.parametrize("path", [pytest.param(path, id=path.parent.name) for path in _fit()])
def test_a_second_tap_with_another_clock_changes_nothing(path: Path, tmp_path: Path) -> None:
    """Whatever a capture shows, IP fragments included: outcome, causes and findings are those of one tap alone."""
    near, far = _both_ends(raw_frames(path), tmp_path, 50 * SECOND)
    assert _story([near]) == _story([near, far])


@pytest.mark.parametrize("offset", [50, -50])
def test_rotated_taps_are_two_chains_by_any_clock(tmp_path: Path, offset: int) -> None:
    """Each file of the one begins, by its clock, behind the end of all files of the other."""
    paths = []
    for tap, whole in zip(
        "ab", _both_ends(raw_frames(FIXTURES / "ikev2-psk-gcm/capture.pcap"), tmp_path, offset * SECOND), strict=True
    ):
        frames = raw_frames(whole)
        border = len(frames) // (2 if tap == "a" else 3)
        for suffix, part in (("", frames[:border]), ("1", frames[border:])):
            paths.append(tmp_path / f"{tap}.pcap{suffix}")
            write(part, paths[-1])
    captures = rows(read_pcap(paths), "captures")
    offsets = {Path(row["capture"]).name: row["clock_offset_s"] for row in captures}
    first, second = ("a", "b") if offset > 0 else ("b", "a")
    assert offsets == {
        f"{first}.pcap": 0,
        f"{first}.pcap1": 0,
        f"{second}.pcap": pytest.approx(50, abs=0.001),
        f"{second}.pcap1": pytest.approx(50, abs=0.001),
    }


@pytest.mark.parametrize("why", ["filter", "not looked into", "ends early"])
def test_what_the_other_tap_may_not_have_kept_is_not_surely_lost(why: str, tmp_path: Path) -> None:
    """Nothing certain rests on a packet that is not there, where the file itself says that it may have come by."""
    between = Between(passes=on_4500)
    inside, outside = two_taps(tmp_path, ON_4500, between)
    said = option(9, b"\x09") + (option(11, b"\0udp port 500") if why == "filter" else b"")
    made = section() + block(1, struct.pack("<HHI", 1, 0, 0) + said) + interface(99, resolution=9)
    for frame in raw_frames(outside):
        made += enhanced(frame.data, units=frame.time_ns)
        made += enhanced(frame.data, units=frame.time_ns, number=1) if why == "not looked into" else b""
    outside.write_bytes(made[:-4] if why == "ends early" else made)
    analysis = read_pcap([inside, outside], as_one=True)
    found = [row for row in rows(analysis, "diagnoses") if row["diagnosis"] == "lost-between-points"]
    assert [row["confidence"] for row in found] == ["possible"]
    assert why in found[0]["detail"]


@pytest.mark.parametrize("offset", [50, -3600])
def test_an_extract_of_two_taps_tells_the_same_story(offset: int, tmp_path: Path) -> None:
    """Its packets are in order, by one clock, and its comment says so."""
    frames = raw_frames(FIXTURES / "ikev1-main-cert-identity" / "capture.pcap")
    paths = _both_ends(frames, tmp_path, offset * SECOND)
    extract = tmp_path / "extract.pcapng"
    done = run("extract", *paths, "--negotiation", "1", "-o", extract)
    assert done.exit_code == 0
    assert _story([extract]) == _story(paths)
    analysis = read_pcap([extract])
    assert not rows(analysis, "defects")
    assert "by the clock of the first" in rows(analysis, "comments")[0]["text"]


def test_a_retransmission_that_one_tap_missed_is_no_copy_of_another(tmp_path: Path) -> None:
    """Hosts that do not number their packets: what comes later than any copy is sent anew, whatever its TTL."""
    frames = [
        frame._replace(data=frame.data[:18] + bytes(2) + frame.data[20:]) if frame.data[12:14] == b"\x08\0" else frame
        for frame in raw_frames(FIXTURES / "ikev1-xauth-answer-lost" / "capture.pcap")
    ]
    near, far = _both_ends(frames, tmp_path, 0)
    seen = raw_frames(far)
    write([frame for frame in seen if frame.time_ns < seen[0].time_ns + 1.2 * SECOND], far)
    found = _story([near, far])
    assert found == _story([near])
    assert found["negotiations"][0][-1] == 6
