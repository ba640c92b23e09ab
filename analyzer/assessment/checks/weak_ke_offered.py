"""Weak key exchange offered."""

from analyzer.assessment import judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-ke-offered",
    title="Weak key exchange offered",
    what="An SA payload offers a key exchange method that the policy objects to.",
    advice="Take the group out of the proposal list.",
    references=("RFC 8247 2.4",),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(terms, ABOUT, "ke")
