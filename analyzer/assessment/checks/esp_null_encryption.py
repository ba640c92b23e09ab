"""ESP without encryption."""

from collections.abc import Iterator

from analyzer.assessment.algorithms import NULL_ENCRYPTION
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="esp-null-encryption",
    kind="check",
    title="ESP without encryption",
    severity="medium",
    what="A child SA protects integrity only: its traffic travels readable.",
    why="Permitted by RFC 8221 where integrity is all that is wanted, but seldom what people expect of a VPN.",
    wire=(
        "ENCR_NULL or AES-GMAC in the chosen ESP proposal. Visible only with keys; the ESP packets "
        "themselves then show readable content."
    ),
    lookalikes=(
        "AES-GMAC is called a cipher and does not encrypt: it is this finding too. ESP packets with NULL encryption "
        "look like all others to who does not try to read them (RFC 5879)."
    ),
    advice="Choose a cipher that the policy allows, unless the traffic may be read by all.",
    references=("RFC 8221 5", "RFC 2410"),
)

_UNENCRYPTED = {1: (NULL_ENCRYPTION, 23), 2: (NULL_ENCRYPTION, 21)}


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each child SA."""
    unencrypted = _UNENCRYPTED.get(terms.version, ())
    for child in terms.children:
        if child.protocol == "ESP" and child.suite is not None and child.suite.encryption_id in unencrypted:
            yield terms.finding(
                ABOUT, f"child SA {child.child}", (child.frame,), "The chosen ESP proposal does not encrypt."
            )
