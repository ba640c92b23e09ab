"""Rows of the file itself, its flows and streams, ICMP errors and damage."""

import struct
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.capture.source import Source
from analyzer.notebook import read_pcap
from analyzer.report import capture_story, checklist
from tests.capture.packets import block, enhanced, ethernet, ike_frame, interface, ipv4, option, section
from tests.conftest import FIXTURES
from tests.fixtures.cases import case
from tests.negotiation.build import SPI_I, C, Talk, init_request
from tests.tables.made import built, read, rows


def test_the_capture_row_counts() -> None:
    (row,) = rows(read("ikev2-natt-data"), "captures")
    assert row["ike_messages"] == 6
    assert row["esp_packets"] > 0
    assert len(row["sha256"]) == 64
    assert row["link_types"] == ("ETHERNET",)
    assert row["first_time"] < row["last_time"]


def test_a_file_is_hashed_only_where_the_hash_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bool] = []
    original = Source.__init__

    def noted(self: Source, path: str, **options: Any) -> None:
        hashed.append(options["hashed"])
        original(self, path, **options)

    monkeypatch.setattr(Source, "__init__", noted)
    for wanted in (checklist.NEEDED, capture_story.NEEDED, {"negotiations": None}, {"captures": ["packets"]}):
        analysis = Analysis(wanted=wanted)
        analysis.add(case("ikev2-natt-data").capture)
    assert not any(hashed)
    assert rows(analysis, "captures")[0]["packets"]
    Analysis(wanted={"captures": ["capture", "sha256"]}).add(case("ikev2-natt-data").capture)
    assert hashed[-1]


def test_esp_is_joined_by_spi_with_keys_and_likely_without() -> None:
    with_keys = rows(read("ikev2-natt-data", keys=True), "esp_streams")
    without = rows(read("ikev2-natt-data"), "esp_streams")
    assert {s["basis"] for s in with_keys} == {"spi"}
    assert {s["basis"] for s in without} == {"likely"}
    (child,) = rows(read("ikev2-natt-data", keys=True), "child_sas")
    assert child["esp_packets_to_initiator"] + child["esp_packets_to_responder"] == sum(s["packets"] for s in with_keys)


def test_nat_keepalives_and_the_directions_of_traffic() -> None:
    analysis = read("ikev2-natt-data")
    (row,) = rows(analysis, "negotiations")
    assert round(row["nat_keepalive_s"]) == 2
    flow = next(f for f in rows(analysis, "flows") if f["keepalives"])
    assert flow["keepalives_from_client"] in (0, flow["keepalives"])
    assert flow["keepalive_interval_s"] == row["nat_keepalive_s"]
    first, last = flow["first_keepalive_frame"], flow["last_keepalive_frame"]
    assert flow["first_frame"] < first < last <= flow["last_frame"]
    assert all(f["first_keepalive_frame"] is None for f in rows(analysis, "flows") if not f["keepalives"])
    streams = rows(analysis, "esp_streams")
    assert {s["to"] for s in streams} == {"initiator", "responder"}
    assert {s["returned"] for s in streams} == {True}
    assert {s["past_delete_s"] for s in streams} == {None}


def test_icmp_errors_point_to_their_negotiation() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.icmp(init_request()[:8])
    talk.icmp(b"\1\2\3", source=C)
    rows = list(built(talk)["icmp_errors"].records())
    assert [(r["negotiation"], r["initiator_spi"]) for r in rows] == [(1, SPI_I), (None, None)]


def test_numbers_run_through_all_captures() -> None:
    one, other = case("ikev2-psk-gcm"), case("ikev2-many-sas")
    analysis = read_pcap([one.capture, other.capture])
    numbers = analysis.tables["negotiations"].column("negotiation")
    assert numbers == list(range(1, len(numbers) + 1))
    assert analysis.tables["captures"].column("capture") == [str(one.capture), str(other.capture)]
    assert analysis.tables["flows"].column("flow") == list(range(1, len(analysis.tables["flows"]) + 1))


@pytest.mark.parametrize("name", ["noise-on-ike-ports", "ikev2-psk-gcm"])
def test_defects_are_counted_whether_or_not_their_rows_are_kept(name: str) -> None:
    one = case(name)
    whole = read_pcap([one.capture, one.capture], as_one=False)
    counted = len(whole.tables["defects"]) // 2
    alone = Analysis(wanted={"captures": ["defects"]})
    alone.add(one.capture)
    assert whole.tables["captures"].column("defects") == [counted, counted]
    assert alone.tables["captures"].column("defects") == [counted]
    assert not len(alone.tables["defects"])
    assert bool(counted) == (name == "noise-on-ike-ports")


def test_what_a_file_says_of_itself(tmp_path: Path) -> None:
    secret = struct.pack("<II", 0x57474B4C, 4) + b"key!"
    name = struct.pack("<HH", 1, 4 + 12) + bytes((192, 0, 2, 1)) + b"vpn.example\0" + bytes(4)
    path = tmp_path / "said.pcapng"
    path.write_bytes(
        section()
        + interface(snaplen=96)
        + block(10, secret)
        + block(4, name)
        + enhanced(ike_frame(), options=option(1, b"first"))
        + enhanced(ethernet(ipv4(50, bytes(40))), options=option(1, b"no message"))
        + block(0x1234, b"")
    )
    tables = read_pcap(path).tables
    (row,) = tables["captures"].records()
    names = ("dropped", "interfaces", "packet_comments", "secrets", "other_blocks", "comment")
    said = {name: row[name] for name in names}
    assert said == {
        "dropped": None,
        "interfaces": ("interface 0 (ETHERNET, snap length 96)",),
        "packet_comments": 2,
        "secrets": ("WireGuard key log (1 block, 4 bytes)",),
        "other_blocks": ("block type 0x00001234 (1)",),
        "comment": None,
    }
    assert [tuple(r.values())[1:] for r in tables["comments"].records()] == [
        ("name", None, "192.0.2.1", "vpn.example", None),
        ("packet", 1, None, "first", 1),
        ("packet", 2, None, "no message", None),
    ]
    assert "key!" not in str([[*table.rows()] for table in tables.values()])
    part = read_pcap(path).where("negotiation == 2").tables["comments"]
    assert part.column("text") == ["vpn.example", "no message"]


def test_a_pcap_says_none_of_it() -> None:
    (row,) = read_pcap(FIXTURES / "ikev2-psk-gcm" / "capture.pcap").tables["captures"].records()
    assert (row["dropped"], row["interfaces"], row["packet_comments"], row["application"]) == (None, (), 0, None)
