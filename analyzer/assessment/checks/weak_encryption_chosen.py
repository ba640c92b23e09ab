"""Weak encryption in use."""

from analyzer.assessment import bare, judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="weak-encryption-chosen",
    kind="check",
    title="Weak encryption in use",
    what=(
        "The responder chose an encryption algorithm that the policy objects to, for the IKE SA or for a "
        "child SA that could be read."
    ),
    why="The confidentiality of everything that follows rests on this one algorithm.",
    wire="The SA payload of the responder's answer; for child SAs only inside decrypted messages.",
    lookalikes="In IKEv1 a missing Key Length attribute leaves the key size open.",
    advice="Offer only ciphers that the policy allows (explain POLICY lists them), and take the rest out.",
    references=("RFC 8247 2.1", "RFC 8221 5", "RFC 9395 5"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    gmac = judged.marked(terms.chosen, bare.gmac_in_ike)
    plain = [terms.finding(ABOUT, a.subject, f, bare.NO_CIPHER, severity="high") for a, f in gmac.items()]
    return [judged.with_basis(terms, next(iter(gmac)), found) for found in plain] + judged.chosen(terms, ABOUT, "encr")
