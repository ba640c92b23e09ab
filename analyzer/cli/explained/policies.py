"""Policies, by their names."""

from typing import Final

from analyzer.assessment import catalogue, policies
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, page_of


def _pages(word: str) -> list[Page]:
    known = word in policies.names() or policies.is_path(word)
    return [page_of(catalogue.policy_page(policies.load(word)))] if known else []


KIND: Final = Kind(
    3, "policies", "policy", "what captures can be judged by, statement by statement", "bsi", policies.titles, _pages
)
