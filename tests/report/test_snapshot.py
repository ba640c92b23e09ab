from itertools import permutations
from typing import Any

from analyzer.report.snapshot import COMPARED, snapshot
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.fixtures.cases import analysed
from tests.report.sample import put, sample


def responder(tables: Tables, **cells: Any) -> None:
    put(tables, "responders", **{"ip": "10.0.0.1", "port": 500, "transport": "udp"} | cells)


def test_rows_of_one_place_are_one_responder_whatever_their_order() -> None:
    rows: list[dict[str, Any]] = [
        {"versions": (1,), "modes": ("main",), "implementation": "consistent with X (by vendor ID)"},
        {"versions": (2, 1), "answered_peers": ("10.0.0.8",), "implementation": "consistent with X (by order)"},
        {"answered_peers": ("10.0.0.9", None), "modes": None},  # as a report from elsewhere may have it
    ]
    found = []
    for order in permutations(rows):
        tables = Tables()
        for row in order:
            responder(tables, **row)
        found.append(snapshot(tables))
    assert all(one == found[0] for one in found)
    (seen,) = found[0].responders.values()
    assert (seen.versions, seen.modes, seen.peers) == ({1, 2}, {"main"}, {"10.0.0.8", "10.0.0.9"})
    assert seen.implementations == {"consistent with X": "consistent with X (by order)"}


def test_another_port_or_transport_is_another_responder() -> None:
    tables = Tables()
    responder(tables)
    responder(tables, port=4500)
    responder(tables, transport="tcp")
    assert len(snapshot(tables).responders) == 3


def test_a_scanner_is_who_does_nothing_else() -> None:
    tables = Tables()
    for peer, outcomes in (("10.0.0.8", ("probe", "failed")), ("10.0.0.9", ("probe", "probe")), ("10.0.0.7", ())):
        for outcome in outcomes:
            put(tables, "negotiations", initiator_ip=peer, responder_ip="10.0.0.1", outcome=outcome)
    found = snapshot(tables)
    assert [found.is_scanner("10.0.0.1", f"10.0.0.{peer}") for peer in (7, 8, 9)] == [False, False, True]
    assert not found.is_scanner("10.0.0.2", "10.0.0.9")


def test_the_columns_named_are_all_that_is_compared() -> None:
    for tables in (sample(), analysed("ikev1-main-cert", keyed=True)):
        kept = Tables(COMPARED)
        for name in COMPARED:
            kept[name].extend(tables[name].rows())
        assert snapshot(kept) == snapshot(tables)
        assert [name for name, _ in kept.made()] == [name for name in SCHEMA if name in COMPARED]
