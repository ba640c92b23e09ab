"""Weak IKEv1 hash offered."""

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Finding

ABOUT = judged.offered_page(
    "weak-hash-offered",
    title="Weak IKEv1 hash offered",
    what="A phase 1 transform offers a hash algorithm that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 2409 appendix A", "RFC 9395 3"),
)


def find(case: Case) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.offered(case, ABOUT, "hash")
