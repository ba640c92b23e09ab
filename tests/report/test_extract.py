"""An extract read again has the same negotiations, but for their frame numbers."""

import re
import struct
from pathlib import Path
from typing import Any

import pytest

from analyzer import Analysis, read_pcap
from analyzer.capture.decoder import Packet
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.pcapng_writer import PcapNgWriter
from analyzer.capture.picking import pick
from analyzer.report.capture_story import capture_story
from analyzer.report.extract import NEEDED, Extract, write_extract
from tests.capture.packets import block, enhanced, ike_frame, option, section
from tests.conftest import FIXTURES, SHARED, captures_in

# What frames and packets came in: each has another way into the extract
KINDS = (
    "ikev2-null-esp-ah", "ikev2-cert-ipfrag", "ikev2-ipv6-cert-ipfrag", "ikev2-ip-fragments-lost", "ikev2-pcapng",
    "libreswan-tcp-encap",
    "ikev2-nano-gz-snap300", "ikev2-any-sll2", "ikev2-link-gre", "ikev2-natt-data", "ikev2-raw-esp",
    "ikev2-mobike", "ikev2-port-unreachable", "ikev2-abandoned-half-open", "ikev1-main-last-lost", "ikev2-many-sas",
    "ikev2-nat-seen-twice", "ikev2-answer-fragments-lost", "ikev2-auth-failed-psk-frag", "ikev1-rekey", "ikescan-main",
)  # fmt: skip
_NUMBERS = re.compile(r"frames? \d[\d, -]*\d*(?: and \d+ more)?")
_OF_FRAMES = re.compile(r"frame|missing|capture$")


def extracted(capture: Path, folder: Path, numbers: list[int] | None = None, **more: Any) -> tuple[Analysis, Extract]:
    keys = capture.parent / "capture.keys"
    given = keys if keys.exists() and "keys" not in more else more.pop("keys", None)
    analysis = read_pcap(capture, keys=given)
    chosen = analysis.tables["negotiations"].column("negotiation") if numbers is None else numbers
    done = write_extract(analysis, chosen, folder / "part.pcapng", **more)
    return analysis, done


def said(analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    """All rows about negotiations, without frame numbers."""
    names = ("negotiations", "child_sas", "exchanges", "events", "esp_streams", "icmp_errors", "findings", "diagnoses")
    return {name: [_plain(row) for row in analysis.tables[name].records() if row["negotiation"]] for name in names}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    cells = {name: value for name, value in row.items() if not _OF_FRAMES.search(name)}
    return {name: _NUMBERS.sub("frames", value) if isinstance(value, str) else value for name, value in cells.items()}


def captures() -> list[Path]:
    found = [next(iter(captures_in(FIXTURES / name))) for name in KINDS]
    return found + captures_in(SHARED / "field")[::12]


@pytest.mark.parametrize("capture", captures(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_shows_the_same(capture: Path, tmp_path: Path) -> None:
    analysis, done = extracted(capture, tmp_path)
    again = read_pcap(tmp_path / "part.pcapng", keys=analysis._keys)
    assert said(again) == said(analysis)
    assert done.packets == again.tables["captures"].column("packets")[0]
    assert done.messages == len(again.tables["messages"].places("negotiation", range(1, 10_000)))


def test_one_of_several_and_all_packets_as_they_were(tmp_path: Path) -> None:
    capture = FIXTURES / "ikev2-many-sas" / "capture.pcap"
    analysis, done = extracted(capture, tmp_path, [3])
    again = read_pcap(tmp_path / "part.pcapng")
    row, same = (a.tables["negotiations"].records() for a in (analysis, again))
    wanted = next(n for n in row if n["negotiation"] == 3)
    (only,) = same
    for name in ("initiator_spi", "responder_spi", "outcome", "encryption", "messages", "first_time", "duration_s"):
        assert only[name] == wanted[name]
    frames = [m["frame_number"] for m in analysis.tables["messages"].select("negotiation", {3})]
    packets = _packets(capture, frames)
    assert done.packets == len(frames) == len(packets)
    assert packets == _packets(tmp_path / "part.pcapng", range(1, done.packets + 1))


def _packets(path: Path, frames: Any) -> list[tuple[int | None, bytes, int]]:
    found: list[tuple[int | None, bytes, int]] = []
    pick(path, FrameSet(frames), lambda p, _: found.append((p.time_ns, p.data, p.original_length)))
    return found


def test_comments_carry_what_was_found(tmp_path: Path) -> None:
    _, _done = extracted(FIXTURES / "ikev2-no-proposal-ike" / "capture.pcap", tmp_path, selection="outcome == failed")
    text = (tmp_path / "part.pcapng").read_bytes().decode("utf-8", "replace")
    assert "Extract of capture.pcap (pcap, " in text
    assert "Negotiation 1, chosen by outcome == failed." in text
    assert "Frame 5 of capture.pcap\nnegotiation 1: IKEv2 from 192.0.2.10" in text
    assert "diagnosis (likely): No common proposal for the IKE SA [ike-proposal-mismatch]" in text
    assert "finding (medium): Weak key exchange offered: 1024-bit MODP Group" in text


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    for name in ("ikev1-main-xauth-modecfg", "ikev2-eap-mschapv2", "ikev2-psk-gcm"):
        keys = FIXTURES / name / "capture.keys"
        extracted(FIXTURES / name / "capture.pcap", tmp_path)
        data = (tmp_path / "part.pcapng").read_bytes()
        words = {word for word in re.split(r'[\s,"]+', keys.read_text()) if re.fullmatch(r"[0-9a-fA-F]{32,}", word)}
        assert words
        assert not [word for word in words if bytes.fromhex(word) in data or word.encode() in data]
        assert (tmp_path / "part.pcapng").stat().st_mode & 0o077 == 0


def test_the_ends_of_streams(tmp_path: Path) -> None:
    capture = FIXTURES / "ikev2-raw-esp" / "capture.pcap"
    _, whole = extracted(capture, tmp_path)
    _, ends = extracted(capture, tmp_path, ends_only=1)
    assert ends.streams_left > 0
    assert ends.packets == whole.packets - ends.streams_left
    assert whole.streams_left == 0
    text = (tmp_path / "part.pcapng").read_bytes().decode("utf-8", "replace")
    assert f"{ends.streams_left} are left out, which is no loss on the path" in text


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    capture = FIXTURES / "ikev2-natt-data" / "capture.pcap"
    made = []
    for _ in range(2):
        extracted(capture, tmp_path)
        made.append((tmp_path / "part.pcapng").read_bytes())
    assert made[0] == made[1]


def test_an_extract_of_an_extract_is_the_same_story(tmp_path: Path) -> None:
    capture = FIXTURES / "ikev1-main-last-lost" / "capture.pcap"
    analysis, _ = extracted(capture, tmp_path)
    (tmp_path / "more").mkdir()
    once, _ = extracted(tmp_path / "part.pcapng", tmp_path / "more")
    twice = read_pcap(tmp_path / "more" / "part.pcapng")
    assert said(twice) == said(once)
    assert twice.tables["captures"].column("last_time") == analysis.tables["captures"].column("last_time")


@pytest.mark.parametrize("name", ["ikev2-mobike", "ikev1-rekey", "ikev2-second-child-refused", "ikev2-icmp-prohibited"])
def test_the_tables_that_it_needs_are_enough(tmp_path: Path, name: str) -> None:
    capture = FIXTURES / name / "capture.pcap"
    made = []
    for wanted in (None, NEEDED):
        analysis = Analysis(wanted=wanted)
        analysis.add(capture)
        write_extract(analysis, analysis.tables["negotiations"].column("negotiation"), tmp_path / "part.pcapng")
        made.append((tmp_path / "part.pcapng").read_bytes())
    assert made[0] == made[1]


def test_what_the_capture_says_of_itself_is_carried_over(tmp_path: Path) -> None:
    capture, frame = tmp_path / "case.pcapng", ike_frame()
    shb = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option(1, b"taken at noon")
    idb = struct.pack("<HHI", 1, 0, 96) + option(2, b"eth0") + option(11, b"\0udp port 500") + option(12, b"BSD")
    noted = enhanced(frame, units=10**15, options=option(1, b"look\nhere \x1b[31m") + option(1, b"twice"))
    capture.write_bytes(block(0x0A0D0D0A, shb) + block(1, idb) + noted + enhanced(frame, units=10**15 + 10))
    extracted(capture, tmp_path)
    again = read_pcap(tmp_path / "part.pcapng")
    (row,) = again.tables["captures"].records()
    assert row["interfaces"] == ("eth0 (ETHERNET, filter udp port 500, on BSD, snap length 96)",)
    assert "Its comment on section 1: taken at noon" in row["comment"]
    first, second = (r["text"].split("\n") for r in again.tables["comments"].select("kind", {"packet"}))
    assert first[0] == "Frame 1 of case.pcapng"
    assert first[-2:] == [r"comment of that frame: look\nhere \x1b[31m", "comment of that frame: twice"]
    assert second[0] == "Frame 2 of case.pcapng"
    shown = "\n".join(line.text for line in capture_story(again.tables))
    assert r"comment in the file: look\nhere \x1b[31m; twice" in " ".join(shown.split())
    assert "Frame 1 of" not in shown


def test_an_interface_that_each_section_describes_is_one(tmp_path: Path) -> None:
    capture = tmp_path / "two.pcapng"
    idb = block(1, struct.pack("<HHI", 1, 0, 96) + option(2, b"eth0"))
    with_drops = option(4, (7).to_bytes(8, "little")) + option(5, (3).to_bytes(8, "little"))
    counts = block(5, struct.pack("<III", 0, 0, 0) + with_drops)
    capture.write_bytes((section() + idb + enhanced(ike_frame(), units=10**15) + counts) * 2)
    extracted(capture, tmp_path)
    (row,) = read_pcap(tmp_path / "part.pcapng").tables["captures"].records()
    assert len(row["interfaces"]) == 1
    assert row["interfaces"][0].startswith("eth0 (ETHERNET, snap length 96")
    assert row["dropped"] == 6


def test_what_each_interface_lost_and_when_it_captured_stays_its_own(tmp_path: Path) -> None:
    capture = tmp_path / "two.pcapng"
    with capture.open("wb") as file:
        writer = PcapNgWriter(file, "dumpcap", "")
        for name in (b"inside", b"outside"):
            writer.interface(1, 0, [(2, name)])
        for place in range(4):
            frame = ike_frame()
            writer.packet(Packet(place + 1, 10**18 + place * 10**9, 1, frame, len(frame)), place // 2)
        writer.statistics(1, None, None, 5)
    original, made = extracted(capture, tmp_path)
    again = read_pcap(tmp_path / "part.pcapng")
    assert made.packets == 4
    for analysis in (original, again):
        ((interfaces, dropped),) = analysis.tables["captures"].cells("interfaces", "dropped")
        assert (interfaces[0].count("dropped"), "5 dropped" in interfaces[1], dropped) == (0, True, 5)
    assert [*original.tables["sights"].cells("first_time", "last_time", "dropped")] == [
        *again.tables["sights"].cells("first_time", "last_time", "dropped")
    ]
