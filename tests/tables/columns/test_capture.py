"""Rows of the file itself, its flows and streams, ICMP errors and damage."""

from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.capture.source import Source
from analyzer.notebook import read_pcap
from analyzer.report import capture_story, checklist
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
    whole = read_pcap([one.capture, one.capture])
    counted = len(whole.tables["defects"]) // 2
    alone = Analysis(wanted={"captures": ["defects"]})
    alone.add(one.capture)
    assert whole.tables["captures"].column("defects") == [counted, counted]
    assert alone.tables["captures"].column("defects") == [counted]
    assert not len(alone.tables["defects"])
    assert bool(counted) == (name == "noise-on-ike-ports")
