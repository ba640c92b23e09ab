"""Weak encryption offered."""

from analyzer.assessment import bare, judged
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import Terms

ABOUT = judged.offered_page(
    "weak-encryption-offered",
    title="Weak encryption offered",
    what="An SA payload offers an encryption algorithm that the policy objects to.",
    advice="Take the algorithm out of the proposal list.",
    references=("RFC 8247 2.1", "RFC 8221 5", "RFC 9395 5"),
)


def find_terms(terms: Terms) -> list[Finding]:
    """One finding for each algorithm."""
    gmac = judged.marked(terms.offered, bare.gmac_in_ike)
    plain = [terms.finding(ABOUT, a.subject, f, bare.NO_CIPHER, severity="medium") for a, f in gmac.items()]
    return plain + judged.offered(terms, ABOUT, "encr")
