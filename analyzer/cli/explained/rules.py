"""Rules: attacks and weaknesses by their usual names."""

from typing import Final

from analyzer.assessment.rules import Rule, rules
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, Section


def _words() -> dict[str, str]:
    return {one.rule: one.title for one in rules()}


def _pages(word: str) -> list[Page]:
    return [_page(one) for one in rules() if one.rule.lower() == word]


def _page(one: Rule) -> Page:
    what = ", ".join(one.ids) or "Nothing."
    sections = (Section("What stands for it", what), *([Section("Note", f"{one.note}.")] if one.note else ()))
    return Page(one.rule, "rule", one.title, sections)


KIND: Final = Kind(
    12,
    "rules",
    "rule",
    "attacks and weaknesses by their usual names: which checks, diagnoses and defects stand for them",
    "KE-REUSE",
    _words,
    _pages,
    columns=lambda: [Rule._fields, *((one.rule, one.title, " ".join(one.ids), one.note) for one in rules())],
)
