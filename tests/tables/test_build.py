"""Rows that stand at the end of a capture: the file, flows, streams, negotiations and the judgement of them."""

from typing import Any

from analyzer.analysis import Analysis, read_pcap
from analyzer.assessment import assess
from analyzer.capture.datagram import CaptureInfo
from analyzer.negotiation.life import Lives
from analyzer.tables import build
from analyzer.tables.build import JUDGED
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.negotiation.build import GCM, SPI_I, C, Talk, init_request
from tests.negotiation.keyed import authenticated, create, ike_request, keys


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
    analysis = Analysis(wanted={"messages": None})
    analysis.add(one.capture)
    assert len(analysis.tables["messages"]) == 6
    assert not any(len(analysis.tables[name]) for name in JUDGED)


def test_numbers_run_through_all_captures() -> None:
    one, other = case("ikev2-psk-gcm"), case("ikev2-many-sas")
    analysis = read_pcap([one.capture, other.capture])
    numbers = analysis.tables["negotiations"].column("negotiation")
    assert numbers == list(range(1, len(numbers) + 1))
    assert analysis.tables["captures"].column("capture") == [str(one.capture), str(other.capture)]
    assert analysis.tables["flows"].column("flow") == list(range(1, len(analysis.tables["flows"]) + 1))


def built(talk: Talk, later: float = 10) -> Tables:
    """All tables that are known at the end of a made-up capture."""
    tables, story = Tables(), talk.story(later)
    build.finish(tables, tuple(SCHEMA), CaptureInfo("x"), [], [], Lives(story), assess(story), 0)
    return tables


def test_an_sa_made_inside_another_has_a_row_before_it_speaks() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request("e1" * 8, GCM), ike_request("f1" * 8, GCM))
    _, new = built(talk)["negotiations"].records()
    assert (new["outcome"], new["rekeyed_from"], new["messages"]) == ("established", 1, 0)
    assert (new["first_frame"], new["first_time"], new["duration_s"]) == (None, None, None)
    assert new["encryption"] == "ENCR_AES_GCM_16"


def test_mirror_copies_are_messages_and_no_retransmissions() -> None:
    talk = Talk()
    data = init_request()
    for pause in (0, 0.0002, 0.5, 0.0002):
        talk.say(data, after=pause)
    tables = built(talk)
    (negotiation,) = tables["negotiations"].records()
    (exchange,) = tables["exchanges"].records()
    assert (negotiation["messages"], negotiation["retransmissions"]) == (4, 1)
    assert (exchange["retransmissions"], exchange["outcome"]) == (1, "unanswered")


def test_icmp_errors_point_to_their_negotiation() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.icmp(init_request()[:8])
    talk.icmp(b"\1\2\3", source=C)
    rows = list(built(talk)["icmp_errors"].records())
    assert [(r["negotiation"], r["initiator_spi"]) for r in rows] == [(1, SPI_I), (None, None)]


def test_the_life_of_an_sa_is_in_its_rows() -> None:
    analysis = read("ikev2-rekey")
    first, second, third = rows(analysis, "negotiations")
    assert [n["replaced_by"] for n in (first, second, third)] == [2, 3, None]
    assert (first["deleted_by"], first["deleted_basis"]) == ("initiator", "inferred")
    assert first["paths"] == ("192.0.2.10:500 - 192.0.2.20:500", "192.0.2.10:4500 - 192.0.2.20:4500")
    children = {(c["negotiation"], c["child"]): c for c in rows(analysis, "child_sas")}
    assert (children[2, 1]["rekeys"], children[2, 1]["rekeys_negotiation"]) == (2, 1)
    assert (children[1, 1]["rekeys"], children[1, 1]["deleted_by"]) == (None, "initiator")
    events = rows(analysis, "events")
    assert {e["confidence"] for e in events} == {"likely"}
    assert events[0]["event"] == "child-rekeyed"
    assert (events[0]["by"], events[0]["detail"], events[0]["capture"]) == ("initiator", "child 1", analysis.paths[0])


def test_what_was_read_is_certain() -> None:
    (row,) = rows(read("ikev2-mobike", keys=True), "negotiations")
    assert (row["deleted_by"], row["deleted_basis"], row["liveness_checks"], row["liveness_missed"]) == (
        "initiator",
        "seen",
        1,
        0,
    )
    assert len(row["paths"]) == 4
    moved, deleted = rows(read("ikev2-mobike", keys=True), "events")
    assert (moved["event"], moved["by"], moved["confidence"]) == ("moved", None, "certain")
    assert (deleted["event"], deleted["by"]) == ("deleted", "initiator")


def test_nat_keepalives_and_the_directions_of_traffic() -> None:
    analysis = read("ikev2-natt-data")
    (row,) = rows(analysis, "negotiations")
    assert round(row["nat_keepalive_s"]) == 2
    flow = next(f for f in rows(analysis, "flows") if f["keepalives"])
    assert flow["keepalives_from_client"] in (0, flow["keepalives"])
    assert flow["keepalive_interval_s"] == row["nat_keepalive_s"]
    streams = rows(analysis, "esp_streams")
    assert {s["to"] for s in streams} == {"initiator", "responder"}
    assert {s["returned"] for s in streams} == {True}
    assert {s["past_delete_s"] for s in streams} == {None}


def test_of_an_sa_that_did_not_come_up_no_life_is_told() -> None:
    talk = Talk()
    talk.say(init_request())
    (row,) = built(talk)["negotiations"].records()
    assert (row["deleted_at"], row["deleted_by"], row["liveness_checks"], row["replaced_by"]) == (None,) * 4
