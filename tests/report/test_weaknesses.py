"""A weakness that several policies name counts once, by the one that holds most against it."""

from analyzer.report.weaknesses import Also, heaviest, others
from analyzer.tables.store import Tables
from tests.report.sample import put

COMMON = {"capture": "a", "negotiation": 1, "finding": "weak-ke-chosen", "subject": "x"}


def test_the_heaviest_counts_and_the_others_stand_beside_it() -> None:
    tables = Tables()
    put(tables, "findings", **COMMON, policy="bsi", severity="low", clause="B")
    put(tables, "findings", **COMMON, policy="ietf", severity="high", clause="I")
    put(tables, "findings", **COMMON | {"negotiation": 2}, policy="bsi", severity="low", clause="B")
    put(tables, "findings", **COMMON | {"finding": "no-pfs"}, policy=None, severity="low", clause=None)
    found = heaviest(tables["findings"])
    assert found.column("policy") == ["ietf", "bsi", None]
    key = "a", 1, "weak-ke-chosen", "x"
    assert others(tables["findings"], found) == {key: (Also("bsi", "low", "B"),)}


def test_of_policies_that_weigh_alike_the_first_counts_with_all_its_rows() -> None:
    tables = Tables()
    for policy in ("ietf", "bsi", "ietf"):
        put(tables, "findings", **COMMON, policy=policy, severity="low", clause=policy)
    assert heaviest(tables["findings"]).column("policy") == ["ietf", "ietf"]


def test_by_one_policy_all_of_them_count() -> None:
    tables = Tables()
    put(tables, "findings", **COMMON, policy="ietf", severity="low", clause="")
    put(tables, "findings", **COMMON, policy=None, severity="low", clause="")
    assert heaviest(tables["findings"]) is tables["findings"]
    assert others(tables["findings"], tables["findings"]) == {}
