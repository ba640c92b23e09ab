"""Rows that single messages bring, from recordings of real daemons."""

import random

import pytest

from analyzer.analysis import Analysis
from analyzer.isakmp import decode
from analyzer.negotiation.follow.placed import NOWHERE
from analyzer.negotiation.tracker import Tracker
from analyzer.notebook import read_pcap
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.fixtures.cases import Case, case, cases
from tests.negotiation.build import (
    QUICK_MODE,
    A,
    B,
    Talk,
    datagram,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_mode,
    quick_mode,
    v1,
)
from tests.negotiation.recorded import recorded


def records(name: str, table: str, *, keys: bool = False) -> list[dict[str, object]]:
    one = case(name)
    return list(read_pcap(one.capture, keys=one.keys if keys else None).tables[table].records())


@pytest.mark.parametrize("one", cases(), ids=str)
def test_columns_that_take_no_placing_are_the_same_without(one: Case) -> None:
    whole = list(read_pcap(one.capture, keys=one.keys).tables["messages"].records())
    if not whole:
        return
    names = [column.name for column in SCHEMA["messages"].columns if not column.needs & (Need.PLACING | Need.EVIDENCE)]
    assert 0 < len(names) < len(whole[0])
    alone = Analysis(wanted={"messages": names})
    alone.add(one.capture)
    assert list(alone.tables["messages"].records()) == [{name: row[name] for name in names} for row in whole]


def test_message_rows_hold_the_header() -> None:
    first, second, *_ = records("ikev2-psk-gcm", "messages")
    assert (first["exchange"], first["is_initiator"], first["is_response"]) == ("IKE_SA_INIT", True, False)
    assert first["responder_spi"] == "0" * 16 != second["responder_spi"]
    assert second["is_response"] is True
    assert first["payload_types"][:3] == (33, 34, 40)
    assert first["decrypted"] is None
    assert first["fragment_number"] is None


def test_what_keys_open_is_told_apart_from_what_stayed_closed() -> None:
    closed = [m for m in records("ikev2-psk-gcm", "messages") if m["encrypted"]]
    opened = [m for m in records("ikev2-psk-gcm", "messages", keys=True) if m["encrypted"]]
    assert {m["decrypted"] for m in closed} == {False}
    assert {m["decrypted"] for m in opened} == {True}
    assert all(m["decrypted_payload_types"] is None for m in closed)
    assert 39 in opened[0]["decrypted_payload_types"]


def test_transforms_stand_in_the_order_of_their_proposals() -> None:
    proposals = records("ikev2-weak-offered-strong-chosen", "proposals")
    transforms = records("ikev2-weak-offered-strong-chosen", "transforms")
    assert sum(len(p["transforms"]) for p in proposals) == len(transforms)
    named = iter(transforms)
    for proposal in proposals:
        for text in proposal["transforms"]:
            row = next(named)
            assert (row["frame_number"], row["proposal_number"]) == (
                proposal["frame_number"],
                proposal["proposal_number"],
            )
            assert text.startswith(row["transform"])
    assert {p["side"] for p in proposals} == {"offered", "chosen"}


def test_ikev1_suites_are_one_line_and_groups_come_from_the_choice() -> None:
    chosen = [p for p in records("ikev1-main-psk", "proposals") if p["side"] == "chosen"]
    assert chosen[0]["transforms"][0].startswith("AES-CBC-256/SHA")
    values = records("ikev1-main-psk", "ke_values")
    assert [(v["side"], v["ke_id"], v["length"]) for v in values] == [("initiator", 14, 256), ("responder", 14, 256)]
    assert len({v["sha256"] for v in values}) == 2


def test_payloads_inside_encryption_are_marked() -> None:
    rows = records("ikev2-psk-gcm", "payloads", keys=True)
    inside = [r for r in rows if r["encrypted"]]
    assert {"IDi", "AUTH", "TSi"} <= {r["payload"] for r in inside}
    assert "SK" in {r["payload"] for r in rows if not r["encrypted"]}
    identities = records("ikev2-psk-gcm", "identities", keys=True)
    assert {i["side"] for i in identities} == {"initiator", "responder"}
    assert not records("ikev2-psk-gcm", "identities")


def test_notifications_have_class_and_meaning() -> None:
    wanted = [n for n in records("ikev2-invalid-ke", "notifications") if n["notify_type"] == 17]
    assert (wanted[0]["notify"], wanted[0]["class"]) == ("INVALID_KE_PAYLOAD", "error")
    assert "ECP" in wanted[0]["meaning"]


def test_vendor_ids_are_named() -> None:
    named = {v["name"] for v in records("ikev1-main-psk", "vendor_ids")}
    assert any(name and "XAUTH" in name for name in named)


def test_every_row_fits_its_schema() -> None:
    one = case("noise-on-ike-ports")
    tables = read_pcap(one.capture).tables
    for name, table in tables.items():
        for row in table.rows():
            assert len(row) == len(SCHEMA[name].usual or SCHEMA[name].names)
    assert len(tables["defects"]) == next(tables["captures"].records())["defects"] > 0


def test_a_notify_about_nothing_has_no_protocol() -> None:
    rows = records("ikev2-invalid-ke", "notifications")
    assert {row["protocol_id"] for row in rows} == {None}


def test_the_group_of_a_quick_modes_key_exchange_is_its_own() -> None:
    """Phase 2's PFS group, not phase 1's (RFC 2409 section 5.5)."""
    one = case("ikev1-main-psk-pfs")
    tables = read_pcap(one.capture, keys=one.keys).tables
    phase2 = {row["frame_number"] for row in tables["messages"].records() if row["exchange_type"] == QUICK_MODE}
    (child,) = tables["child_sas"].records()
    groups = {row["ke_id"] for row in tables["ke_values"].records() if row["frame_number"] in phase2}
    assert groups == {child["pfs_ke_id"]}


def test_what_belongs_to_no_negotiation_is_a_row_all_the_same() -> None:
    tables = Tables()
    rows = MessageRows(tables, "x", tuple(SCHEMA))
    for data in (b"", b"short", init_request()[:-3], v1(99, (43, b"x" * 9))):
        rows.add(datagram(data), decode(data), NOWHERE)
    found = list(tables["messages"].records())
    assert [row["negotiation"] for row in found] == [None] * 4
    assert rows.count == 4
    assert all(row["defects"] for row in found[:3])


@pytest.mark.parametrize(("size", "known"), [(8, 0), (17, 0), (18, 1), (19, 2), (20, 3), (27, 3)])
def test_of_a_header_that_is_cut_the_fields_that_are_there(size: int, known: int) -> None:
    """What is read from bytes that are not there is missing, and the length always is."""
    tables = Tables()
    whole = init_answer()
    rows = MessageRows(tables, "x", tuple(SCHEMA))
    rows.add(datagram(whole[:size], missing=len(whole) - size), decode(whole[:size], len(whole) - size), NOWHERE)
    (row,) = tables["messages"].records()
    there = ("major_version", 2, 0), ("exchange", "IKE_SA_INIT", None), ("is_response", True, None)
    assert [row[name] for name, _, _ in there] == [(value, no)[k >= known] for k, (_, value, no) in enumerate(there)]
    assert row["length"] is None
    assert row["negotiation"] is None


def test_copies_are_no_retransmissions() -> None:
    tables = Tables()
    rows = MessageRows(tables, "x", tuple(SCHEMA))
    talk = Talk()
    main_mode(talk)
    quick_mode(talk)
    data = init_request()
    for frame, at in enumerate((5000.0, 5000.001, 5001.0), 101):
        sent = datagram(data, frame=frame, at=at)
        rows.add(sent, decode(data), talk.tracker.feed(sent, decode(data)))
    found = list(tables["messages"].records())
    assert [(row["retransmission_of"], row["duplicate"]) for row in found] == [
        (None, False),
        (None, True),
        (101, False),
    ]


def test_the_sender_is_a_column_of_both_versions() -> None:
    tables, tracker = Tables(), Tracker("x")
    rows = MessageRows(tables, "x", tuple(SCHEMA))
    cookies = "c1" * 8, "d1" * 8
    said = ((init_request(), A, B), (init_answer(), B, A), (main_1(spi=cookies[0]), A, B), (main_2(spis=cookies), B, A))
    for data, *ends in (*said, (bytes(28), A, B)):
        sent, message = datagram(data, *ends), decode(data)
        rows.add(sent, message, tracker.feed(sent, message))
    assert tables["messages"].column("from_initiator") == [True, False, True, False, None]
    assert tables["messages"].column("is_initiator")[:4] == [True, False, None, None]


def test_damaged_messages_of_real_daemons_become_rows_that_fit() -> None:
    rng = random.Random(20)
    tables = Tables()
    rows = MessageRows(tables, "x", tuple(SCHEMA))
    tracker = Tracker("x")
    for items in recorded():
        for sent, _ in items[:6]:
            data = bytearray(sent.payload)
            for _ in range(rng.randrange(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            damaged = sent._replace(payload=bytes(data[: rng.choice([len(data), rng.randrange(len(data))])]))
            message = decode(damaged.payload)
            rows.add(damaged, message, tracker.feed(damaged, message))
    for name, table in tables.items():
        assert all(len(row) == len(SCHEMA[name].usual or SCHEMA[name].names) for row in table.rows()), name
    assert len(tables["messages"]) == rows.count > 100
    assert len(tables["payloads"]) > 100
