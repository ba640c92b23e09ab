"""Authentication with RSA encryption accepted."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms
from analyzer.assessment.verdicts import rsa_encryption

ABOUT = Explanation(
    id="rsa-encrypted-nonces-chosen",
    kind="check",
    title="Authentication with RSA encryption accepted",
    severity="high",
    what="IKEv1 authentication by RSA encrypted nonces was accepted.",
    why=(
        "Responders that decrypt them have served as Bleichenbacher oracles (CVE-2018-0131 and its "
        "siblings), which breaks other methods with the same key too."
    ),
    wire="Authentication Method 4 or 5 (65007 to 65010 with XAUTH) in a transform of the responder's answer.",
    lookalikes=(
        "RSA signatures (method 3) and the hybrid methods: they sign and decrypt nothing. Numbers from 65001 on are "
        "private: 65007 to 65010 are read as those of XAUTH."
    ),
    advice="Remove the method from both configurations; use signatures.",
    references=("CVE-2018-0131", "RFC 2409 5.2, 5.3"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each method."""
    for algorithm, frames in judged.marked(terms.chosen, rsa_encryption).items():
        yield terms.finding(ABOUT, algorithm.name, frames, "The responder chose it.")
