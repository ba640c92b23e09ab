import json

from analyzer.report.compare import chosen as module
from analyzer.report.compare.chosen import chosen
from analyzer.report.compare.compared import compare
from tests.report.compare.sides import CUT, initiated, tables_of
from tests.report.sample import INIT, put, sample


def test_the_answers_of_each_by_the_names_of_all_questions() -> None:
    tables = tables_of("ikev2-many-sas")
    found = chosen(tables, [1, 2, 3])
    assert found is not None
    assert [side["number"] for side in found["answers"]] == [1, 2, 3]
    assert found["aspects"][0] == ["Outcome", "Outcome", True]
    first = {found["aspects"][at][1]: cells for at, *cells in found["answers"][0]["rows"]}
    alone = compare(tables, 1, tables, 1)
    for aspect in (*alone.equal, *alone.unknown):
        assert first[aspect.name][1] == aspect.a.shown, aspect
    assert first["Longest pause between messages"][3] > 20
    assert len(first["IKE_SA_INIT request"]) == 2


def test_no_choice_of_one() -> None:
    assert chosen(tables_of("ikev2-psk-gcm"), [1]) is None


def test_it_is_bounded_and_can_be_written_whatever_it_holds() -> None:
    tables = sample()
    numbers = tables["negotiations"].column("negotiation")
    found = chosen(tables, numbers)
    assert found is not None
    json.dumps(found)
    many = chosen(tables, numbers * 100)
    assert many is not None
    assert len(many["answers"]) <= module.MOST_CHOSEN


def test_the_page_knows_what_the_capture_cut() -> None:
    tables, peer = initiated()
    peer.send(1, 0, "i", INIT, (33,), defects=CUT)
    put(tables, "negotiations", negotiation=2, ike_version=2, mode="ikev2", first_frame=2, outcome="incomplete")
    found = chosen(tables, [1, 2])
    assert found is not None
    mine, _ = ({found["aspects"][at][1]: cells for at, *cells in side["rows"]} for side in found["answers"])
    for name in ("IKE SA, offer", "IKE_SA_INIT request: payloads", "IKE fragmentation"):
        assert mine[name][:2] == [2, "cut in this capture (frame 1)"]
