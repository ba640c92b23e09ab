"""Rows that stand at the end of a capture: the file, flows, streams, negotiations and the judgement of them."""

from typing import Any

from analyzer.analysis import Analysis, read_pcap
from analyzer.tables.build import JUDGED
from tests.fixtures.cases import case


def read(name: str, *, keys: bool = False) -> Analysis:
    one = case(name)
    return read_pcap(one.capture, keys=one.keys if keys else None)


def rows(analysis: Analysis, table: str) -> list[dict[str, Any]]:
    return list(analysis.tables[table].records())


def test_the_capture_row_counts() -> None:
    (row,) = rows(read("ikev2-natt-data"), "captures")
    assert row["ike_messages"] == 6
    assert row["esp_packets"] > 0
    assert len(row["sha256"]) == 64
    assert row["link_types"] == ("ETHERNET",)
    assert row["first_time"] < row["last_time"]


def test_a_negotiation_row_tells_the_suite_by_number_and_name() -> None:
    (row,) = rows(read("ikev2-psk-gcm"), "negotiations")
    assert (row["encryption_id"], row["encryption"], row["key_bits"]) == (20, "ENCR_AES_GCM_16", 256)
    assert row["integrity_id"] is None
    assert row["additional_ke_ids"] == ()
    assert row["outcome"] == "established"
    assert row["first_frame"] < row["last_frame"]
    assert row["duration_s"] > 0
    assert row["initiator_id"] is None


def test_with_keys_identities_and_children_are_read() -> None:
    analysis = read("ikev2-psk-gcm", keys=True)
    (row,) = rows(analysis, "negotiations")
    assert row["initiator_id"] == "initiator.example"
    assert row["auth_method"] == "Shared Key Message Integrity Code"
    (child,) = rows(analysis, "child_sas")
    assert child["basis"] == "seen"
    assert len(child["initiator_spi_in"]) == len(child["responder_spi_in"]) == 8
    assert child["initiator_ts"]


def test_without_keys_a_child_is_inferred_and_names_no_algorithm() -> None:
    (child,) = rows(read("ikev2-psk-gcm"), "child_sas")
    assert child["basis"] == "inferred"
    assert child["encryption_id"] is child["initiator_spi_in"] is child["mode"] is None


def test_esp_is_joined_by_spi_with_keys_and_likely_without() -> None:
    with_keys = rows(read("ikev2-natt-data", keys=True), "esp_streams")
    without = rows(read("ikev2-natt-data"), "esp_streams")
    assert {s["basis"] for s in with_keys} == {"spi"}
    assert {s["basis"] for s in without} == {"likely"}
    (child,) = rows(read("ikev2-natt-data", keys=True), "child_sas")
    assert child["esp_packets_to_initiator"] + child["esp_packets_to_responder"] == sum(s["packets"] for s in with_keys)


def test_exchanges_have_round_trips_from_the_last_transmission() -> None:
    for exchange in rows(read("ikev2-loss-retransmit"), "exchanges"):
        if exchange["outcome"] == "answered":
            assert 0 <= exchange["round_trip_s"] < 1
        else:
            assert exchange["round_trip_s"] is None


def test_the_first_diagnosis_is_the_negotiations() -> None:
    analysis = read("ikev2-unreachable")
    (row,) = rows(analysis, "negotiations")
    first = rows(analysis, "diagnoses")[0]
    assert row["diagnosis"] == first["diagnosis"] == "no-response"
    assert first["rank"] == 1


def test_what_is_not_wanted_is_not_filled() -> None:
    one = case("ikev2-psk-gcm")
    analysis = Analysis()
    analysis.add(one.capture, wanted=("messages",))
    assert len(analysis.tables["messages"]) == 6
    assert not any(len(analysis.tables[name]) for name in JUDGED)


def test_numbers_run_through_all_captures() -> None:
    one, other = case("ikev2-psk-gcm"), case("ikev2-many-sas")
    analysis = read_pcap([one.capture, other.capture])
    numbers = analysis.tables["negotiations"].column("negotiation")
    assert numbers == list(range(1, len(numbers) + 1))
    assert analysis.tables["captures"].column("capture") == [str(one.capture), str(other.capture)]
    assert analysis.tables["flows"].column("flow") == list(range(1, len(analysis.tables["flows"]) + 1))
