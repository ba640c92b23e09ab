"""Checks, by their ids."""

from typing import Final

from analyzer.assessment import catalogue
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, page_of


def _words() -> dict[str, str]:
    return {one.about.id: one.about.title for one in catalogue.all_checks()}


def _pages(word: str) -> list[Page]:
    return [page_of(one.about) for one in catalogue.all_checks() if one.about.id == word]


KIND: Final = Kind(
    1,
    "checks",
    "check",
    "what findings are about: id, severity, why it matters, what to do",
    "weak-ke-offered",
    _words,
    _pages,
)
