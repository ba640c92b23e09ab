"""Weak integrity protection in use."""

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="weak-integrity-chosen",
    kind="check",
    title="Weak integrity protection in use",
    what="The responder chose an integrity algorithm that the policy objects to.",
    why="Whoever can forge the integrity check can change what is protected by it.",
    wire=(
        "The INTEG transform of the responder's answer (IKEv1: the Authentication Algorithm of phase 2, "
        "visible only with keys)."
    ),
    lookalikes="HMAC-SHA1 has no known practical attack; policies ask to leave it because SHA-1 itself is broken.",
    advice="Use an integrity algorithm that the policy allows, or an AEAD cipher that it allows.",
    references=("RFC 8247 2.3", "RFC 8221 6"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.chosen(terms, ABOUT, "integ")
