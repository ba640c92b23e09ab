"""Weak pseudorandom function offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Finding

ABOUT = judged.offered_page(
    "weak-prf-offered",
    title="Weak pseudorandom function offered",
    what="An SA payload offers a pseudorandom function that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.2",),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "prf")
