import csv
from importlib.resources import files

import pytest

from analyzer.assessment.policies import Rule, tables
from analyzer.assessment.policies.policy import numbers
from analyzer.vocabulary import SEVERITIES


def data(name: str) -> list[dict[str, str]]:
    with (files("analyzer.assessment.policies") / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "name", ["rules", "documents", "policies", "words", "kinds", "equivalents", "raised", "parameters", "left_out"]
)
def test_data_files_have_full_rows(name: str) -> None:
    rows = data(name)
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


def test_every_verdict_word_has_a_severity_row_and_none_is_unused() -> None:
    used = {r["verdict"] for r in data("rules")}
    known = {r["word"] for r in data("words")}
    assert used <= known
    assert known == used
    assert {r["use"] for r in data("words")} | {r["breach"] for r in data("words")} <= {*SEVERITIES, ""}


def test_every_document_is_described_and_used() -> None:
    documents = {r["document"] for r in data("documents")}
    assert {r["document"] for r in data("rules")} == documents
    assert {d for r in data("policies") for d in r["documents"].split()} == documents


def test_rules_speak_in_known_terms() -> None:
    for rule in tables.rules():
        assert rule.evidence in ("read", "second-hand", "believed")
        assert rule.clause
        named = (rule.kind, rule.item) in tables.things() or rule.kind == "suite"
        assert named or rule.item == "*" or numbers(rule.item), rule


def _thing(rule: Rule) -> tables.Thing:
    things = tables.things()
    items = (rule.item, "number", "*" if rule.kind == "suite" else rule.item)
    return next(things[rule.kind, item] for item in items if (rule.kind, item) in things)


def test_every_statement_with_a_weight_is_looked_for() -> None:
    """What nothing asks about weighs nothing: a statement that could object and is never heard is a defect."""
    for rule in tables.rules():
        if rule.kind == "sighash" and rule.item != "1":
            continue  # what must be supported: no list of what a peer accepts shows that it is not
        thing = _thing(rule)
        word = tables.words()[rule.verdict]
        weighs = {name for name in ("use", "breach") if getattr(word, name)}
        assert not weighs or weighs & {*thing.judged}, rule
        assert {*rule.scope.split()} <= {*thing.scopes}, rule


def test_what_is_not_judged_has_a_reason_and_a_document_that_is_known_or_named() -> None:
    for one in tables.left_out():
        assert one.reason, one
        assert not one.reason.endswith("."), one
        assert one.document in tables.documents() or one.document in ("rfc4307", "rfc4308", "cis")
    judged = {(rule.document, rule.kind, rule.item) for rule in tables.rules()}
    assert not judged & {(one.document, one.kind, one.item) for one in tables.left_out()}


def test_words_and_kinds_are_read_as_they_stand() -> None:
    assert tables.words()["CAT II"] == tables.Word("medium", "medium", "", "")
    assert tables.things()["lifetime", "ike"].limit == "seconds"
    assert tables.policies()["ietf"].documents[0] == "rfc8247"
    assert tables.raised()["ke", 1][0] == "critical"
    assert tables.equivalents()["ikev1-encryption", 7] == ("encr", 12)
