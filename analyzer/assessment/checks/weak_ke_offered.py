"""Weak key exchange offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Finding

ABOUT = judged.offered_page(
    "weak-ke-offered",
    title="Weak key exchange offered",
    what="An SA payload offers a key exchange method that the policy objects to.",
    advice="Take the group out of the proposal list.",
    references=("RFC 8247 2.4",),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "ke")
