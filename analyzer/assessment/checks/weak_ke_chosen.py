"""Weak key exchange in use."""

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="weak-ke-chosen",
    kind="check",
    title="Weak key exchange in use",
    what="The responder chose a key exchange method (Diffie-Hellman group) that the policy objects to.",
    why="Who breaks the key exchange reads all traffic of the SA, also later from a recording.",
    wire=(
        "The KE transform of the responder's answer (IKEv1: the Group Description attribute); in child "
        "SAs the PFS group."
    ),
    lookalikes=(
        "A KE payload of the group is no choice: INVALID_KE_PAYLOAD may ask for another. As an additional key exchange "
        "(RFC 9370) it does not weaken the first."
    ),
    advice="Offer only groups that the policy allows (explain POLICY lists them), and take the rest out on both sides.",
    references=("RFC 8247 2.4", "RFC 6989"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    return judged.chosen(terms, ABOUT, "ke")
