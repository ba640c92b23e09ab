"""Rows of IKE SAs."""

from pathlib import Path

import pytest

import analyzer
from analyzer.report.dossier import dossiers
from analyzer.report.drift import compare
from analyzer.report.facts import facts
from analyzer.report.headline import headline
from analyzer.report.snapshot import snapshot
from tests.fixtures.cases import case
from tests.fixtures.spoiled import SECOND, raw_frames, write
from tests.negotiation.build import GCM, Talk, init_request
from tests.negotiation.keyed import authenticated, create, ike_request, keys
from tests.tables.made import built, read, rows


def test_a_negotiation_row_tells_the_suite_by_number_and_name() -> None:
    (row,) = rows(read("ikev2-psk-gcm"), "negotiations")
    assert (row["encryption_id"], row["encryption"], row["key_bits"]) == (20, "ENCR_AES_GCM_16", 256)
    assert row["integrity_id"] is None
    assert row["additional_ke_ids"] == ()
    assert row["outcome"] == "established"
    assert row["first_frame"] < row["last_frame"]
    assert row["duration_s"] > 0
    assert row["initiator_id"] is None


@pytest.mark.parametrize(
    ("fixture", "size", "cut"),
    [("ikev2-psk-gcm", 96, True), ("ikev2-psk-gcm", 65_535, False), ("ikev1-main-psk", 110, True)],
)
def test_half_a_choice_is_no_suite(tmp_path: Path, fixture: str, size: int, cut: bool) -> None:
    path = tmp_path / "snapped.pcapng"
    write([frame._replace(data=frame.data[:size]) for frame in raw_frames(case(fixture).capture)], path)
    analysis = analyzer.read_pcap(path)
    (row,) = analysis.tables["negotiations"].records()
    assert row["suite_partly_read"] is cut
    assert row["encryption"] is not None
    assert (row["ke_method"] is None) is cut
    if row["ike_version"] == 2:
        assert row["additional_ke_ids"] == (None if cut else ())
    (dossier,) = dossiers(analysis.tables, [1])
    assert ("could not be read" in headline(dossier)) is cut
    assert ("could not be read" in dict(facts(dossier))["Agreed"]) is cut
    whole = analyzer.read_pcap(case(fixture).capture).tables
    assert not [
        change for change in compare(snapshot(whole), snapshot(analysis.tables)) if change.kind == "suite-changed"
    ]


def test_where_no_choice_was_seen_none_is_half() -> None:
    talk = Talk()
    talk.say(init_request())
    (row,) = built(talk)["negotiations"].records()
    assert (row["suite_partly_read"], row["additional_ke_ids"]) == (None, None)


def test_the_first_diagnosis_is_the_negotiations() -> None:
    analysis = read("ikev2-unreachable")
    (row,) = rows(analysis, "negotiations")
    first = rows(analysis, "diagnoses")[0]
    assert row["diagnosis"] == first["diagnosis"] == "no-response"
    assert first["rank"] == 1


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


def test_of_an_sa_that_did_not_come_up_no_life_is_told() -> None:
    talk = Talk()
    talk.say(init_request())
    (row,) = built(talk)["negotiations"].records()
    assert (row["deleted_at"], row["deleted_by"], row["liveness_checks"], row["replaced_by"]) == (None,) * 4


@pytest.mark.parametrize(("back_s", "known"), [(0, True), (0.5, True), (2, False), (3600, False)])
def test_no_duration_over_a_clock_that_was_set_back(back_s: float, known: bool, tmp_path: Path) -> None:
    frames = raw_frames(case("ikev2-psk-gcm").capture)
    half = len(frames) // 2
    late = [f._replace(time_ns=f.time_ns - round(back_s * SECOND)) for f in frames[half:]]
    write([*frames[:half], *late], tmp_path / "set.pcapng")
    (row,) = analyzer.read_pcap(tmp_path / "set.pcapng").tables["negotiations"].records()
    assert (row["duration_s"] is not None) is known


@pytest.mark.parametrize(
    "fixture", ["ikev2-natt-data", "ikev2-mobike", "ikev2-nat-seen-twice", "libreswan-tcp-encap", "ikev1-natt-data"]
)
def test_community_ids_are_those_of_the_flows_of_its_messages(fixture: str) -> None:
    wanted = {"negotiations": ["negotiation", "community_id"], "messages": ["negotiation", "community_id"]}
    analysis = analyzer.Analysis(wanted=wanted)
    analysis.add(case(fixture).capture)
    flows: dict[int, dict[str, None]] = {}
    for number, flow in analysis.tables["messages"].rows():
        flows.setdefault(number, {})[flow] = None
    found = dict(analysis.tables["negotiations"].rows())
    assert found == {number: tuple(seen) for number, seen in flows.items()}
    assert max(map(len, found.values())) > 1 or fixture == "libreswan-tcp-encap"
