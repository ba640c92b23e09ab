"""Cipher with 64-bit blocks in use."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import SWEET32, small_block
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="weak-block-size-chosen",
    kind="check",
    title="Cipher with 64-bit blocks in use",
    severity="medium",
    what="3DES or another cipher with 64-bit blocks was chosen.",
    why=(
        "After some gigabytes under one key equal blocks appear and give plaintext away (Sweet32, "
        "CVE-2016-2183). RFC 8247 still says MAY for 3DES in an IKE SA, which carries little data; in ESP "
        "it is SHOULD NOT."
    ),
    wire="The encryption transform of the responder's answer.",
    lookalikes="DES has 64-bit blocks too; its key is the greater weakness: see weak-encryption-chosen.",
    advice="Use a cipher with 128-bit blocks that the policy allows; until then rekey ESP by volume, well below 4 GB.",
    references=("CVE-2016-2183", "RFC 8247 2.1", "RFC 8221 5"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each cipher; ESP carries the gigabytes that it takes."""
    for algorithm, frames in judged.marked(terms.chosen, small_block).items():
        severity: Severity = "high" if algorithm.scope == "esp" else "medium"
        found = terms.finding(ABOUT, algorithm.subject, frames, SWEET32, severity=severity)
        yield judged.with_basis(terms, algorithm, found)
