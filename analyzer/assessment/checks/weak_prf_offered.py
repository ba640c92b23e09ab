"""Weak pseudorandom function offered."""

from analyzer.assessment import judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-prf-offered",
    title="Weak pseudorandom function offered",
    what="An SA payload offers a pseudorandom function that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.2",),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(terms, ABOUT, "prf")
