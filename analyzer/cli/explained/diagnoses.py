"""Diagnoses, by their ids."""

from typing import Final

from analyzer.assessment import catalogue
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, page_of, ranking_lines


def _words() -> dict[str, str]:
    return {one.about.id: one.about.title for one in catalogue.all_causes()}


def _pages(word: str) -> list[Page]:
    return [page_of(one.about) for one in catalogue.all_causes() if one.about.id == word]


KIND: Final = Kind(
    2,
    "diagnoses",
    "diagnosis",
    "causes of failures, in the order in which they rank",
    "psk-mismatch",
    _words,
    _pages,
    ranking_lines,
)
