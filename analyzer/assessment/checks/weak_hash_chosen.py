"""Weak IKEv1 hash in use."""

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="weak-hash-chosen",
    kind="check",
    title="Weak IKEv1 hash in use",
    what="The responder chose a phase 1 hash algorithm that the policy objects to.",
    why="IKEv1 uses its hash for keys, for integrity and for the proof of identity alike.",
    wire="The Hash Algorithm attribute of the chosen phase 1 transform.",
    lookalikes=(
        "As HMAC neither MD5 nor SHA-1 has a practical attack that is known; policies ask to leave them because the "
        "hashes themselves are broken."
    ),
    advice="Move to IKEv2; until then use a hash that the policy allows (explain POLICY lists them).",
    references=("RFC 2409 appendix A", "RFC 9395 3"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.chosen(terms, ABOUT, "hash")
