"""What hosts drew at random: read for findings, and gone where nobody asked for its rows."""

from analyzer import Analysis
from analyzer.tables.kinds import Need
from analyzer.tables.store import Tables
from analyzer.tables.values import COLUMNS, values_of, with_values
from tests.fixtures.cases import case

CAPTURE = case("ikev2-cookie").capture


def test_only_findings_need_them() -> None:
    assert with_values({}, {"findings"}, Need.FINDINGS) == COLUMNS
    assert set(with_values({}, {"findings", "nonces"}, Need.FINDINGS)) == {"ke_values"}
    kept = with_values({"nonces": ("length", "side")}, {"findings", "nonces"}, Need.FINDINGS)
    assert kept["nonces"] == ("length", "side", "frame_number", "negotiation", "sha256", "fault")
    assert with_values({"messages": ("time",)}, {"messages"}, Need.PLACING) == {"messages": ("time",)}


def test_a_value_counts_once_in_a_negotiation() -> None:
    analysis = Analysis()
    analysis.add(CAPTURE)
    found = values_of(analysis.tables, {})
    assert len(analysis.tables["nonces"]) > len(found.nonces)  # the request that brings the cookie repeats it
    assert len({(v.negotiation, v.from_initiator, v.digest) for v in found.nonces}) == len(found.nonces)
    assert {v.method for v in found.nonces} == {None}
    assert min(v.length for v in found.nonces) >= 16
    assert None not in {v.method for v in found.public}
    later = values_of(analysis.tables, analysis.tables.lengths())
    assert (later.public, later.nonces) == ((), ())


def test_rows_that_nobody_asked_for_are_gone() -> None:
    analysis = Analysis(wanted={"findings": None, "negotiations": ("outcome",)})
    for _ in range(2):
        analysis.add(CAPTURE)
        assert [len(analysis.tables[name]) for name in COLUMNS] == [0, 0]
    kept = Analysis(wanted={"findings": None, "nonces": ("sha256",)})
    kept.add(CAPTURE)
    assert len(kept.tables["nonces"]) > 0


def test_which_tables_are_asked_for_does_not_change_what_is_found() -> None:
    found = []
    for wanted in (None, {"findings": None}, {"findings": None, "ke_values": None, "nonces": ("sha256",)}):
        analysis = Analysis(wanted=wanted)
        analysis.add(CAPTURE)
        found.append(list(analysis.tables["findings"].rows()))
    assert found[0] == found[1] == found[2]


def test_needs_of_tables() -> None:
    assert Need.FINDINGS in Tables().needs(["findings", "messages"])
    assert Need.FINDINGS not in Tables().needs(["messages"])
