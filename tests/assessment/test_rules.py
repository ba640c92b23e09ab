"""The registry of rules: each has what stands for it, or the reason why nothing does."""

from analyzer import defects
from analyzer.assessment import catalogue
from analyzer.assessment.rules import rules
from analyzer.tables.schema import SCHEMA


def test_what_stands_for_a_rule_exists() -> None:
    known = {one.about.id for one in (*catalogue.all_checks(), *catalogue.all_causes())} | set(defects.kinds())
    for rule in rules():
        for name in rule.ids:
            table, dot, column = name.partition(".")
            if dot:
                assert column.partition("=")[0] in SCHEMA[table].names, rule.rule
            elif name.endswith("*"):
                assert any(kind.startswith(name[:-1]) for kind in known), rule.rule
            else:
                assert name in known, (rule.rule, name)


def test_a_rule_without_any_says_why() -> None:
    assert [rule.rule for rule in rules() if not rule.ids and not rule.note] == []


def test_each_is_there_once() -> None:
    names = [rule.rule for rule in rules()]
    assert len(set(names)) == len(names) == 91
    assert all(rule.title for rule in rules())
