"""IKE SA without integrity protection offered."""

from collections.abc import Iterator

from analyzer.assessment import bare
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="ike-without-integrity-offered",
    kind="check",
    title="IKE SA without integrity protection offered",
    severity="high",
    what="A proposal for the IKE SA allows a cipher that does not protect integrity together with no integrity.",
    why="A peer can pick what is offered, and then IKE messages can be changed on the way.",
    wire="A proposal with ENCR_AES_CBC or another non-AEAD cipher, and no INTEG or NONE among its INTEG transforms.",
    lookalikes=(
        "Proposals with AEAD ciphers only need no integrity. An offer is not a choice: ike-without-integrity-chosen "
        "says what was used."
    ),
    advice="Give AEAD ciphers a proposal of their own (RFC 7296 3.3), and the others an integrity algorithm.",
    references=("RFC 7296 3.3, 3.3.3", "RFC 8247 2.3", "RFC 8221 4"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """One finding for each cipher. A scanner's offer is its tool, not a setting."""
    if terms.version != 2 or terms.probe:
        return
    frames: dict[Algorithm, tuple[int, ...]] = {}
    for offer in terms.offers:
        cipher = None if offer.chosen or offer.child is not None else bare.cipher(offer.sa)
        if cipher is not None:
            frames[cipher] = (*frames.get(cipher, ()), offer.frame_number)
    for cipher, shown in frames.items():
        yield terms.finding(ABOUT, cipher.name, shown, bare.RULE, severity=ABOUT.severity)
