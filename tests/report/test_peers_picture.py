"""Five hosts or five hundred fit into the picture, nothing is left out of its counts, and the worst is seen."""

import pytest

from analyzer.report.html import render
from analyzer.report.peers_picture import MOST_NODES, MOST_PAIRS, NARROW, Peers, peers, shortened
from analyzer.tables.store import Tables
from tests.report.sample import BAD, PROVENANCE, put
from tests.report.test_html import checked


def talks(*pairs: tuple[str, str, str], severity: str = "") -> Tables:
    tables = Tables()
    put(tables, "captures", capture="a.pcap")
    for number, (initiator, responder, outcome) in enumerate(pairs, 1):
        cells = {"initiator_ip": initiator, "responder_ip": responder, "outcome": outcome, "ike_version": 2}
        put(tables, "negotiations", negotiation=number, capture="a.pcap", **cells)
        if severity:
            put(tables, "findings", negotiation=number, finding="weak", severity=severity)
    return tables


def drawn(tables: Tables) -> Peers:
    found = peers(tables)
    assert found is not None
    return found


def test_one_pair_needs_no_picture() -> None:
    assert peers(talks(("a", "b", "failed"), ("a", "b", "established"))) is None
    assert peers(Tables()) is None


def test_pairs_the_worst_first() -> None:
    found = drawn(
        talks(("a", "g", "established"), ("a", "g", "established"), ("b", "g", "failed"), ("b", "g", "probe"))
    )
    assert [(p.initiator, p.total, p.outcomes_text, p.style) for p in found.pairs] == [
        ("b", 2, "1 failed and 1 probe", "failed"),
        ("a", 2, "2 established", "established"),
    ]
    assert found.summary == "2 initiators and 1 responder in 2 pairs"


@pytest.mark.parametrize(("severity", "style"), [("high", "high"), ("medium", "medium"), ("low", "established")])
def test_what_came_up_with_a_weak_choice_is_not_drawn_as_good(severity: str, style: str) -> None:
    found = drawn(talks(("a", "g", "established"), ("b", "g", "established"), severity=severity))
    assert {edge.style for picture in found.pictures for edge in picture.edges} == {style}


def test_five_hundred_hosts_share_places_and_all_are_counted() -> None:
    many = [(f"10.0.{n // 200}.{n % 200}", f"192.0.2.{n % 30}", "established") for n in range(500)]
    found = drawn(talks(*many, ("10.9.9.9", "192.0.2.99", "failed")))
    assert (found.total, len(found.pairs)) == (501, MOST_PAIRS)
    for picture in found.pictures:
        for side in (picture.left, picture.right):
            assert len(side) == MOST_NODES
            assert sum(int(node.sas.split()[0].replace(",", "")) for node in side) == 501
            assert all(0 < node.y < picture.height for node in side)
            assert [node.others for node in side] == [False] * (MOST_NODES - 1) + [True]
        assert len(picture.edges) <= MOST_NODES**2
        assert "10.9.9.9" in picture.left[0].name, "the failed one has a place of its own"
        assert picture.edges[-1].style == "failed", "and its line lies above the others"
        heights = [node.y for node in (*picture.left, *picture.right)]
        ends = {end for edge in picture.edges for end in (edge.y1, edge.y2)}
        assert all(min(abs(end - y) for y in heights) <= 4 for end in ends)
        assert {len(node.label) <= picture.layout.signs for node in (*picture.left, *picture.right)} == {True}


def test_of_hosts_that_share_a_place_those_with_trouble_have_a_line_of_their_own() -> None:
    many = [(f"10.0.0.{n}", "192.0.2.1", "established" if n % 3 else "failed") for n in range(60)]
    wide, narrow = drawn(talks(*many)).pictures
    others = [edge for edge in wide.edges if abs(edge.y1 - wide.left[-1].y) <= 4]
    assert [(edge.style, edge.name) for edge in others] == [
        ("established", "40 pairs: 40 established"),
        ("failed", "9 pairs: 9 failed"),
    ]
    assert len({edge.y1 for edge in others}) == 2
    assert wide.left[-1].sas == "49 IKE SAs, 9 unsuccessful"
    assert narrow.left[-1].sas == "49 IKE SAs"


def test_long_addresses_lose_their_middle_only_where_there_is_no_room() -> None:
    long = "2001:db8:1111:2222:3333:4444:5555:6666"
    assert shortened(long, 39) == long
    assert shortened(long, NARROW.signs) == "2001:db…55:6666"


def test_the_page_has_it_and_hostile_text_stays_text() -> None:
    page = "".join(render(talks((BAD, "b", "failed"), ("c", "b", "established")), PROVENANCE))
    checked(page)
    assert page.count('<svg class="peers ') == 2
    assert BAD not in page
