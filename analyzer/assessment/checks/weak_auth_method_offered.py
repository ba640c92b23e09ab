"""Discouraged authentication method offered."""

from analyzer.assessment import judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-auth-method-offered",
    title="Discouraged authentication method offered",
    what="An IKEv1 transform offers an authentication method that the policy objects to.",
    advice="Take the method out of the proposal list.",
    references=("RFC 8247 3.1",),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(terms, ABOUT, "auth")
