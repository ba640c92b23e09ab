"""Authentication with RSA encryption offered."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import rsa_encryption

ABOUT = Explanation(
    id="rsa-encrypted-nonces-offered",
    kind="check",
    title="Authentication with RSA encryption offered",
    severity="medium",
    what="IKEv1 authentication by RSA encrypted nonces was offered.",
    why=(
        "Responders that decrypt them have served as Bleichenbacher oracles (CVE-2018-0131 and its "
        "siblings), which breaks other methods with the same key too."
    ),
    wire="Authentication Method 4 or 5 (65007 to 65010 with XAUTH) in a transform of the initiator.",
    lookalikes="An offer alone does not show that the responder would accept it.",
    advice="Remove the method from both configurations; use signatures.",
    references=("CVE-2018-0131", "RFC 2409 5.2, 5.3"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each method."""
    for algorithm, frames in judged.marked(terms.offered, rsa_encryption).items():
        yield terms.finding(ABOUT, algorithm.name, frames, "The initiator offers it.")
