"""Weak integrity protection offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Finding

ABOUT = judged.offered_page(
    "weak-integrity-offered",
    title="Weak integrity protection offered",
    what="An SA payload offers an integrity algorithm that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.3", "RFC 8221 6"),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "integ")
