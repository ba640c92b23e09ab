from typing import Any
from unittest.mock import patch

from analyzer.report.compare import pairs as module
from analyzer.report.compare.pairs import Pair, pairs
from analyzer.report.html import render
from analyzer.tables.store import Tables
from tests.report.sample import BAD, ESC, PROVENANCE, put

UP: dict[str, Any] = {"outcome": "established"}
DOWN: dict[str, Any] = {"outcome": "failed", "failed_at": "IKE_AUTH"}


def tables(*rows: dict[str, Any]) -> Tables:
    """Negotiations 1, 2 and so on, of the same peers with IKEv2 if nothing else is said."""
    found = Tables()
    for number, cells in enumerate(rows, 1):
        base = {"negotiation": number, "initiator_ip": "192.0.2.1", "responder_ip": "192.0.2.9", "ike_version": 2}
        put(found, "negotiations", **base | cells)
    return found


def chosen(*rows: dict[str, Any]) -> dict[int, tuple[int, bool]]:
    found = pairs(tables(*rows), range(1, len(rows) + 1))
    return {wrong: (pair.worked, pair.same_peers) for wrong, pair in found.items()}


def test_the_last_that_worked_before_it_else_the_first_behind_it() -> None:
    assert chosen(UP, UP, DOWN, UP) == {3: (2, True)}
    assert chosen(DOWN, UP, UP) == {1: (2, True)}
    assert chosen(UP, UP) == {}
    assert chosen(DOWN, DOWN) == {}


def test_only_one_that_worked_is_a_measure() -> None:
    doubtful = UP | {"diagnosis": "authentication-failed"}
    child = UP | {"failed_at": "CREATE_CHILD_SA"}
    assert chosen(doubtful, child, DOWN) == {}
    assert chosen(UP, child) == {2: (1, True)}
    assert chosen(UP, {"outcome": "incomplete"}, {"outcome": "probe"}) == {}


def test_the_same_peers_whoever_begins_then_the_same_responder() -> None:
    turned = UP | {"initiator_ip": "192.0.2.9", "responder_ip": "192.0.2.1"}
    other = UP | {"initiator_ip": "192.0.2.7"}
    assert chosen(turned, other, DOWN) == {3: (1, True)}
    assert chosen(other, DOWN) == {2: (1, False)}
    assert chosen(UP | {"responder_ip": "192.0.2.8"}, DOWN) == {}


def test_the_same_version_where_there_is_one() -> None:
    assert chosen(UP, UP | {"ike_version": 1}, DOWN) == {3: (1, True)}
    assert chosen(UP | {"ike_version": 1}, DOWN) == {2: (1, True)}


def test_the_one_that_worked_is_a() -> None:
    (pair,) = pairs(tables(UP, DOWN), [2]).values()
    assert pair.compared is not None
    assert (pair.compared.a.negotiation, pair.compared.b.negotiation) == (1, 2)
    assert "Outcome" in {aspect.name for aspect in pair.compared.mattering}


def test_of_very_many_the_first_are_compared_and_the_others_named() -> None:
    with patch.object(module, "MOST_PAIRS", 2):
        found = pairs(tables(UP, DOWN, DOWN, DOWN), [4, 2, 3])
    assert [wrong for wrong, pair in found.items() if pair.compared] == [4, 2]
    assert found[3] == Pair(3, 1, True, None)


def test_the_page_has_it_with_frames_as_links_and_hostile_text_as_text() -> None:
    found = tables(UP | {"initiator_id": BAD, "ike_version": 2}, DOWN | {"initiator_id": ESC, "failure": BAD})
    page = "".join(render(found, PROVENANCE))
    assert page.count("What differs from the one that worked") == 1
    assert 'A is <a href="#n1">negotiation 1</a>, of the same peers' in page
    assert "2, this one" in page
    assert BAD not in page
    assert "\x1b" not in page
    with patch.object(module, "MOST_PAIRS", 0):
        page = "".join(render(found, PROVENANCE))
    assert "<code>isakmp-analyzer compare CAPTURE#1 CAPTURE#2</code>" in page
