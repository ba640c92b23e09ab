"""A part of what was read: the same rows, fewer of them, and what is said of the rest."""

from pathlib import Path

import pytest

import analyzer
from analyzer.analysis import Analysis
from analyzer.report.dossier import dossiers
from analyzer.report.story import negotiation_story
from analyzer.report.verdict import verdict_of
from analyzer.tables.filter.fields import linked
from analyzer.tables.filter.part import part_of, with_deciding
from analyzer.tables.filter.where import Filter
from analyzer.tables.schema import SCHEMA
from tests import floods
from tests.fixtures.cases import case, cases
from tests.tables.made import read, rows

SEVERAL = ("ikev1-weak-des-md5-modp768", "ikev2-clients-displaced", "ikev1-unreachable-then-up", "ikev2-mobike")


@pytest.mark.parametrize("name", SEVERAL)
def test_of_each_table_the_rows_of_the_negotiations_that_match(name: str) -> None:
    analysis = read(name)
    for number in analysis.tables["negotiations"].column("negotiation"):
        part = analysis.where(f"negotiation == {number}")
        for table in SCHEMA:
            if linked(table) == ("negotiation",):
                expected = [row for row in rows(analysis, table) if row["negotiation"] == number]
                assert rows(part, table) == expected
        frames = {row["frame_number"] for row in rows(part, "messages")}
        assert {row["frame_number"] for row in rows(part, "payloads")} <= frames
        assert rows(part, "defects") == rows(analysis, "defects")


@pytest.mark.parametrize("name", SEVERAL)
def test_a_story_is_the_same_whatever_is_left_out(name: str) -> None:
    analysis = read(name)
    for number in analysis.tables["negotiations"].column("negotiation"):
        part = analysis.where(f"negotiation == {number}")
        (whole,), (alone,) = dossiers(analysis.tables, [number]), dossiers(part.tables, [number])
        assert list(negotiation_story(alone)) == list(negotiation_story(whole))


def test_everything_that_belongs_to_a_negotiation_stays_where_all_match() -> None:
    for one in cases()[:40]:
        analysis = analyzer.read_pcap(one.capture)
        part = analysis.where("negotiation > 0")
        for table in SCHEMA:
            if table not in ("captures", "messages", "payloads", "findings", "icmp_errors", "esp_streams", "flows"):
                assert rows(part, table) == rows(analysis, table), (one.name, table)
        if all(row["negotiation"] for row in rows(analysis, "messages")):
            assert [row["flow"] for row in rows(part, "flows") if row["messages"]] == [
                row["flow"] for row in rows(analysis, "flows") if row["messages"]
            ]


def test_the_capture_says_what_was_left_out() -> None:
    analysis = read("ikev1-weak-des-md5-modp768")
    of_capture = [row for row in rows(analysis, "findings") if row["negotiation"] is None]
    (row,) = rows(analysis.where("ike_version == 2"), "captures")
    total = len(analysis.tables["negotiations"])
    assert (row["filter"], row["negotiations_left_out"]) == ("ike_version == 2", total)
    assert (row["findings_left_out"], row["floods_left_out"]) == (len(of_capture), 0)
    (row,) = rows(analysis, "captures")
    assert (row["filter"], row["negotiations_left_out"], row["findings_left_out"]) == (None, None, None)


def test_floods_stay_with_the_negotiations_they_are_made_of(tmp_path: Path) -> None:
    path = tmp_path / "flood.pcap"
    path.write_bytes(floods.pcap(floods.reflections(300).packets))
    analysis = analyzer.read_pcap(path)
    of_flood = analysis.where("negotiation == 7").tables
    assert len(of_flood["floods"]) == 1
    assert "What matches is part of 300 unsolicited answers to 192.0.2.10" in verdict_of(of_flood).sentence
    part = analysis.where("negotiation == 700")
    assert len(part.tables["floods"]) == 0
    assert rows(part, "captures")[0]["floods_left_out"] == 1


def test_flows_and_responders_of_other_negotiations_are_left_out() -> None:
    analysis = Analysis()
    analysis.add(case("ikev2-mobike").capture)
    analysis.add(case("ikev1-weak-des-md5-modp768").capture)
    of = {name: set(analysis.tables[name].column("capture")) for name in ("flows", "responders")}
    assert all(len(captures) == 2 for captures in of.values())
    part = analysis.where("ike_version == 2")
    for name in of:
        assert set(part.tables[name].column("capture")) == {str(case("ikev2-mobike").capture)}
        kept = [row for row in rows(analysis, name) if row["capture"] == str(case("ikev2-mobike").capture)]
        assert rows(part, name) == kept


def test_who_did_not_answer_stays_with_the_negotiations_that_asked() -> None:
    analysis = Analysis()
    analysis.add(case("ikev2-icmp-prohibited").capture)
    analysis.add(case("ikev2-mobike").capture)
    silent = [row for row in rows(analysis, "responders") if row["state"] != "answered"]
    assert [row["state"] for row in silent] == ["filtered"]
    assert rows(analysis.where("outcome != established"), "responders") == silent


@pytest.mark.parametrize("text", ["outcome == established", "severity >= low or payloads.payload == SA", "psk"])
def test_the_columns_that_decide_are_enough(text: str) -> None:
    found, wanted = Filter.parse(text), dict.fromkeys(("flows", "floods", "responders", "findings"), ("capture",))
    part = Analysis(wanted=with_deciding(wanted, found))
    part.add(case("ikev1-weak-des-md5-modp768").capture)
    whole = read("ikev1-weak-des-md5-modp768").tables
    for name in wanted:
        alone, all_columns = part_of(part.tables, found)[name], part_of(whole, found)[name]
        assert alone.column("capture") == all_columns.column("capture")
    assert with_deciding(None, found) is None
