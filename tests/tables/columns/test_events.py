"""Rows of the life of SAs."""

from tests.tables.made import read, rows


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
