"""ESP encrypts without integrity protection."""

from collections.abc import Iterator

from analyzer.assessment import bare
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="esp-without-integrity",
    kind="check",
    title="ESP without integrity protection",
    severity="critical",
    what="A child SA encrypts with a cipher that does not protect integrity, and no integrity algorithm was chosen.",
    why="Encrypted packets can be changed and replayed; that has been turned into reading them.",
    wire=(
        "The chosen ESP proposal has a cipher such as AES-CBC and no integrity transform (IKEv1: no "
        "Authentication Algorithm). Visible only with keys."
    ),
    lookalikes=(
        "AEAD ciphers (GCM, CCM, ChaCha20-Poly1305) need none; AH beside ESP would protect, but is not recommended."
    ),
    advice="Choose an AEAD cipher or add an integrity algorithm.",
    references=("RFC 8221 4",),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each child SA."""
    for child in terms.children:
        if child.protocol == "ESP" and child.suite is not None and bare.child(terms.version, child.suite):
            verdict = terms.policy.objection("mode", "esp-without-integrity")
            detail = verdict.text if verdict else "RFC 8221 4: encryption without authentication MUST NOT be used."
            yield terms.finding(
                ABOUT, f"child SA {child.child}", (child.frame,), detail, severity="critical", verdict=verdict
            )
