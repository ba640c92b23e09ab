"""Weak integrity protection offered."""

from analyzer.assessment import judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-integrity-offered",
    title="Weak integrity protection offered",
    what="An SA payload offers an integrity algorithm that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.3", "RFC 8221 6"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(terms, ABOUT, "integ")
