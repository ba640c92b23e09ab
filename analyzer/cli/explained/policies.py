"""Policies, by their names."""

from typing import Final

from analyzer.assessment import catalogue, policies
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, page_of


def _pages(word: str) -> list[Page]:
    found = catalogue.explain(word) if word in policies.names() else None
    return [page_of(found)] if found is not None else []


KIND: Final = Kind(
    3, "policies", "policy", "what captures can be judged by, statement by statement", "bsi", policies.titles, _pages
)
