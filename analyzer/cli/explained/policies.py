"""Policies, by their names."""

from typing import Final

from analyzer.assessment import policies
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, policy_of


def _pages(word: str) -> list[Page]:
    known = word.partition(":")[0] in policies.names() or policies.path_of(word)
    return [policy_of(policies.load(word))] if known else []


KIND: Final = Kind(
    3, "policies", "policy", "what captures can be judged by, statement by statement", "bsi", policies.titles, _pages
)
