"""Weak IKEv1 hash offered."""

from analyzer.assessment import judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-hash-offered",
    title="Weak IKEv1 hash offered",
    what="A phase 1 transform offers a hash algorithm that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 2409 appendix A", "RFC 9395 3"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(terms, ABOUT, "hash")
