"""IKE SA encrypts without integrity protection."""

from collections.abc import Iterator

from analyzer.assessment import bare
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.terms import Terms

ABOUT = Explanation(
    id="ike-without-integrity-chosen",
    kind="check",
    title="IKE SA without integrity protection in use",
    severity="critical",
    what="The responder chose a cipher that does not protect integrity, and no integrity algorithm or NONE.",
    why=(
        "Encrypted IKE messages can be changed on the way: identities, proofs of identity and the keys of child SAs "
        "are open to whoever can. No document allows it, so every policy reports it."
    ),
    wire="The chosen proposal for the IKE SA has ENCR_AES_CBC or another non-AEAD cipher, and no INTEG or INTEG NONE.",
    lookalikes=(
        "AEAD ciphers (GCM, CCM, ChaCha20-Poly1305) need none. IKEv1 has no such transform: its hash protects. A "
        "cipher of an unknown number, or an answer that was cut, is not judged."
    ),
    advice="Choose an AEAD cipher or add an integrity algorithm that the policy allows, on both sides.",
    references=("RFC 7296 3.3.3", "RFC 8247 2.3", "RFC 8221 4"),
)


def find_terms(terms: Terms) -> Iterator[Finding]:
    """At most one finding."""
    if terms.version != 2 or not terms.chosen:
        return
    for offer in terms.offers:
        cipher = bare.cipher(offer.sa) if offer.chosen and offer.child is None else None
        if cipher is not None:
            yield terms.finding(ABOUT, cipher.name, (offer.frame_number,), bare.RULE, severity=ABOUT.severity)
            return
