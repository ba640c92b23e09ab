"""Weak pseudorandom function in use."""

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="weak-prf-chosen",
    kind="check",
    title="Weak pseudorandom function in use",
    what="The responder chose a pseudorandom function that the policy objects to.",
    why="All keys and the proof of identity are derived with it.",
    wire="The PRF transform of the responder's answer (IKEv2).",
    lookalikes=(
        "As HMAC neither MD5 nor SHA-1 has a practical attack that is known. IKEv1 seldom names a function: it uses "
        "its hash (check weak-hash-chosen)."
    ),
    advice="Use a pseudorandom function that the policy allows (explain POLICY lists them).",
    references=("RFC 8247 2.2",),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.chosen(terms, ABOUT, "prf")
