"""Cipher with 64-bit blocks offered."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import SWEET32, small_block

ABOUT = Explanation(
    id="weak-block-size-offered",
    kind="check",
    title="Cipher with 64-bit blocks offered",
    severity="low",
    what="3DES or another cipher with 64-bit blocks was offered.",
    why=(
        "After some gigabytes under one key equal blocks appear and give plaintext away (Sweet32, "
        "CVE-2016-2183). RFC 8247 still says MAY for 3DES in an IKE SA, which carries little data; in ESP "
        "it is SHOULD NOT."
    ),
    wire="The encryption transform of the initiator's SA payload.",
    lookalikes="DES has 64-bit blocks too; its key is the greater weakness: see weak-encryption-offered.",
    advice="Use a cipher with 128-bit blocks that the policy allows; until then rekey ESP by volume, well below 4 GB.",
    references=("CVE-2016-2183", "RFC 8247 2.1", "RFC 8221 5"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each cipher."""
    for algorithm, frames in judged.marked(terms.offered, small_block).items():
        yield terms.finding(ABOUT, algorithm.subject, frames, SWEET32)
